"""Write docs/reference.md from the registry: `python -m tests.reference_page`."""

from __future__ import annotations

import inspect
from pathlib import Path

import playground
from playground.engine import registry

FILE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
ROOT = Path(playground.__file__).resolve().parent.parent
HEAD = """\
# Every piece and its options

What a network, its training and its data can be made of. The names are those of the JSON, of the
link and of `registry.make(kind, {"type": name, …})`; [parity.md](parity.md) tells how near each is
to PyTorch. Written from the classes themselves by `python -m tests.reference_page`.
"""
TITLES = {
    "layer": "Layers",
    "activation": "Activations",
    "loss": "Losses",
    "game": "Adversarial losses",
    "optimizer": "Optimizers",
    "regularizer": "Regularisation",
    "initializer": "Initializers",
    "schedule": "Schedules",
    "augmentation": "Augmentation of images",
    "data": "Data",
    "tree": "Trees",
    "hybrid": "Networks with trees",
}


def page() -> str:
    """The whole file."""
    parts = [HEAD]
    for kind in registry.KINDS:
        parts.append(f"## {TITLES[kind]}\n")
        parts += [entry(piece) for piece in registry.pieces(kind)]
    return "\n".join(parts)


def entry(piece: type) -> str:
    """One piece: name and source, the words of its docstring, a table of its options."""
    lines = [f"### `{piece.type}`: {piece.title}\n", inspect.getdoc(piece), ""]
    if options := registry.options(piece):
        lines += ["| option | values | default | |", "| --- | --- | --- | --- |"]
        lines += [_row(option) for option in options] + [""]
    return "\n".join([*lines, f"Source: [`{_file(piece)}`](../{_file(piece)})\n"])


def _row(option: registry.Option) -> str:
    live = " May change during training." if option.live else ""
    cells = f"`{option.name}`", values(option), _default(option), option.help + live
    return f"| {' | '.join(cells)} |"


def values(option: registry.Option) -> str:
    """What an option may be, in words."""
    if isinstance(option.choices, str):
        told = f"an [{option.choices}](#{TITLES[option.choices].lower()})"
    elif option.choices is not None:
        told = ", ".join(f"`{name}`" for name in option.names())
        told = f"some of {told}" if option.many else told
    elif option.type in (bool, str):
        told = "yes or no" if option.type is bool else "text"
    else:
        low = f"{option.minimum:,}" if option.above is None else f"above {option.above:g},"
        told = f"{low} to {option.maximum:,}" + (", several" if option.many else "")
        told = f"whole, {told}" if option.type is int else told
    return f"{told}; or none" if option.optional else told


def _default(option: registry.Option) -> str:
    if option.type is bool:
        return "yes" if option.default else "no"
    if option.default in (None, ""):
        return "none"
    if option.many:
        return ", ".join(f"`{value}`" for value in option.default)
    return f"`{option.default}`"


def _file(piece: type) -> str:
    return Path(inspect.getsourcefile(piece)).resolve().relative_to(ROOT).as_posix()


if __name__ == "__main__":
    FILE.write_text(page())
    print(f"{FILE.name}: {sum(len(registry.names(kind)) for kind in registry.KINDS)} pieces")
