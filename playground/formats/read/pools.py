"""ONNX's operators on images that have no weights: pools and borders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.constants import axes
from playground.formats.read.fitting import Pads, Sides, border, enlarged, fitted
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.value import IMAGE, Value
from playground.formats.read.windows import equal, replaced, window

NEVER_BELOW_ZERO = {"relu", "sigmoid", "softplus", "softmax", "gaussian"}
UNCHANGED_SIGN = {"max_pool2d", "avg_pool2d", "flatten", "reshape", "dropout", "up_sampling2d"}
LOWEST = -3e38  # what a maximum takes for nothing


def pads_of(node: Node, x: Value, sides: Sides, extra: dict[str, Any]) -> tuple[Any, ...]:
    """Stride, border and whether it was rounded up, of a pool on an image; and `extra`."""
    if len(sides) != 2:
        raise FileError(f"The operator {node} does not fit: ours are for images.")
    stride, dilations, pads, ceil, *rest = window(node, sides, {"ceil_mode": 0, **extra})
    if dilations != (1, 1):
        raise node.lacks("dilations", list(dilations))
    pads = border(node, x.shape[1:], sides, (stride, stride), dilations, pads)
    if ceil:
        pads = _rounded_up(x.shape[1:], sides, stride, pads)
    return stride, pads, ceil, *rest


def _rounded_up(shape: Sides, sides: Sides, stride: int, pads: Pads) -> Pads:
    """A border below and right that is so wide that the last window, which is cut off, fits."""
    further = []
    for axis in range(2):
        room = shape[axis] + pads[axis] + pads[axis + 2] - sides[axis]
        windows = -(-room // stride) + 1
        if (windows - 1) * stride >= shape[axis] + pads[axis]:  # it would begin outside
            windows -= 1
        further.append(max((windows - 1) * stride - room, 0))
    return pads[0], pads[1], pads[2] + further[0], pads[3] + further[1]


@operator("MaxPool")
def max_pool(to: Importer, node: Node, x: Any) -> Value:
    sides = tuple(node.attributes.get("kernel_shape") or ())
    x = to.settled(node, x)
    to.wanted(node, to.in_order(node, x), IMAGE)
    if x.pads and x.fill <= LOWEST:
        inner = replaced(to, x)
    else:
        inner = x = to.complete(node, x)
    stride, pads, ceil, _ = pads_of(node, x, sides, {"storage_order": 0})
    above, left, below, right = (a + b for a, b in zip(x.pads or (0,) * 4, pads, strict=True))
    pads = above, left, below, right
    inner = to.complete(node, inner)
    if sides[0] != sides[1]:
        raise node.lacks("kernel_shape", list(sides), ": all sides must be equal")
    if not (equal(pads) and pads[0] <= sides[0] // 2):
        if not _never_below_zero(to, inner.layer):
            name, given = ("ceil_mode", 1) if ceil else ("pads", list(pads))
            raise node.lacks(name, given, " where the border is not the same all round")
        inner, pads = to.copied(node, inner, pads), (0, 0, 0, 0)
    to.stack.reach(node, inner.layer, inner.shape)
    return to.stack.add(node, "max_pool2d", pool_size=sides[0], stride=stride, padding=pads[0])


def _never_below_zero(to: Importer, layer: int) -> bool:
    """Whether a layer gives no number below zero, so that zeros around it win no maximum."""
    while layer and to.stack.layers[layer - 1]["type"] in UNCHANGED_SIGN:
        layer -= 1
    return bool(layer and to.stack.layers[layer - 1].get("name") in NEVER_BELOW_ZERO)


@operator("AveragePool")
def average_pool(to: Importer, node: Node, x: Any) -> Value:
    sides = tuple(node.attributes.get("kernel_shape") or ())
    x = to.layer(node, x, IMAGE)
    stride, pads, ceil, counts = pads_of(node, x, sides, {"count_include_pad": 0})
    if ceil and any(pads) and counts:
        raise node.lacks("ceil_mode", ceil, " with count_include_pad = 1")
    if (
        sides[0] == sides[1]
        and equal(pads)
        and pads[0] <= sides[0] // 2
        and (counts or not pads[0])
    ):
        return to.stack.add(node, "avg_pool2d", pool_size=sides[0], stride=stride, padding=pads[0])
    if (fit := fitted(x.shape[1:], sides, pads, stride)) is None:
        raise node.lacks("kernel_shape", list(sides), ": no square window does the same")
    size, padding, corner = fit
    channels = x.shape[0]
    share = np.full((channels, 1, *sides), 1 / np.prod(sides), np.float32)
    made = to.stack.add(
        node,
        "conv2d",
        {"weight": enlarged(share, size, corner), "bias": np.zeros(channels, np.float32)},
        filters=channels,
        kernel_size=size,
        stride=stride,
        padding=padding,
        groups=channels,
    )
    if counts or not any(pads):
        return made
    return to.scaled(node, made, np.prod(sides) / _counts(x.shape[1:], sides, stride, pads), 0)


def _counts(shape: Sides, sides: Sides, stride: int, pads: Pads) -> np.ndarray:
    """How many pixels of the image each window holds, [height, width]."""
    rows = []
    for axis in range(2):
        inside = np.pad(np.ones(shape[axis]), (pads[axis], pads[axis + 2]))
        starts = range(0, inside.size - sides[axis] + 1, stride)
        rows.append(np.array([inside[start : start + sides[axis]].sum() for start in starts]))
    return np.outer(*rows)


@operator("GlobalAveragePool", "ReduceMean", "ReduceMax")
def global_average(to: Importer, node: Node, x: Any, given: Any = None) -> Value:
    keep, along = 1, [2, 3]
    if node.operator != "GlobalAveragePool":
        _, keep, _ = node.options(axes=None, keepdims=1, noop_with_empty_axes=0)
        along = axes(node, given)
    if len(x.shape) != 3:
        raise node.lacks("axes", along, " for anything but images")
    value, permutation = to.image(node, x)
    places = sorted(permutation[axis % 4 - 1] if axis % 4 else -1 for axis in along or ())
    if places != [1, 2] or (node.operator == "GlobalAveragePool" and permutation[0]):
        raise node.lacks("axes", along)
    to.stack.reach(node, value.layer, value.shape)
    if node.operator == "ReduceMax":
        pooled = _largest(to, node, value).viewed(value.shape[:1])
    else:
        pooled = to.stack.add(node, "global_avg_pool2d")
    ones = [1 if place else value.shape[0] for place in permutation]
    return pooled.viewed(tuple(ones)) if keep else pooled


@operator("GlobalMaxPool")
def global_maximum(to: Importer, node: Node, x: Any) -> Value:
    node.options()
    return _largest(to, node, to.layer(node, x, IMAGE))


def _largest(to: Importer, node: Node, value: Value) -> Value:
    """The largest pixel of each channel."""
    if value.shape[1] != value.shape[2]:
        raise FileError(f"The operator {node} reads an image that is no square.")
    side = value.shape[1]
    return to.stack.add(node, "max_pool2d", pool_size=side, stride=side, padding=0)


@operator("Pad")
def pad(to: Importer, node: Node, x: Any, given: Any = None, fill: Any = None, *more: Any) -> Value:
    mode, pads, value = node.options(mode="constant", pads=None, value=0.0)
    given, fill, *along = weights(node, given, fill, *more)
    pads = [int(size) for size in (pads if given is None else given.ravel())]
    value = value if fill is None else float(fill.ravel()[0])
    axes_of = [int(axis) for axis in along[0].ravel()] if along else range(len(pads) // 2)
    if not any(pads):
        return x
    if mode != "constant":
        raise node.lacks("mode", mode)
    image, permutation = _bordered(to, node, x)
    sides: dict[int, tuple[int, int]] = {}
    for place, axis in enumerate(axes_of):
        before, after = pads[place], pads[place + len(pads) // 2]
        axis %= 4
        if min(before, after) < 0 or (
            (before or after) and (not axis or not permutation[axis - 1])
        ):
            raise node.lacks("pads", pads, ": only images get a border here")
        if axis:
            sides[permutation[axis - 1]] = before, after
    (above, below), (left, right) = sides.get(1, (0, 0)), sides.get(2, (0, 0))
    channels, height, width = image.shape
    shape = channels, height + above + below, width + left + right
    made = replace(image, shape=shape, pads=(above, left, below, right), fill=value)
    if permutation == [0, 1, 2]:
        return made
    return to.complete(node, made).transposed(permutation)


def _bordered(to: Importer, node: Node, x: Any) -> tuple[Value, list[int]]:
    """An image that may get a border, with its line if it lies as ours do, and its permutation."""
    value = to.unpadded(node, x)
    if value.order is None and value.shape[-1] > 1:
        to.wanted(node, value, IMAGE)
        return value, [0, 1, 2]
    return to.image(node, value)
