"""Writing programs: calls, docstrings, and definitions copied from `parts/`."""

from __future__ import annotations

import ast
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

from playground.formats.write.model import Model, Step, Table


def call(function: str, *values: Any, **options: tuple[Any, Any]) -> str:
    """`function(values, option=value)`; an option is (value, default) and left out at its default.

    >>> call("nn.Conv2d", 1, 6, 5, stride=(1, 1), padding=(2, 0))
    'nn.Conv2d(1, 6, 5, padding=2)'
    """
    words = [written(value) for value in values]
    words += [
        f"{name}={written(value)}" for name, (value, default) in options.items() if value != default
    ]
    return f"{function}({', '.join(words)})"


def written(value: Any) -> str:
    """A value as a program says it; words are programs already."""
    return value if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """A string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def docstring(model: Model, weights: str, axes: str = "") -> str:
    """What stands at the top of every exported program."""
    return (
        f'"""{model.name}: a trained network; its weights lie in {weights}.\n\n'
        f'It reads x {model.reads}{axes}.\nIt gives {model.gives}.\n"""'
    )


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
    source = files("playground.formats.write").joinpath("parts", file).read_text()
    sources = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            sources[node.name] = "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return sources


def _words(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


class Forward:
    """The lines that turn x into outputs, and the definitions that they use.

    An entry of `layers` is (program, step, x) → what becomes of x. What a later layer reads besides
    its input is kept as `layer3`, with the data as `layer0`.
    """

    layers: ClassVar[Table]
    activations: ClassVar[Table]
    parts: ClassVar[Parts]

    def __init__(self, model: Model) -> None:
        self.lines = ["layer0 = x"] if model.keeps_input else []
        self.used: set[str] = set()
        for step in model.steps:
            self.add(step)
            if step.kept:
                self.lines.append(f"layer{step.position + 1} = x")

    def add(self, step: Step) -> None:
        """The lines of one layer."""
        result = self.layers[step.layer.type](self, step, "x")
        if result != "x":
            self.put(result)

    def put(self, program: str) -> None:
        """What x becomes."""
        self.lines.append(f"x = {program}")

    def part(self, name: str, *values: Any, **options: tuple[Any, Any]) -> str:
        """A call of a copied definition."""
        self.used.add(name)
        return call(name, *values, **options)

    def function(self, name: str) -> str:
        """An activation as a function."""
        program = self.activations[name]
        self.used |= {program} & self.parts.definitions.keys()
        return program

    def activated(self, name: str, program: str) -> str:
        return program if name == "identity" else f"{self.function(name)}({program})"

    def copies(self) -> str:
        """The definitions to copy, as text."""
        return "".join(f"{part}\n\n\n" for part in self.parts.copied(self.used))


def keywords(step: Step, **defaults: Any) -> dict[str, tuple[Any, Any]]:
    """Options of the layer that the target calls the same, with the target's defaults."""
    return {name: (getattr(step.layer, name), default) for name, default in defaults.items()}


def add_joints(layer: Table, concatenate: str) -> None:
    """The entries of layers that read an earlier one; `concatenate` is the target's function."""
    layer.update(
        add=lambda program, step, x: f"{x} + layer{step.other}",
        concatenate=lambda program, step, x: f"{concatenate}(({x}, layer{step.other}), 1)",
        branch=lambda program, step, x: f"layer{step.other}",
    )
