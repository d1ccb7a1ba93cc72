"""Sequences as recurrent operators have them: steps first, and an axis for the directions.

ONNX's LSTM gives [time, directions, N, units] where ours gives [N, time, directions · units]. A
value says by its `axes` in which order the graph has them (T, D, N, F), and the operators here
bring them into our order, which moves no number.
"""

from __future__ import annotations

from dataclasses import replace

from playground.formats.errors import FileError
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.value import ORDERS, ROW, Value

SIDES = ("N0", "N1")  # one direction of a row that holds two


def sizes(to: Importer, x: Value) -> list[int]:
    """The shape that the graph sees; 0 stands for the batch."""
    directions = to.directions(x.layer) if "D" in x.axes else 1
    known = {"N": 0, "T": x.shape[0], "D": directions, "F": x.shape[-1] // directions}
    if set(x.axes) <= set(known):
        return [known[axis] for axis in x.axes]
    return [0, *x.shape]


@operator("Transpose")
def transpose(to: Importer, node: Node, x: Value) -> Value:
    (order,) = node.options(perm=None)
    order = list(range(len(x.shape) + 1))[::-1] if order is None else order
    if x.axes in (*ORDERS.values(), "N?") and order[:1] == [0]:
        if sorted(order) != list(range(len(x.shape) + 1)):
            raise node.lacks("perm", order)
        return to.unpadded(node, x).transposed([axis - 1 for axis in order[1:]])
    if "F" not in x.axes or x.order is not None or sorted(order) != list(range(len(x.axes))):
        raise node.lacks("perm", order)
    return replace(x, axes="".join(x.axes[place] for place in order))


def merged(to: Importer, x: Value, wanted: list[int]) -> Value | None:
    """The value, if a Reshape only lays directions side by side; else None."""
    if "DF" not in x.axes:
        return None
    axes = x.axes.replace("DF", "F")
    shape = sizes(to, replace(x, axes=axes))
    fits = len(wanted) == len(axes) and all(
        size in (0, -1, there) or axis == "N"
        for size, there, axis in zip(wanted, shape, axes, strict=True)
    )
    return replace(x, axes=axes) if fits else None


def squeezed(to: Importer, node: Node, x: Value, along: list[int]) -> Value:
    """Without an axis of directions or of steps, where there is only one."""
    if [x.axes[axis] for axis in along] == ["T"] and x.shape[0] == 1:
        return replace(x, axes=x.axes.replace("T", ""), shape=x.shape[1:])
    if [x.axes[axis] for axis in along] != ["D"] or to.directions(x.layer) != 1:
        raise node.lacks("axes", along)
    return replace(x, axes=x.axes.replace("D", ""))


def step(to: Importer, node: Node, x: Value, axis: int, index: int) -> Value:
    """One step of a sequence: the last. Or one direction of what is remembered after it."""
    place, directions = x.axes[axis % len(x.axes)], to.directions(x.layer)
    if place == "D" and directions == 1 and index in (0, -1):
        return replace(x, axes=x.axes.replace("D", ""))
    if x.axes == "DNF" and place == "D" and -2 <= index < 2:
        return replace(x, axes=SIDES[index % 2])
    if place == "T" and index in (-1, x.shape[0] - 1):
        return to.last_step(node, x)
    raise FileError(
        f"The operator {node} takes a part of a value; here that can only be the last "
        "step of a sequence."
    )


def sides_joined(values: list[Value]) -> Value | None:
    """What both directions remember, if these are the two of them, in order."""
    if not all(isinstance(value, Value) for value in values):
        return None
    if tuple(value.axes for value in values) != SIDES or values[0].layer != values[1].layer:
        return None
    return replace(values[0], axes=ROW)
