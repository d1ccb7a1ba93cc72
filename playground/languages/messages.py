"""What readers see, as Babel extracts it: the texts of Python and JavaScript, by their looks.

An f-string or a template literal gives one message with a field for each value: `f"{n} of {all}
points"` is “{n} of {all} points”.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

Message = tuple[int, str, str, list[str]]

# Looks of what no reader sees: tags, rules of style sheets, addresses, paths, names, code.
CODE = re.compile(
    "|".join(
        [
            r"[<>]=?[a-z/]", r"[;{]\s*$", r"\{ ?[a-z-]+:", r"z-index:", r"\d?px\b", r"^repeat\(",
            r"https?://", r"^[./#@](?! )", r"^[a-z-]+:(?!material| )", r"^'self'", r"-ancestors",
            r"^[\w.-]+[=:]\S+$", r"_[a-z]", r"^\w+\($", r"\\[a-z]", r"^\(\?", r"%\(", r"::", r"=>",
            r"--", r"\n +%", r"^[a-z]+-src",
        ]
    )
)  # fmt: skip
DRAWN = re.compile(r"M\{|\w+=\"|script, ")
WORD = re.compile(r"[A-Za-z][a-z]+")
# Words that name things for the machine: what such a call is given is not read by anybody.
CALLS = {
    "compile", "sub", "search", "match", "fullmatch", "findall", "split", "startswith", "endswith",
    "getattr", "setattr", "hasattr", "pop", "replace", "encode", "decode", "removeprefix", "glob",
    "removesuffix", "strip", "rstrip", "lstrip", "Path", "getLogger", "info", "debug", "exception",
    "import_module", "TypeVar", "NewType", "astype", "dtype", "einsum", "get_option", "count_of",
    "addEventListener", "querySelector", "querySelectorAll", "createElement", "setProperty", "html",
    "simplefilter", "filterwarnings", "Literal", "component", "closest", "matches", "partition",
}  # fmt: skip
KEYWORDS = {
    "key", "type", "width", "height", "mode", "mime", "icon", "file_name", "dtype", "encoding",
    "vertical_alignment", "horizontal_alignment", "gap", "errors", "layout", "color", "hoverinfo",
    "pattern", "discriminator", "extra", "position", "anchor", "side", "orient", "family", "kind",
}  # fmt: skip


def readable(text: str) -> bool:
    """Whether a text looks like words for a reader: a sentence, or one capitalised word."""
    plain = re.sub(r":\w+(/[\w{}]+:|\[)|\{\w*\}", "", text).strip()
    words = WORD.findall(plain)
    if not words or CODE.search(plain) or DRAWN.match(text):
        return False
    return (" " in text.strip() and len(max(words, key=len)) > 1) or bool(
        re.match(r"^[A-Z][a-z]+\b", plain)
    )


def plain(text: str) -> str:
    """A message as it is looked up: without space around it, or formats in its fields."""
    return re.sub(r"(?<![{%])\{(\w+)[!:][^{}]*\}(?!\})", r"{\1}", text.strip())


def from_words(
    fileobj: IO[bytes], keywords: Any = (), comment_tags: Any = (), options: Any = None
) -> Iterator[Message]:
    """Babel's extraction method for a list of words: `words.txt`."""
    for i, line in enumerate(fileobj.read().decode("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield i, "", line.strip(), []


def from_python(
    fileobj: IO[bytes], keywords: Any = (), comment_tags: Any = (), options: Any = None
) -> Iterator[Message]:
    """Babel's extraction method for Python."""
    tree = ast.parse(fileobj.read())
    known = {
        one.targets[0].id: one.value.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and isinstance(one.value, ast.Constant)
        and isinstance(one.value.value, str)
    }  # constants of the file are a part of the texts that they stand in
    found = ((line, plain(_known(text, known))) for line, text in _walk(tree))
    yield from sorted((line, "", text, []) for line, text in found if readable(text))


def _known(text: str, constants: dict[str, Any]) -> str:
    return re.sub(r"\{([A-Z_]+)\}", lambda one: str(constants.get(one[1], one[0])), text)


def _walk(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value
        return
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and _sums(node)):
        parts = _parts(node)
        yield node.lineno, _template(parts)
        for part in parts:
            if not isinstance(part, str):
                yield from _walk(part)
        return
    if isinstance(node, ast.ClassDef):
        yield from _piece(node)
    for child in _read(node):
        yield from _walk(child)


def _piece(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """What a registered class says of itself: its first line, its name, its options' names."""
    calls = [one for one in node.decorator_list if isinstance(one, ast.Call)]
    filed = next((one for one in calls if ast.unparse(one.func).endswith("register")), None)
    untitled = []
    if filed is not None:
        yield node.lineno, (ast.get_docstring(node) or "").split("\n")[0]
        if not _titled(filed) and len(filed.args) == 2:
            untitled.append(ast.literal_eval(filed.args[1]))
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Call):
            option = filed is not None or ast.unparse(one.value.func).startswith("registry.")
            if option and not _titled(one.value):
                untitled.append(ast.unparse(one.target))
    for name in untitled:
        yield node.lineno, name.replace("_", " ").capitalize()


def _titled(call: ast.Call) -> bool:
    return any(one.arg == "title" for one in call.keywords)


def _read(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node in which a text may be one that is read."""
    if isinstance(node, ast.Compare | ast.MatchValue):
        return
    if isinstance(node, ast.Subscript):
        yield node.value
        return
    if isinstance(node, ast.AnnAssign):
        if node.value:
            yield node.value
        return
    if isinstance(node, ast.arguments):
        yield from (*node.defaults, *(one for one in node.kw_defaults if one))
        return
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        yield node.func
        if name not in CALLS:
            yield from node.args
        yield from (one.value for one in node.keywords if one.arg not in KEYWORDS)
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield child


def _parts(node: ast.AST) -> list[str | ast.expr]:
    """What an f-string, or a sum of texts, is put together of: texts, and values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value.replace("{", "{{").replace("}", "}}")]
    if isinstance(node, ast.JoinedStr):
        return [part for value in node.values for part in _parts(value)]
    if isinstance(node, ast.BinOp) and _sums(node):
        return _parts(node.left) + _parts(node.right)
    if isinstance(node, ast.FormattedValue):
        return [node.value]
    return [node]  # type: ignore[list-item]


def _sums(node: ast.BinOp) -> bool:
    """Whether it adds texts."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.Add) and any(
        isinstance(one, ast.JoinedStr)
        or (isinstance(one, ast.Constant) and isinstance(one.value, str))
        or (isinstance(one, ast.BinOp) and _sums(one))
        for one in sides
    )


def _template(parts: list[str | ast.expr]) -> str:
    """A message with a field for each value, named where the value has a name."""
    said, names = [], set()
    for i, part in enumerate(parts):
        if isinstance(part, str):
            said.append(part)
            continue
        name = getattr(part, "id", getattr(part, "attr", ""))
        if not name or name in names:
            name = f"value{i}"
        names.add(name)
        said.append(f"{{{name}}}")
    return "".join(said)


TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[\w$]+|[`\S]""", re.DOTALL
)
PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/\w*")
BEFORE_PATTERN = {"", *"(,=:[!&|?{};+", "return"}  # after these a slash begins a regular expression


def from_javascript(
    fileobj: IO[bytes], keywords: Any = (), comment_tags: Any = (), options: Any = None
) -> Iterator[Message]:
    """Babel's extraction method for JavaScript; texts that are added up are one message."""
    code = fileobj.read().decode("utf-8")
    name, said, start, last = "", "", 0, ""
    for at, token in [*_tokens(code), (len(code), "")]:
        if token[:1] in ("'", '"', "`") and token:
            if name not in CALLS:
                said, start = (said, start) if said and last == "+" else ("", at)
                said += _unquoted(token, said.count("{value"))
        elif token != "+" and said:
            if readable(said.strip()):
                yield code.count("\n", 0, start) + 1, "", said.strip(), []
            said = ""
        name = token if re.match(r"\w", token) else name if token == "(" else ""
        last = token


def _tokens(code: str) -> Iterator[tuple[int, str]]:
    """Each string, template, name and sign, and where it begins."""
    at, last = 0, ""
    while found := TOKEN.search(code, at):
        start, token = found.start(), found[0]
        if token == "/" and last in BEFORE_PATTERN and (slashed := PATTERN.match(code, start)):
            token = slashed[0]
        elif token == "`":
            token = code[start : _template_end(code, start)]
        at = start + len(token)
        if not token.startswith(("//", "/*")):
            yield start, token
            last = token


def _template_end(code: str, start: int) -> int:
    """Behind the template literal that begins there; there may be others in its fields."""
    at, depth = start + 1, 0
    while at < len(code) and (depth or code[at] != "`"):
        if code[at] == "\\":
            at += 1
        elif code.startswith("${", at):
            depth, at = depth + 1, at + 1
        elif depth and code[at] == "{":
            depth += 1
        elif depth and code[at] == "}":
            depth -= 1
        elif depth and code[at] == "`":
            at = _template_end(code, at) - 1
        at += 1
    return at + 1


def _unquoted(literal: str, fields: int) -> str:
    """What a literal of JavaScript says; what is put into a template becomes a field, numbered
    on from those of the literal that it is added to."""
    text = literal[1:-1]
    while literal[0] == "`" and (start := text.find("${")) >= 0:
        end, depth = start + 2, 1
        while end < len(text) and depth:
            depth += (text[end] == "{") - (text[end] == "}")
            end += 1
        text = f"{text[:start]}{{value{fields}}}{text[end:]}"
        fields += 1
    return re.sub(r"\\(.)", r"\1", text)
