"""The receptive field: which numbers of every earlier layer, and which pixels, a cell depends on.

Followed backwards through the windows of every layer and cut off at the borders; exact also where
windows leave gaps (dilation, strides) and where branches meet.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from playground.engine import Layer, Plan, Row
from playground.engine.layers.blocks import Inception, Residual
from playground.engine.layers.convolution import Conv2D
from playground.engine.layers.joining import Add, Branch, Concatenate
from playground.engine.layers.normalisation import LayerNorm, LocalResponseNorm
from playground.engine.layers.pooling import Pool2D
from playground.engine.layers.recurrent import Recurrent
from playground.engine.layers.resizing import Conv2DTranspose, GlobalAvgPool2D, UpSampling2D
from playground.engine.layers.shapes import Activation

Index = tuple[int, ...]
Sources = Iterator[tuple[int, np.ndarray]]  # number of the values that are read, and which of them


def field(plan: Plan, position: int, index: Index) -> list[np.ndarray]:
    """Masks, shaped like `values` up to the layer's own: True is what the cell `index` can feel.

    A position after the last layer means the probabilities: each depends on all outputs.
    """
    shapes_ = [plan.input_shape, *(row.output_shape for row in plan.rows)]
    masks = [np.zeros(shape, bool) for shape in shapes_[: position + 2]]
    if position == len(plan.rows):
        masks[position][...] = True
        position -= 1
    else:
        masks[position + 1][index] = True
    for row in reversed(plan.rows[: position + 1]):
        felt = masks[row.position + 1]
        if felt.any():
            rule = READS.get(type(row.layer).type, _everything)
            for source, part in rule(row.layer, row, felt):
                masks[source] |= part
    return masks


# By the name of the layer: its class is another one after its module has been loaded anew.
Rule = Callable[[Any, Row, np.ndarray], Sources]  # of the layer, its row and the cells `felt`
READS: dict[str, Rule] = {}


def reads(*names: str) -> Callable[[Rule], Rule]:
    """Register which numbers are read by the cells `felt` of these layers."""

    def take(rule: Rule) -> Rule:
        READS.update(dict.fromkeys(names, rule))
        return rule

    return take


def _everything(layer: Layer, row: Row, felt: np.ndarray) -> Sources:
    """Dense layers, and whatever is not said below."""
    yield row.position, np.ones(row.input_shape, bool)


def windows(
    felt: np.ndarray,
    shape: Index,
    size: int,
    stride: int,
    padding: int,
    dilation: int = 1,
    groups: int = 1,
) -> np.ndarray:
    """Which pixels [channels, height, width] the windows of the cells `felt` [maps, …] lie on.

    Every cell reads all channels of its group; as many groups as channels: each its own.
    """
    seen = felt.reshape(groups, -1, *felt.shape[1:]).any(1)
    reach = [side + 2 * padding for side in shape[1:]]
    padded = np.zeros((groups, *reach), bool)
    along = [slice(0, stride * (count - 1) + 1, stride) for count in felt.shape[1:]]
    for i in range(0, dilation * size, dilation):
        for j in range(0, dilation * size, dilation):
            padded[:, i:, j:][:, along[0], along[1]] |= seen
    inner = padded[:, padding : padding + shape[1], padding : padding + shape[2]]
    return inner.repeat(shape[0] // groups, 0)


def _mixed(felt: np.ndarray, curve: str) -> np.ndarray:
    """A softmax reads all numbers of a row, all channels of a pixel, all features of a time."""
    if curve != "softmax":
        return felt
    axis = -1 if felt.ndim == 2 else 0
    return np.broadcast_to(felt.any(axis, keepdims=True), felt.shape)


@reads("conv2d")
def _(layer: Conv2D, row: Row, felt: np.ndarray) -> Sources:
    felt = _mixed(felt, layer.activation)
    yield (
        row.position,
        windows(
            felt,
            row.input_shape,
            layer.kernel_size,
            layer.stride,
            layer.padding,
            layer.dilation,
            layer.groups,
        ),
    )


@reads("conv2d_transpose")
def _(layer: Conv2DTranspose, row: Row, felt: np.ndarray) -> Sources:
    felt = _mixed(felt, layer.activation)
    groups, (channels, height, width), pad = layer.groups, row.input_shape, layer.padding
    seen = felt.reshape(groups, -1, *felt.shape[1:]).any(1)
    seen = np.pad(seen, ((0, 0), (pad, pad), (pad, pad)))
    mask = np.zeros((groups, height, width), bool)
    along = [slice(0, layer.stride * (count - 1) + 1, layer.stride) for count in (height, width)]
    for i in range(layer.kernel_size):
        for j in range(layer.kernel_size):
            mask |= seen[:, i * layer.dilation :, j * layer.dilation :][:, along[0], along[1]]
    yield row.position, mask.repeat(channels // groups, 0)


@reads("max_pool2d", "avg_pool2d")
def _(layer: Pool2D, row: Row, felt: np.ndarray) -> Sources:
    yield (
        row.position,
        windows(
            felt,
            row.input_shape,
            layer.pool_size,
            layer.stride or layer.pool_size,
            layer.padding,
            groups=row.input_shape[0],
        ),
    )


@reads("global_avg_pool2d")
def _(layer: GlobalAvgPool2D, row: Row, felt: np.ndarray) -> Sources:
    yield row.position, np.broadcast_to(felt[:, None, None], row.input_shape)


@reads("up_sampling2d")
def _(layer: UpSampling2D, row: Row, felt: np.ndarray) -> Sources:
    channels, height, width = row.input_shape
    yield (
        row.position,
        np.any(felt.reshape(channels, height, layer.size, width, layer.size), (2, 4)),
    )


@reads("batch_norm", "dropout", "spatial_dropout2d", "flatten", "reshape")
def _(layer: Layer, row: Row, felt: np.ndarray) -> Sources:
    yield row.position, felt.reshape(row.input_shape)


@reads("activation")
def _(layer: Activation, row: Row, felt: np.ndarray) -> Sources:
    yield row.position, _mixed(felt, layer.name)


@reads("layer_norm")
def _(layer: LayerNorm, row: Row, felt: np.ndarray) -> Sources:
    axes = None if felt.ndim != 2 else 1
    yield row.position, np.broadcast_to(felt.any(axes, keepdims=True), felt.shape)


@reads("local_response_norm")
def _(layer: LocalResponseNorm, row: Row, felt: np.ndarray) -> Sources:
    mask = np.zeros_like(felt)
    for channel in np.flatnonzero(felt.any((1, 2))):
        mask[neighbours(layer.size, int(channel), len(felt))] |= felt[channel]
    yield row.position, mask


def neighbours(size: int, channel: int, channels: int) -> slice:
    """The maps that dampen a map: `size` of them around it, fewer at the ends."""
    return slice(max(channel - size // 2, 0), min(channel + (size - 1) // 2 + 1, channels))


@reads("simple_rnn", "lstm", "gru")
def _(layer: Recurrent, row: Row, felt: np.ndarray) -> Sources:
    mask = np.ones(row.input_shape, bool)
    if layer.return_sequences and not layer.bidirectional:
        mask[np.flatnonzero(felt.any(1)).max() + 1 :] = False
    yield row.position, mask


@reads("add")
def _(layer: Add, row: Row, felt: np.ndarray) -> Sources:
    yield row.position, felt
    yield layer.from_layer, felt


@reads("concatenate")
def _(layer: Concatenate, row: Row, felt: np.ndarray) -> Sources:
    first = row.input_shape[0]
    yield row.position, felt[:first]
    yield layer.from_layer, felt[first:]


@reads("branch")
def _(layer: Branch, row: Row, felt: np.ndarray) -> Sources:
    yield layer.from_layer, felt


@reads("residual")
def _(layer: Residual, row: Row, felt: np.ndarray) -> Sources:
    size, half = layer.kernel_size, layer.kernel_size // 2
    felt = _mixed(felt, layer.activation)
    middle = windows(felt, felt.shape, size, 1, half)
    mask = windows(_mixed(middle, layer.activation), row.input_shape, size, layer.stride, half)
    if row.output_shape == row.input_shape:
        yield row.position, mask | felt
    else:
        yield row.position, mask | windows(felt, row.input_shape, 1, layer.stride, 0)


@reads("inception")
def _(layer: Inception, row: Row, felt: np.ndarray) -> Sources:
    """Each branch sees through its own window; a pool of 3×3 through all channels of 3×3."""
    felt = _mixed(felt, layer.activation)
    counts = layer.filters_1x1, layer.filters_3x3, layer.filters_5x5, layer.filters_pool
    ends = np.cumsum((0, *counts))
    for (first, last), size in zip(itertools.pairwise(ends), (1, 3, 5, 3), strict=True):
        yield row.position, windows(felt[first:last], row.input_shape, size, 1, size // 2)


def box(mask: np.ndarray) -> tuple[int, int]:
    """How many rows and columns of an image [channels, height, width] a mask spans."""
    return _span(np.any(mask, (0, 2))), _span(np.any(mask, (0, 1)))


def _span(marked: np.ndarray) -> int:
    """From the first that is marked to the last."""
    places = np.flatnonzero(marked)
    return int(places[-1] - places[0] + 1) if len(places) else 0


def share(mask: np.ndarray) -> float:
    """Which part of a layer's numbers a cell depends on."""
    return float(mask.sum() / math.prod(mask.shape))
