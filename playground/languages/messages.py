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
    r"|::|=>|\d?px\b|%\(|^\(\?|--|^M *\S* *\S*$|^repeat\(|^'self'|-ancestors|^\w+\($|^[a-z]+-src"
)
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
    if not words or CODE.search(plain):
        return False
    return (" " in text.strip() and len(max(words, key=len)) > 1) or bool(
        re.match(r"^[A-Z][a-z]+\b", plain)
    )


def from_python(fileobj: IO[bytes], keywords: Any = (), comment_tags: Any = (), options: Any = None) -> Iterator[Message]:
    """Babel's extraction method for Python."""
    tree = ast.parse(fileobj.read())
    yield from sorted((line, "", text, []) for line, text in _walk(tree) if readable(text))


def _walk(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value
        return
    if isinstance(node, ast.JoinedStr):
        yield node.lineno, _template(node)
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _walk(value.value)
        return
    for child in _read(node):
        yield from _walk(child)


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


def _template(node: ast.JoinedStr) -> str:
    """An f-string with its values as fields, named where the value has a name."""
    parts, names = [], set()
    for i, value in enumerate(node.values):
        if isinstance(value, ast.Constant):
            parts.append(str(value.value).replace("{", "{{").replace("}", "}}"))
            continue
        assert isinstance(value, ast.FormattedValue)
        inner = value.value
        name = getattr(inner, "id", getattr(inner, "attr", ""))
        if not name or name in names:
            name = f"value{i}"
        names.add(name)
        parts.append(f"{{{name}}}")
    return "".join(parts)


def from_javascript(fileobj: IO[bytes], keywords: Any = (), comment_tags: Any = (), options: Any = None) -> Iterator[Message]:
    """Babel's extraction method for JavaScript."""
    before = ""
    for token in tokenize(fileobj.read().decode("utf-8"), jsx=False):
        if token.type in ("string", "template_string"):
            text = _unquoted(token.value)
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
