"""What readers see, as Babel extracts it: the texts of Python and JavaScript, by their looks.

An f-string or a template literal gives one message with a field for each value: `f"{n} of {all}
points"` is “{n} of {all} points”.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

from babel.messages.jslexer import tokenize

Message = tuple[int, str, str, list[str]]

CODE = re.compile(
    r"[<>]=?[a-z/]|[;{]\s*$|^[\w.-]+[=:]\S+$|https?://|^[./#@]|\\[a-z]|_[a-z]|^[a-z-]+:(?!material)"
    r"|::|=>|\d?px\b|%\(|^\(\?|--|^M ?\{|^repeat\(|^'self'|-ancestors|^\w+\($|^[a-z]+-src"
)
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
    plain = re.sub(r"\{\w*\}", "", text).strip()
    words = WORD.findall(plain)
    if not words or CODE.search(plain) or DRAWN.match(text):
        return False
    return (" " in text.strip() and len(max(words, key=len)) > 1) or bool(
        re.match(r"^[A-Z][a-z]+\b", plain)
    )


def plain(text: str) -> str:
    """A message as it is looked up: without space around it, or formats in its fields."""
    return re.sub(r"(?<!\{)\{(\w+)[!:][^{}]*\}(?!\})", r"{\1}", text.strip())


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
    """What a registered class says of itself: its first line, its name, the names of its options."""
    calls = [one for one in node.decorator_list if isinstance(one, ast.Call)]
    filed = next((one for one in calls if ast.unparse(one.func).endswith("register")), None)
    if filed is None:
        return
    yield node.lineno, (ast.get_docstring(node) or "").split("\n")[0]
    untitled = [one.value for one in filed.args[1:] if not _titled(filed) and len(filed.args) == 2]
    untitled += [
        one.target.id
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Call)
        if not _titled(one.value)
    ]
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


def from_javascript(
    fileobj: IO[bytes], keywords: Any = (), comment_tags: Any = (), options: Any = None
) -> Iterator[Message]:
    """Babel's extraction method for JavaScript."""
    before = ""
    for token in tokenize(fileobj.read().decode("utf-8"), jsx=False):
        if token.type in ("string", "template_string"):
            text = _unquoted(token.value).strip()
            if before not in CALLS and readable(text):
                yield token.lineno, "", text, []
        if token.type == "name":
            before = token.value
        elif token.value not in ("(",):
            before = ""


def _unquoted(literal: str) -> str:
    """What a literal of JavaScript says; what is put into a template becomes a field."""
    text = literal[1:-1]
    if literal[0] == "`":
        parts, depth, start, n = [], 0, 0, 0
        i = 0
        while i < len(text):
            if depth == 0 and text[i : i + 2] == "${":
                parts.append(text[start:i])
                depth, i = 1, i + 2
                continue
            if depth and text[i] in "{}":
                depth += 1 if text[i] == "{" else -1
                if depth == 0:
                    parts.append(f"{{value{n}}}")
                    n, start = n + 1, i + 1
            i += 1
        text = "".join(parts) + text[start:]
    return re.sub(r"\\(.)", r"\1", text)
