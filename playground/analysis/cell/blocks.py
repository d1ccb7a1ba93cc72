"""Cells of blocks: the last convolution of several steps, on what the steps before it have made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.analysis.cell.cell import Line, Place, Work, activate, add_up, look, summands, works
from playground.analysis.cell.others import scaled
from playground.engine import activations
from playground.engine.layers.blocks import Inception, Residual

EPSILON = 1e-5  # of the normalisations inside a residual block


def slide(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """A whole convolution: x [channels, height, width] → [filters, rows, columns]."""
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    seen = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], (1, 2))
    y = np.tensordot(weight, seen[:, ::stride, ::stride], ((1, 2, 3), (0, 3, 4)))
    return y if bias is None else y + bias[:, None, None]


def _curve(name: str, x: np.ndarray) -> np.ndarray:
    if name == "softmax":
        powers = np.exp(x - x.max(0))
        return powers / powers.sum(0)
    return x if name == "identity" else activations.curve(name, x)[0].astype(np.float64)


def _normalised(place: Place, prefix: str, x: np.ndarray) -> np.ndarray:
    names = ("running_mean", "running_var", "weight", "bias")
    mean, variance, weight, bias = (place.parameter(prefix + name)[:, None, None] for name in names)
    return (x - mean) / np.sqrt(variance + EPSILON) * weight + bias


@works("residual")
def _(layer: Residual, place: Place) -> Work:
    """The second convolution on what the first has made, then what the shortcut brings."""
    x, half, filter_ = place.x, layer.kernel_size // 2, place.index[0]
    weight = {name: place.parameter(f"{name}.weight") for name in ("conv1", "conv2")}
    bias = {name: None if layer.batch_norm else place.parameter(f"{name}.bias") for name in weight}
    middle = slide(x, weight["conv1"], bias["conv1"], layer.stride, half)
    if layer.batch_norm:
        middle = _normalised(place, "bn1.", middle)
    middle = _curve(layer.activation, middle)
    corner = place.index[1] - half, place.index[2] - half
    window = look(middle, range(len(middle)), corner, (layer.kernel_size,) * 2)
    kernel = weight["conv2"][filter_]
    window = replace(window, weights=kernel)
    own = None if bias["conv2"] is None else float(bias["conv2"][filter_])
    lines = add_up(window.patch * kernel, own)
    if layer.batch_norm:
        names = ("running_mean", "running_var", "weight", "bias")
        mean, variance, scale, shift = (
            float(place.parameter(f"bn2.{part}")[filter_]) for part in names
        )
        scaled(lines, (mean, variance, EPSILON), scale, shift, "the usual")
    short, what = float(x[place.index]) if x.shape == middle.shape else 0.0, "the input itself"
    if x.shape != middle.shape:
        offset = None if layer.batch_norm else place.parameter("shortcut.0.bias")
        path = slide(x, place.parameter("shortcut.0.weight"), offset, layer.stride)
        path = _normalised(place, "shortcut.1.", path) if layer.batch_norm else path
        short, what = float(path[place.index]), "the shortcut"
    total = lines[-1].value
    lines.append(Line(f"plus {what}", summands(np.array([total, short])), total + short))
    if layer.activation == "softmax":
        return Work("Two convolutions, plus their own input; then softmax.", place.found)
    value = activate(layer.activation, lines)
    return Work(
        "The second of the block’s two convolutions reads what the first has made; their "
        "input is added at the end, past both of them.",
        value,
        tuple(lines),
        None,
        window,
    )


@works("inception")
def _(layer: Inception, place: Place) -> Work:
    """The last convolution of the branch that makes this map."""
    counts = layer.filters_1x1, layer.filters_3x3, layer.filters_5x5, layer.filters_pool
    ends = np.cumsum(counts)
    branch = int(np.searchsorted(ends, place.index[0], "right"))
    filter_ = place.index[0] - int(ends[branch] - counts[branch])
    size, last = ((1, "branch1.0"), (3, "branch2.2"), (5, "branch3.2"), (1, "branch4.1"))[branch]
    x, reads = place.x, place.row.position if branch == 0 else None
    if branch in (1, 2):
        before = f"branch{branch + 1}.0"
        x = slide(x, place.parameter(f"{before}.weight"), place.parameter(f"{before}.bias"))
        x = _curve(layer.activation, x)
    elif branch == 3:
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
        x = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2)).max((3, 4))
    corner = place.index[1] - size // 2, place.index[2] - size // 2
    window = look(x, range(len(x)), corner, (size,) * 2)
    kernel = place.parameter(f"{last}.weight")[filter_]
    window = replace(window, weights=kernel)
    lines = add_up(window.patch * kernel, float(place.parameter(f"{last}.bias")[filter_]))
    if layer.activation == "softmax":
        return Work("One of four branches; then softmax over all their maps.", place.found)
    value = activate(layer.activation, lines)
    about = (
        "Made by the 1×1 branch, straight from the input.",
        "Made by the 3×3 branch: it reads maps that a 1×1 convolution has thinned out.",
        "Made by the 5×5 branch: it reads maps that a 1×1 convolution has thinned out.",
        "Made by the pooling branch: the largest of 3×3, then a 1×1 convolution.",
    )[branch]
    return Work(about, value, tuple(lines), reads, window)
