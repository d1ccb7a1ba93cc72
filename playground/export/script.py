"""Writing programs: calls, docstrings, and definitions copied from `parts/`."""

from __future__ import annotations

import ast
from functools import cache
from importlib.resources import files
from typing import Any

from playground.export.model import Model


def call(function: str, *values: Any, **options: tuple[Any, Any]) -> str:
    """`function(values, option=value)`; an option is (value, default) and left out at its default.

    >>> call("nn.Conv2d", 1, 6, 5, stride=(1, 1), padding=(2, 0))
    'nn.Conv2d(1, 6, 5, padding=2)'
    """
    words = [written(value) for value in values]
    words += [f"{name}={written(value)}" for name, (value, default) in options.items()
              if value != default]
    return f"{function}({', '.join(words)})"


def written(value: Any) -> str:
    """A value as a program says it; words are programs already."""
    return value if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """A string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def docstring(model: Model, weights: str, axes: str = "") -> str:
    """What stands at the top of every exported program."""
    return (f'"""{model.name}: a trained network; its weights lie in {weights}.\n\n'
            f"It reads x {model.reads}{axes}.\nIt gives {model.gives}.\n\"\"\"")


class Parts:
    """The functions and classes of a file in `parts/`, to be copied into programs that use them."""

    def __init__(self, file: str) -> None:
        self.file = file

    @property
    def definitions(self) -> dict[str, str]:
        """The source of each definition by its name, in order."""
        return _definitions(self.file)

    def copied(self, names: set[str]) -> list[str]:
        """The definitions called so, and those that they use in turn, in the file's order."""
        wanted: set[str] = set()
        while names:
            wanted |= names
            used = {word for name in names for word in _words(self.definitions[name])}
            names = (used & self.definitions.keys()) - wanted
        return [source for name, source in self.definitions.items() if name in wanted]


@cache
def _definitions(file: str) -> dict[str, str]:
    source = files("playground.export").joinpath("parts", file).read_text()
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            found[node.name] = "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return found


def _words(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
