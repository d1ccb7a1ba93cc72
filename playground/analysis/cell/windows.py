"""Cells of layers that slide a window over an image: convolution and pooling."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

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
    told,
    works,
)


@works("conv2d")
def _(layer, place):
    corner = tuple(layer.stride * at - layer.padding for at in place.index[1:])
    weights = place.parameter("weight")
    channels, (filter_,) = weights.shape[1], place.index[:1]
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
    lines = add_up(window.products, place.parameter("bias")[filter_])
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


def _pooled(layer: Any, place: Place) -> Window:
    stride, (channel, *at) = layer.stride or layer.pool_size, place.index
    corner = tuple(stride * where - layer.padding for where in at)
    return look(place.x, range(channel, channel + 1), corner, (layer.pool_size,) * 2)


@works("max_pool2d")
def _(layer, place):
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
def _(layer, place):
    window, count = _pooled(layer, place), layer.pool_size**2
    return _mean(place, window, count, f"The mean of {count} numbers.")


@works("global_avg_pool2d")
def _(layer, place):
    channel, size = place.index[0], place.x.shape[1:]
    window = look(place.x, range(channel, channel + 1), (0, 0), size)
    return _mean(place, window, math.prod(size), "One number for a whole map: the mean of it.")


def _mean(place: Place, window: Window, count: int, about: str) -> Work:
    total = float(window.patch.sum())
    lines = (
        Line("All added up", told(window.patch.ravel()), total),
        Line(f"divided by {count}", f"{number(total)} / {count}", total / count),
    )
    return Work(about, total / count, lines, place.row.position, window)
