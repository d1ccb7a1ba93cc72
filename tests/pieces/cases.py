"""Networks and options for any registered piece, made from what it says that it accepts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from playground.engine import ShapeError, plan, registry
from playground.engine.registry import Option
from tests.engine.case import FLATTEN, Case, Description, dense, layer

# Rows, sequences and images of odd sizes; 24 numbers can be laid out in many ways.
SHAPES = ((5,), (24,), (4, 3), (6, 4), (3, 7, 6), (1, 9, 8), (6, 8, 5))
OPENING = layer("activation", name="tanh")  # so that there is an earlier layer to go back to
SAMPLES = (5, 1, 17)  # of the first shape that fits; 16 fill a chunk's lanes


def values(option: Option) -> Iterator[Any]:
    """Other values than the default, small ones first, as many as may be needed for one to fit."""
    if option.choices is not None:
        names = option.names()
        choices = [list(names[: size + 1]) for size in range(len(names))] if option.many else names
    elif option.type is bool:
        choices = [not option.default]
    elif option.many:
        choices = [list(shape) for shape in SHAPES]
    elif option.type is int:
        low = int(option.minimum or 0)
        choices = [*range(low, min(low + 8, int(option.maximum or 0)) + 1)]
    else:
        low, high = float(option.minimum or 0), float(option.maximum or 0)
        tries = (4 * option.default, option.default / 4) if option.default else (0.375, high)
        choices = [value for value in tries if low <= value <= high]
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    yield from (value for value in choices if value != default)


def variants(piece: type) -> Iterator[list[Description]]:
    """The piece as it is, then with each option changed; of each list the first that fits."""
    kind = {"type": piece.type}
    yield [kind]
    for option in registry.options(piece):
        yield [{**kind, option.name: value} for value in values(option)]


def described(piece: type) -> list[Description]:
    """The same without a network in which it must fit: one description each."""
    return [choices[0] for choices in variants(piece) if choices]


def stack(description: Description, shape: tuple[int, ...]) -> tuple[Description, ...] | None:
    """A network of two outputs around a layer; None where it does not fit an input of this shape.

    Dense layers at the end make what it gives two numbers, whatever its shape.
    """
    symbols = registry.make("layer", description).symbols
    layers = [description] if symbols else [OPENING, description]
    try:
        rows = plan([registry.make("layer", one) for one in layers], shape).rows
    except ShapeError:
        return None
    flat = [FLATTEN] if len(rows[-1].output_shape) > 1 else []
    return (*layers, *flat, dense(2))


def networks(piece: type) -> list[Case]:
    """Small networks with a layer in it: as it is in every shape that fits, and each option moved.

    The first of them also with one sample and with more than fill a chunk, where it allows that.
    """
    found = []
    for number, choices in enumerate(variants(piece)):
        pairs = itertools.product(choices, SHAPES)
        fitting = [
            (description, shape, layers)
            for description, shape in pairs
            if (layers := stack(description, shape)) is not None
        ]
        for description, shape, layers in fitting if not number else fitting[:1]:
            sizes = SAMPLES if not found else SAMPLES[:1]
            found += [_case(description, shape, layers, samples) for samples in sizes]
    return [case for case in found if case.samples >= _smallest(case)]


def _case(description: Description, shape: tuple[int, ...], layers: Any, samples: int) -> Case:
    options = ", ".join(f"{key} {value}" for key, value in list(description.items())[1:])
    name = f"{description['type']}({options}) of {shape}, {samples} samples"
    symbols = registry.make("layer", description).symbols
    return Case(name, layers, shape, samples=samples, symbols=symbols)


def _smallest(case: Case) -> int:
    rows = plan([registry.make("layer", one) for one in case.layers], case.shape).rows
    return max(row.layer.smallest_batch(row.input_shape) for row in rows)


def changed(piece: type, cases: list[Case]) -> set[str]:
    """The options of a layer that differ from their defaults in one of its networks."""
    uses = [one for case in cases for one in case.layers if one["type"] == piece.type]
    return {
        option.name
        for option in registry.options(piece)
        if any(use.get(option.name, option.default) != option.default for use in uses)
    }
