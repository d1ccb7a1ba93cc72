"""Which layers make sense in a stack: those that fit what flows through it somewhere."""

from __future__ import annotations

from playground.engine import Layer, ShapeError, plan, registry
from playground.experiment import Experiment, edits, stacks
from playground.experiment.stacks import OWN, Where


def layers(experiment: Experiment, where: Where = OWN) -> list[str]:
    """The names of the layers to offer for a stack, in the registry's order.

    A layer is offered where it can read the input or what some layer gives, as far down as the
    stack fits; one that draws codes, where the input is to come out again; one that embeds words,
    where a table holds some and none does yet. No data set here holds symbols.
    """
    shapes, codes = _shapes(experiment, where), experiment.loss.make().reconstructs
    words = _words(experiment, where)
    return [
        piece.type
        for piece in registry.pieces("layer")
        if not piece().symbols
        and (codes or not piece.coded)
        and (words or not piece.embeds)
        and (piece.adaptable or any(_fits(piece(), shape) for shape in shapes))
    ]


def _words(experiment: Experiment, where: Where) -> bool:
    """Whether there are words that no layer embeds."""
    embedded = any(layer.make().embeds for layer in edits.get(experiment, where))
    return where == OWN and bool(experiment.columns) and not embedded


def _shapes(experiment: Experiment, where: Where) -> list[tuple[int, ...]]:
    """Every shape that flows through the stack, once."""
    parts = [layer.make() for layer in edits.get(experiment, where)]
    columns = experiment.columns if where == OWN else ()
    shape = stacks.input_shape(experiment, where)
    try:
        rows = plan(parts, shape, columns).rows
    except ShapeError as error:
        rows = plan(parts[: error.position], shape, columns).rows
    return list(dict.fromkeys([shape, *(row.output_shape for row in rows)]))


def _fits(layer: Layer, shape: tuple[int, ...]) -> bool:
    try:
        plan([layer], shape)
    except ShapeError:
        return False
    return True
