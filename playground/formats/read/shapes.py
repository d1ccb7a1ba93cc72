"""ONNX's operators that only look at numbers in another way: no layer, or hardly one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import sequences
from playground.formats.read.constants import axes, slices
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.stack import ORDERS, ROW, Value, samples


@operator("Concat")
def concat(to: Importer, node: Node, *parts: Any) -> Value:
    (axis,) = node.options(axis=1)
    if whole := sequences.sides_joined(list(parts)):
        return whole
    values = [to.stack.placed(node, to.natural(node, part)) for part in parts]
    rank = len(values[0].shape) + 1
    if axis % rank != 1:
        raise node.lacks("axis", axis)
    to.stack.reach(node, values[0])
    joined = values[0]
    for value in values[1:]:
        to.recalled.add(value.layer)
        joined = to.stack.add(node, "concatenate", from_layer=value.layer)
    return joined


@operator("Flatten")
def flatten(to: Importer, node: Node, x: Any) -> Value:
    (axis,) = node.options(axis=1)
    x = to.natural(node, x)
    if axis % (len(x.shape) + 1) != 1:
        raise node.lacks("axis", axis)
    return x.viewed((math.prod(x.shape),))


@operator("Reshape")
def reshape(to: Importer, node: Node, x: Any, shape: Any = None) -> Value:
    _, once = node.options(allowzero=0, shape=None)
    shape = np.array(once) if shape is None else weights(node, shape)[0]
    wanted = [int(size) for size in shape.ravel()]
    if isinstance(x, Value) and (known := sequences.merged(to, x, wanted)):
        return known
    x = to.natural(node, x)
    for place in range(1, len(wanted)):
        if wanted[place] == 0 and place <= len(x.shape):
            wanted[place] = x.shape[place - 1]
    return x.viewed(samples(node, x.shape, wanted))


@operator("Squeeze")
def squeeze(to: Importer, node: Node, x: Any, given: Any = None) -> Value:
    along = axes(node, given)
    if along is None:
        raise node.lacks("axes", along)
    if x.axes not in ORDERS.values():
        return sequences.squeezed(to, node, x, along)
    along = [axis % (len(x.shape) + 1) for axis in along]
    if any(not axis or x.shape[axis - 1] != 1 for axis in along):
        raise FileError(f"The operator {node} does not fit the shape {list(x.shape)}.")
    sizes = [size for place, size in enumerate(x.shape, 1) if place not in along]
    return to.natural(node, x).viewed(tuple(sizes))


@operator("Unsqueeze")
def unsqueeze(to: Importer, node: Node, x: Any, given: Any = None) -> Value:
    along, rank = axes(node, given), len(x.shape) + 1
    shape = list(to.natural(node, x).shape)
    for axis in sorted(axis % (rank + len(along)) for axis in along):
        if axis == 0:
            raise node.lacks("axes", along)
        shape.insert(axis - 1, 1)
    return to.natural(node, x).viewed(tuple(shape))


@operator("Identity", "Cast")
def nothing(to: Importer, node: Node, x: Any) -> Value:
    return x


@operator("Shape")
def shape_of(to: Importer, node: Node, x: Any) -> np.ndarray:
    """Zero stands for the batch: in a Reshape it means "as it is"."""
    start, end = node.options(start=0, end=8)
    return np.array(sequences.sizes(to, x), np.int64)[start:end]


@operator("Gather")
def gather(to: Importer, node: Node, x: Any, index: Any) -> Any:
    (axis,) = node.options(axis=0)
    if isinstance(x, np.ndarray) and isinstance(index, Value):
        if x.ndim != 2 or axis % 2:
            raise FileError(
                f"The operator {node} looks up rows of an array of shape "
                f"{list(x.shape)} along axis {axis}; ours has rows and columns."
            )
        to.layer(node, index, ROW)
        return to.stack.add(
            node, "embedding", {"weight": x}, input_dim=x.shape[0], output_dim=x.shape[1]
        )
    return sequences.step(to, node, x, axis, int(weights(node, index)[0].ravel()[0]))


@operator("Slice")
def slice_of(to: Importer, node: Node, x: Any, *parts: Any) -> Any:
    starts, _, along, steps = slices(node, weights(node, *parts))
    if len(starts) != 1 or steps != [1] or starts != [-1]:
        raise FileError(
            f"The operator {node} takes a part of a value; here that can only be the "
            "last step of a sequence."
        )
    last = sequences.step(to, node, x, along[0], -1)
    return replace(last, shape=(1, *last.shape), axes=x.axes)
