"""Tables pasted from documents: LaTeX, reStructuredText's directives, wikis, matrices of MATLAB.

What draws a table with lines of text (Markdown, psql, grids) needs no help: its bars part columns.
"""

from __future__ import annotations

import re

INSIDE = re.compile(
    r"\\begin\{(tabular\w*\*?|array|longtable|tblr|[bp]?matrix)\}(.*?)\\end\{\1\}", re.S
)
BEGIN = re.compile(r"\s*(\[[^\]]*\])?(\{[^{}]*\})?\s*((\{[^{}]*(\{[^{}]*\}[^{}]*)*\})\s*)?")
RULES = re.compile(
    r"\\(hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|centering"
    r"|(cline|cmidrule|caption|label|addlinespace|rowcolor|arrayrulecolor)(\([^)]*\))?"
    r"(\[[^\]]*\])?(\{[^{}]*\})?)(?![a-zA-Z])"
)
REMARK = re.compile(r"(?<!\\)%.*")
ROW_END = re.compile(r"\\\\\*?(?:\[[^\]]*\])?|\\tabularnewline\b|\\cr\b")
CELL_END = re.compile(r"(?<!\\)&")
SPANNED = re.compile(r"\\multicolumn\{(\d+)\}\{[^{}]*\}\{(.*)\}", re.S)
WRAPPED = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\]]*\])?\{([^{}]*)\}")  # \textbf{x}, \num{1.5}
SWITCH = re.compile(r"\\(bfseries|itshape|bf|it|em|rm|small|tiny|displaystyle)\b\s*")
ESCAPED = re.compile(r"\\([%&_#${}])")
LATEX = re.compile(r"\\begin\{(tabular|array|longtable|tblr|[bp]?matrix)|(?m:^[^\n]*&[^\n]*\\\\)")
LIST_ITEM = re.compile(r"(\s*)(\*\s+)?-(?:\s+(.*))?$")
MATRIX = re.compile(r"\s*(?:[A-Za-z]\w*\s*=\s*)?\[\s*([^\[\]]*;[^\[\]]*)\]\s*;?\s*")


def lines_of(text: str) -> tuple[str, list[str]] | None:
    """What the markup is called, and the rows with tabs between cells; None where there is none."""
    if LATEX.search(text):
        kind, lines = "a LaTeX table", _joined(_latex(text))
    elif match := re.search(r"^\.\. (csv|list)-table::", text, re.M):
        kind = f"a {match[1]}-table of reStructuredText"
        comma = match[1] == "csv"
        lines = _comma_directive(text) if comma else _joined(_list_directive(text))
    elif text.lstrip().startswith("{|"):
        kind, lines = "a table of MediaWiki", _joined(_wiki(text))
    elif re.match(r"\s*\|\|.*\|\|", text):  # Jira and Confluence put two bars around names
        rows = [line.strip().strip("|").replace("||", "|").split("|") for line in _full(text)]
        kind, lines = "a table of Jira", _joined(rows)
    elif match := MATRIX.fullmatch(text):
        parts = [row for row in re.split(r"[;\n]", match[1]) if row.strip()]
        rows = [re.split(r"\s*,\s*|\s+", row.strip().rstrip(".").strip(" ,")) for row in parts]
        kind, lines = "a matrix of MATLAB", _joined(rows)
    else:
        return None
    return (kind, lines) if lines else None


def _full(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _joined(rows: list[list[str]]) -> list[str] | None:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows if any(row)]
    return ["\t".join(row) for row in quoted] if len(quoted) > 1 else None


# ---- LaTeX ----


def _latex(text: str) -> list[list[str]]:
    text = REMARK.sub("", text)
    if inside := INSIDE.search(text):
        text = inside[2]
        text = (
            text[begin.end() :]
            if (begin := BEGIN.match(text)) and "matrix" not in inside[1]
            else text
        )
    rows = [
        [cell for part in CELL_END.split(row) for cell in _spanned(part)]
        for row in ROW_END.split(RULES.sub("", text))
        if row.strip()
    ]
    return [row for row in rows if len(row) > 1]


def _spanned(part: str) -> list[str]:
    """A cell; one that spans several columns is followed by empty ones."""
    if match := SPANNED.search(part):
        return [_bare(match[2]), *[""] * (int(match[1]) - 1)]
    return [_bare(part)]


def _bare(cell: str) -> str:
    """Without commands of type and mathematics: “$-1.5$” is −1.5, “1{,}5” is 1,5."""
    before = None
    cell = SWITCH.sub("", cell)
    while before != cell:
        before, cell = cell, WRAPPED.sub(r"\1", cell)
    cell = re.sub(r"(?<!\\)\$", "", cell).replace(r"\,", "\u202f").replace("~", " ")
    cell = re.sub(r"\s*\\times\s*10\^", "e", cell)
    return ESCAPED.sub(r"\1", re.sub(r"(?<!\\)[{}]", "", cell)).strip()


# ---- reStructuredText ----


def _comma_directive(text: str) -> list[str]:
    head, body = [], []
    for line in _full(text.split("-table::", 1)[1])[0:]:
        option = re.match(r"\s+:([\w-]+):\s*(.*)", line)
        if option and option[1] == "header":
            head = [option[2]]
        elif not option and line[:1].isspace() and "," in line:
            body.append(line.strip())
    return head + body


def _list_directive(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in text.splitlines():
        if item := LIST_ITEM.match(line):
            if item[2]:
                rows.append([])
            if rows:
                rows[-1].append((item[3] or "").strip())
    return rows


# ---- wikis ----


def _wiki(text: str) -> list[list[str]]:
    """MediaWiki's: “|-” between rows; cells behind “|” or “!”, perhaps after their attributes."""
    rows: list[list[str]] = [[]]
    for line in _full(text)[1:]:
        start = line.strip()
        if start.startswith("|}"):
            break
        if start.startswith("|-"):
            rows.append([])
        elif start[:1] in "|!" and not start.startswith("|+"):
            cells = re.split(r"\|\||!!", start[1:])
            rows[-1] += [re.sub(r"^[^|\[]*=[^|]*\|(?!\|)", "", cell).strip() for cell in cells]
    return rows
