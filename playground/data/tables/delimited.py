"""Text whose lines are the rows of a table: which sign parts the columns, and which lines count."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from playground.data.tables import markup, plain, sheet
from playground.data.tables.column import TableError
from playground.data.tables.numerals import is_missing, value
from playground.data.tables.reading import POINTS, Reading
from playground.data.tables.sheet import Sheet

SIGNS = {
    "\t": "tabs",
    ";": "semicolons",
    ",": "commas",
    "|": "bars",
    "；": "semicolons",
    "，": "commas",
    "؛": "semicolons",
    "،": "commas",
    " ": "blanks",
    ":": "colons",
    "^": "carets",
    "~": "tildes",
}
JUDGED = 300  # lines that tell which sign it is,
ENOUGH = 50_000  # with at most so many letters
LONGEST_LINE = 20_000
LARGE = 200_000  # letters from which plain text is read by columns
EMPTY = 4  # lines for every row at most; some are empty
SEPARATOR = re.compile(r'\ufeff?"?sep=(\\t|.)"?[,;\t ]*', re.IGNORECASE)
COMMENT = re.compile(r"\s*(#|%|//|@|\d+×\d+ \w*(Matrix|Array|DataFrame))")  # the last as Julia
RULE = re.compile(
    r"(?=.*(---|===|- ?[|]))[\s|+:=-]+"
)  # a line between names and rows, as psql draws it
BRACKETED = re.compile(
    r"^\s*[\[(]+([^\[\]()]*)[\])]+[,;]?\s*$"
)  # a row as NumPy and Python print it
LISTS = ("[[", "[(", "((", "([")  # how Python's lists of rows begin
FORMULA = re.compile(r'(?<![^\s,;|])="(?=[^"]*")')  # Excel writes ="007" for words of digits
EMPHASIS = re.compile(r"^(\*\*|__|`|\*|_)([^*`]+)\1$")  # Markdown's bold, italics and code
WHOLE = re.compile(r'\s*"(?:[^"]|"")*"\s*')  # a line that is a single quoted cell
BOXES = str.maketrans(
    dict.fromkeys("│┃║", "|")
    | dict.fromkeys("─━═", "-")
    | dict.fromkeys("┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╭╮╰╯╒╕╞╪╡╘╧╛╤", "+")
    | {"｜": "|"}
    | dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "")
)  # and without the invisible marks that say which way a script runs


def read(text: str, encoding: str = "UTF-8", reading: Reading = POINTS) -> Sheet:
    """The table in a text; TableError says what is wrong with it."""
    if not re.search(r"\w", text):
        raise TableError("The file is empty.")
    text = re.sub(r"[\])]\s*,\s*(?=[\[(])", "],\n", text) if text.strip()[:2] in LISTS else text
    pasted = markup.lines_of(text) if len(text) < LARGE else None
    lines = pasted[1] if pasted else text.translate(BOXES).splitlines()
    if len(max(lines, key=len)) > LONGEST_LINE:
        raise TableError("A line of this file is longer than 20,000 letters: this is no table.")
    if len(lines) > EMPTY * reading.rows:
        raise TableError(
            f"The file has {len(lines):,} lines; at most {reading.rows:,} rows are read. Keep some "
            "of them, drawn at random."
        )
    lines = _repaired(lines)
    full = [k for k, line in enumerate(lines) if line.strip()]
    said = SEPARATOR.fullmatch(lines[full[0]].strip()) if full else None
    if said:
        lines[full.pop(0)] = ""
    comments = {k for k in full if _is_comment(lines[k])}
    if len(full) - len(comments) < 2 <= len(full):
        comments = set()
    content = [lines[k] for k in full if k not in comments]
    sign = said[1].replace("\\t", "\t") if said else _judged(content)
    if text.count(sign) > reading.cells:
        raise TableError(f"This table is too large to be read: {reading.advice}.")
    parted = pasted[0] if pasted else f"{SIGNS.get(sign, f'“{sign}”')} between columns"
    form = (parted,) if encoding == "UTF-8" else (parted, encoding)
    if len(text) > LARGE and not comments and plain.is_plain(content, sign):
        few = list(_records(content[:JUDGED], sign, ()))
        sample = sheet.made(few, form, commas="." if sign == "," else ",", reading=reading)
        made = plain.read(content, [k + 1 for k in full], sign, sample, reading)
        if made is not None and not sample.notes:
            return made
    parsed = list(_records(lines, sign, comments))
    if sign == "|":
        parsed = [(number, [EMPHASIS.sub(r"\2", cell) for cell in row]) for number, row in parsed]
    records = [(number, cells) for number, cells in parsed if any(cells)]
    top, last = (records[0][0], records[-1][0]) if records else (0, 0)
    remarks = [k for k in sorted(comments) if k < last]
    empty = sum(
        number < last and not any(cells) and number - 1 not in comments for number, cells in parsed
    ) - bool(said)
    return sheet.made(
        records,
        form,
        _skipped(empty, "empty") + _skipped(len(remarks), "comment"),
        _names([lines[k] for k in remarks if k < top - 1], sign),
        "." if sign == "," else ",",
        reading,
    )


def _repaired(lines: list[str]) -> list[str]:
    """The lines without brackets, formulas and quotes that are not of the table."""
    lines = [BRACKETED.sub(r"\1", line) if line.strip()[:1] in "[(" else line for line in lines]
    if any('="' in line for line in lines):
        lines = [FORMULA.sub('"', line) for line in lines]
    full = [line for line in lines if line.strip()]
    quoted = full and all(WHOLE.fullmatch(line) for line in full)
    if quoted and any(sign in full[-1] for sign in ",;\t"):  # a CSV that was saved as CSV again
        lines = [line.strip()[1:-1].replace('""', '"') for line in lines]
    return lines


def _is_comment(line: str) -> bool:
    """A remark or a rule; “#N/A” at the start of a line is neither."""
    start = COMMENT.match(line)
    if start is None:
        drawn = any(mark in line for mark in ("---", "===", "-|", "- |"))
        return drawn and RULE.fullmatch(line) is not None
    return not is_missing(re.split(r"[\t;,| ]", line.strip(), maxsplit=1)[0])


def _judged(lines: list[str]) -> str:
    """The sign that parts most lines into equally many columns, most of them numbers."""
    ends = itertools.accumulate(map(len, lines[:JUDGED]))
    sample = [line for line, end in zip(lines, ends, strict=False) if end <= ENOUGH]
    return max(SIGNS, key=lambda sign: _fit(sample, sign)) if sample else ","


def _fit(lines: list[str], sign: str) -> tuple[float, float]:
    """How well a sign fits: how even the rows are and how many cells are numbers; how even."""
    try:
        rows = [cells for _, cells in _records(lines, sign, (), strict=False) if any(cells)]
    except TableError:
        return (0.0, 0.0)
    width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2:
        return (0.0, 0.0)
    cells = [cell for row in rows if len(row) == width for cell in row if cell]
    shown = [cell for cell in cells if value(cell, "both") is not None]
    # A blank inside of a number is more likely what parts two of them.
    numbers = sum(0.9 if " " in cell else 1 for cell in shown) / max(len(cells), 1)
    even = count / len(rows)
    return (even * numbers * (0.75 if width == 2 else 1), even)


def _records(
    lines: Iterable[str], sign: str, comments: Iterable[int], strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each record, stripped, with its number from 1; comments are empty records.

    A comment begins where a record begins: inside quotes there is none.
    """
    begins = True

    def feed() -> Iterator[str]:
        nonlocal begins
        for number, line in enumerate(lines):
            skip, begins = begins and number in comments, False
            if sign == " ":
                line = re.sub(r"\s+", " ", line).strip()
            yield "\n" if skip else line + "\n"

    reader = csv.reader(feed(), delimiter=sign, strict=strict, skipinitialspace=True)
    number = 0
    while True:
        begins, number = True, reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise TableError(
                f"The file is not proper CSV: in row {number} a quotation mark opens that does not "
                "close before the next column."
            ) from None
        if cells is None:
            return
        yield number, [cell.strip() for cell in cells]


def _names(heads: list[str], sign: str) -> list[str]:
    """What the last comment above the table calls the columns, as NumPy's `savetxt` writes it."""
    if not heads:
        return []
    words = COMMENT.sub("", heads[-1], count=1).strip()
    return words.split() if sign == " " else words.split(sign)


def _skipped(count: int, kind: str) -> tuple[str, ...]:
    """Words for empty lines or comments inside the table or above it."""
    return (f"{count} {kind} line{'s were' if count > 1 else ' was'} skipped.",) * (count > 0)
