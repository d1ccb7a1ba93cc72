"""ONNX's operators that only look at numbers in another way: no layer, or hardly one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import curves, sequences
from playground.formats.read.constants import axes, slices
from playground.formats.read.graph import FLOATS, INTEGERS, Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.stack import samples
from playground.formats.read.value import ORDERS, PAIR, ROW, Value


@operator("Concat")
def concat(to: Importer, node: Node, *parts: Any) -> Value:
    (axis,) = node.options(axis=1)
    if whole := sequences.sides_joined(list(parts)):
        return whole
    if two_classes := _rest_and_share(list(parts)):
        return two_classes
    values = [to.complete(node, part) for part in parts]
    rank, permutation = len(values[0].shape) + 1, list(range(len(values[0].shape)))
    if rank == 4:
        images = [to.image(node, value) for value in values]
        values, permutation = [image for image, _ in images], images[0][1]
        if any(other != permutation for _, other in images):
            to.in_order(node, replace(values[0], axes=""))
    if not axis % rank or permutation[axis % rank - 1]:
        raise node.lacks("axis", axis)
    values = [to.stack.placed(node, to.in_order(node, value)) for value in values]
    to.stack.reach(node, values[0].layer, values[0].shape)
    joined = values[0]
    for value in values[1:]:
        to.recalled.add(value.layer)
        joined = to.stack.add(node, "concatenate", from_layer=value.layer)
    return joined.transposed(permutation)


def _rest_and_share(parts: list[Any]) -> Value | None:
    """Two classes of which one is computed, if these are 1 − p and p; else None."""
    if len(parts) != 2 or not all(isinstance(part, Value) and part.curves for part in parts):
        return None
    rest, share = parts
    if not rest.like(share) or share.shape != (1,):
        return None
    for before, curve in share.curves.items():
        other = rest.curves.get(before)
        if curves.name(curve) == "sigmoid" and other is not None:
            return replace(share, axes=PAIR) if np.allclose(curve + other, 1, 0, 1e-9) else None
    return None


@operator("Flatten")
def flatten(to: Importer, node: Node, x: Any) -> Value:
    (axis,) = node.options(axis=1)
    x = viewable(to, node, x)
    rank = len(x.shape) + 1
    if axis != 1 and axis % rank != 1:
        raise node.lacks("axis", axis)
    return x.viewed((math.prod(x.shape),))


def viewable(to: Importer, node: Node, x: Any) -> Value:
    """A value whose samples come first, so that its shape may be read in another way."""
    value = x if isinstance(x, Value) and x.whole else to.unpadded(node, x)
    if value.axes not in ORDERS.values() and value.axes != "N?":
        to.in_order(node, value)
    return value


@operator("Reshape")
def reshape(to: Importer, node: Node, x: Any, shape: Any = None) -> Value:
    literal, once = node.options(allowzero=0, shape=None)
    shape = np.array(once) if shape is None else weights(node, shape)[0]
    wanted = [int(size) for size in shape.ravel()]
    if isinstance(x, Value) and (known := sequences.merged(to, x, wanted)):
        return known
    x = viewable(to, node, x)
    for place in range(1, len(wanted)):
        if wanted[place] == 0 and place <= len(x.shape) and not literal:
            wanted[place] = x.shape[place - 1]
    return x.viewed(samples(node, x.shape, wanted))


@operator("Squeeze")
def squeeze(to: Importer, node: Node, x: Any, given: Any = None) -> Value:
    along = axes(node, given)
    if along is None:
        raise node.lacks("axes", along)
    if x.axes not in ORDERS.values() and x.axes != "N?":
        return sequences.squeezed(to, node, x, along)
    along = [axis % (len(x.shape) + 1) for axis in along]
    if any(not axis or x.shape[axis - 1] != 1 for axis in along):
        raise FileError(f"The operator {node} does not fit the shape {list(x.shape)}.")
    sizes = [size for place, size in enumerate(x.shape, 1) if place not in along]
    return viewable(to, node, x).viewed(tuple(sizes))


@operator("Unsqueeze")
def unsqueeze(to: Importer, node: Node, x: Any, given: Any = None) -> Value:
    value = viewable(to, node, x)
    along, rank = axes(node, given), len(value.shape) + 1
    shape = list(value.shape)
    for axis in sorted(axis % (rank + len(along)) for axis in along):
        if axis == 0:
            raise node.lacks("axes", along)
        shape.insert(axis - 1, 1)
    return value.viewed(tuple(shape))


@operator("Identity", "ZipMap")
def nothing(to: Importer, node: Node, x: Any) -> Value:
    return x


@operator("Cast")
def cast(to: Importer, node: Node, x: Value) -> Value:
    """Another kind of number: floats are floats, and only symbols may become whole numbers."""
    kind = node.attributes["to"]
    if kind in FLOATS:
        return replace(x, whole=False)
    symbols = set(to.used_by(node.outputs[0])) == {"Gather"} and x.layer == 0 and x.plain
    if kind in INTEGERS and (x.whole or symbols):
        return x
    raise node.lacks("to", kind, ": it would round")


@operator("Shape")
def shape_of(to: Importer, node: Node, x: Any) -> np.ndarray:
    """Zero stands for the batch: in a Reshape it means "as it is"."""
    start, end = node.options(start=0, end=8)
    sizes = np.array(sequences.sizes(to, x), np.int64)
    batch = np.array([axis == "N" for axis in (x.axes if len(x.axes) == len(sizes) else "N")])
    batch = np.concatenate([batch, np.zeros(len(sizes) - len(batch), bool)])[start:end]
    if batch.any():
        to.counted[node.outputs[0]] = batch
    return sizes[start:end]


@operator("Gather")
def gather(to: Importer, node: Node, x: Any, index: Any) -> Any:
    (axis,) = node.options(axis=0)
    if isinstance(x, np.ndarray) and isinstance(index, Value):
        if x.ndim != 2 or axis % 2:
            raise FileError(
                f"The operator {node} looks up rows of an array of shape "
                f"{list(x.shape)} along axis {axis}; ours has rows and columns."
            )
        to.layer(node, replace(index, whole=False), ROW)
        return to.stack.add(
            node, "embedding", {"weight": x}, input_dim=x.shape[0], output_dim=x.shape[1]
        )
    return sequences.step(to, node, x, axis, int(weights(node, index)[0].ravel()[0]))


@operator("Slice")
def slice_of(to: Importer, node: Node, x: Any, *parts: Any) -> Any:
    starts, ends, along, steps = slices(node, weights(node, *parts))
    half = x.axes in ORDERS.values() and ends == [x.shape[0] // 2] and x.shape[0] % 2 == 0
    if to.graph.ours and half and (starts, along, steps) == ([0], [1], [1]):
        to.layer(node, x)
        return to.stack.add(node, "sampling")  # the means of codes
    if len(starts) != 1 or steps != [1] or starts != [-1]:
        raise FileError(
            f"The operator {node} takes a part of a value; here that can only be the "
            "last step of a sequence."
        )
    last = sequences.step(to, node, x, along[0], -1)
    return replace(last, shape=(1, *last.shape), axes=x.axes)
