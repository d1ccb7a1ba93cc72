"""Cells of layers that slide a window over an image: convolution and pooling."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from playground.analysis.by_hand import number
from playground.analysis.cell.cell import (
    Line,
    Place,
    Window,
    Work,
    activate,
    add_up,
    look,
    summands,
    works,
)
from playground.engine.layers.convolution import Conv2D
from playground.engine.layers.pooling import AvgPool2D, MaxPool2D, Pool2D
from playground.engine.layers.resizing import GlobalAvgPool2D


@works("conv2d")
def _(layer: Conv2D, place: Place) -> Work:
    filter_, row, column = place.index
    corner = layer.stride * row - layer.padding, layer.stride * column - layer.padding
    weights = place.parameter("weight")
    channels = weights.shape[1]
    groups, size = layer.groups, (layer.kernel_size,) * 2

    def total(which: int) -> float:
        seen = look(
            place.x, _group(which, len(weights), channels, groups), corner, size, layer.dilation
        )
        return float((seen.patch * weights[which]).sum() + place.parameter("bias")[which])

    window = look(
        place.x, _group(filter_, len(weights), channels, groups), corner, size, layer.dilation
    )
    window = replace(window, weights=weights[filter_])
    lines = add_up(window.patch * weights[filter_], place.parameter("bias")[filter_])
    sums = [total(which) for which in range(len(weights))] if layer.activation == "softmax" else []
    value = activate(layer.activation, lines, sums)
    about = (
        f"The kernel lies on {layer.kernel_size}×{layer.kernel_size} pixels"
        + (f" of each of {channels} maps" if channels > 1 else "")
        + ": each number times the weight on it, all added up."
    )
    return Work(about, value, tuple(lines), place.row.position, window)


def _group(filter_: int, filters: int, channels: int, groups: int) -> range:
    """The channels that a filter sees."""
    first = filter_ // (filters // groups) * channels
    return range(first, first + channels)


def _pooled(layer: Pool2D, place: Place) -> Window:
    stride, (channel, row, column) = layer.stride or layer.pool_size, place.index
    corner = stride * row - layer.padding, stride * column - layer.padding
    return look(place.x, range(channel, channel + 1), corner, (layer.pool_size,) * 2)


@works("max_pool2d")
def _(layer: MaxPool2D, place: Place) -> Work:
    window = _pooled(layer, place)
    marked = int(np.where(window.places < 0, -np.inf, window.patch).argmax())
    value = float(window.patch.ravel()[marked])
    count = int((window.places >= 0).sum())
    about = f"The largest of these {count} numbers; the others are dropped."
    return Work(
        about,
        value,
        (Line("The largest", "", value),),
        place.row.position,
        replace(window, marked=marked),
    )


@works("avg_pool2d")
def _(layer: AvgPool2D, place: Place) -> Work:
    window, count = _pooled(layer, place), layer.pool_size**2
    return _mean(place, window, count, f"The mean of {count} numbers.")


@works("global_avg_pool2d")
def _(layer: GlobalAvgPool2D, place: Place) -> Work:
    channel, size = place.index[0], place.x.shape[1:]
    window = look(place.x, range(channel, channel + 1), (0, 0), size)
    return _mean(place, window, math.prod(size), "One number for a whole map: the mean of it.")


def _mean(place: Place, window: Window, count: int, about: str) -> Work:
    total = float(window.patch.sum())
    lines = (
        Line("All added up", summands(window.patch.ravel()), total),
        Line(f"divided by {count}", f"{number(total)} / {count}", total / count),
    )
    return Work(about, total / count, lines, place.row.position, window)
