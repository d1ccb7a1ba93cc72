"""Cells of layers that normalise, resize, join, or are blocks of several steps."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from playground.by_hand import bracketed, number
from playground.engine import activations
from playground.engine.layers import blocks, dropout, joining, normalisation, resizing, shapes
from playground.inside.cell import Line, Place, Terms, Work, _work, activate, add_up, look, told
from playground.inside.field import neighbours

EPSILON = 1e-5  # of the normalisations inside a residual block


# ---- one number in, one number out ----

def _same(place: Place, about: str) -> Work:
    flat = np.ravel_multi_index(place.index, place.row.output_shape)
    value = float(place.x.ravel()[flat])
    return _one(place, about, flat, value, ())


def _one(place: Place, about: str, flat: int, value: float, lines: tuple[Line, ...]) -> Work:
    x = place.x.ravel()[[flat]]
    terms = Terms(x, np.array([flat]), x, heads=("number",))
    return Work(about, value, lines, place.row.position, terms=terms)


@_work.register(shapes.Flatten)
@_work.register(shapes.Reshape)
def _(layer, place):
    return _same(place, "The same number, at another place in the row.")


@_work.register(dropout.Dropout)
@_work.register(dropout.SpatialDropout2D)
def _(layer, place):
    return _same(place, "The same number: dropout only silences numbers while training.")


@_work.register
def _(layer: shapes.Activation, place):
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    x = place.x
    lines = [Line("What comes in", "", float(x.ravel()[flat]))]
    rest = x[place.index[0]] if x.ndim == 2 else x[(slice(None), *place.index[1:])]
    value = activate(layer.name, lines, rest)
    return _one(place, "Each number by itself." if layer.name != "softmax" else
                "Numbers become shares of 1.", flat, value, tuple(lines))


@_work.register
def _(layer: resizing.UpSampling2D, place):
    channel, row, column = place.index
    _, height, width = place.x.shape
    flat = (channel * height + row // layer.size) * width + column // layer.size
    return _one(place, f"Every number fills a square of {layer.size}×{layer.size}.", flat,
                float(place.x.ravel()[flat]), ())


# ---- normalisation ----

def scaled(lines: list[Line], moments: tuple[float, float, float], weight: float, bias: float,
           whose: str) -> float:
    """Lines from a number to its normalised, scaled and shifted self."""
    x, (mean, variance, epsilon) = lines[-1].value, moments
    deviation = math.sqrt(variance + epsilon)
    apart = (x - mean) / deviation
    lines.append(Line(f"less {whose} mean, over the deviation",
                      f"({number(x)} − {bracketed(mean)}) / {number(deviation)}", apart))
    lines.append(Line("times the learned scale, plus the shift",
                      f"{bracketed(apart)} · {bracketed(weight)} + {bracketed(bias)}",
                      apart * weight + bias))
    return lines[-1].value


@_work.register
def _(layer: normalisation.BatchNorm, place):
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    lines = [Line("What comes in", "", float(place.x.ravel()[flat]))]
    names = ("running_mean", "running_var", "weight", "bias")
    mean, variance, weight, bias = (float(place.parameter(one)[place.index[0]]) for one in names)
    value = scaled(lines, (mean, variance, layer.epsilon), weight, bias, "the map’s usual")
    return _one(place, "Brought to the scale that training found usual for this map.", flat, value,
                tuple(lines))


@_work.register
def _(layer: normalisation.LayerNorm, place):
    x, flat = place.x, int(np.ravel_multi_index(place.index, place.row.output_shape))
    part = x[place.index[0]] if x.ndim == 2 else x
    at = place.index[1:] if x.ndim == 2 else place.index
    lines = [Line("What comes in", "", float(x.ravel()[flat]))]
    moments = float(part.mean()), float(part.var()), layer.epsilon
    value = scaled(lines, moments, float(place.parameter("weight")[at]),
                   float(place.parameter("bias")[at]), "the layer’s")
    return _one(place, "Brought to mean 0 and deviation 1 among all numbers of the layer.", flat,
                value, tuple(lines))


@_work.register
def _(layer: normalisation.LocalResponseNorm, place):
    channel, *at = place.index
    near = neighbours(layer.size, channel, len(place.x))
    squares = place.x[(near, *at)] ** 2
    x, rate = float(place.x[place.index]), layer.alpha / layer.size
    base = layer.k + rate * float(squares.sum())
    damp = base**layer.beta
    lines = (Line(f"Squares of the {len(squares)} maps around it", told(squares),
                  float(squares.sum())),
             Line(f"times {number(rate)}, plus {number(layer.k)}", "", base),
             Line(f"to the power {layer.beta:g}", f"{number(base)}^{layer.beta:g}", damp),
             Line("The number, divided by that", f"{bracketed(x)} / {number(damp)}", x / damp))
    numbers = place.x[(near, *at)]
    area = math.prod(place.x.shape[1:])
    pixel = at[0] * place.x.shape[2] + at[1]
    terms = Terms(numbers, np.arange(near.start, near.stop) * area + pixel, squares,
                  heads=("number", "square"))
    return Work("Maps that fire at the same pixel dampen each other.", x / damp, lines,
                place.row.position, terms=terms)


# ---- joining ----

@_work.register
def _(layer: joining.Add, place):
    here = float(place.x[place.index])
    there = float(place.values[layer.from_layer][place.index])
    line = Line("The two together", told(np.array([here, there])), here + there)
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    what = f"layer {layer.from_layer}" if layer.from_layer else "the data"
    return _one(place, f"The number before, plus the one of {what} at the same place.", flat,
                line.value, (line,))


@_work.register
def _(layer: joining.Concatenate, place):
    first = place.row.input_shape[0]
    if place.index[0] < first:
        value = float(place.x[place.index])
        flat = int(np.ravel_multi_index(place.index, place.row.input_shape))
        return _one(place, "The same number: what comes in stands first.", flat, value, ())
    there = place.values[layer.from_layer]
    index = (place.index[0] - first, *place.index[1:])
    what = f"layer {layer.from_layer}" if layer.from_layer else "the data"
    return _elsewhere(layer, there, index, f"The same number, from {what}.")


@_work.register
def _(layer: joining.Branch, place):
    there = place.values[layer.from_layer]
    what = f"layer {layer.from_layer}" if layer.from_layer else "the data"
    return _elsewhere(layer, there, place.index, f"The same number: it goes on from {what}.")


def _elsewhere(layer: Any, there: np.ndarray, index: tuple[int, ...], about: str) -> Work:
    value = float(there[index])
    flat = np.array([np.ravel_multi_index(index, there.shape)])
    terms = Terms(np.array([value]), flat, np.array([value]), heads=("number",))
    return Work(about, value, (), layer.from_layer, terms=terms)


@_work.register
def _(layer: resizing.Conv2DTranspose, place):
    weights, (out, row, column) = place.parameter("weight"), place.index
    channels, height, width = place.x.shape
    each, per = weights.shape[1], channels // layer.groups
    group, name = divmod(out, each)
    parts = []
    for i in range(layer.kernel_size):
        for j in range(layer.kernel_size):
            r, odd = divmod(row + layer.padding - layer.dilation * i, layer.stride)
            s, even = divmod(column + layer.padding - layer.dilation * j, layer.stride)
            if odd or even or not (0 <= r < height and 0 <= s < width):
                continue
            parts += [(c, r, s, weights[c, name, i, j])
                      for c in range(group * per, (group + 1) * per)]
    c, r, s = (np.array([part[axis] for part in parts], int) for axis in range(3))
    weight = np.array([part[3] for part in parts])
    x = place.x[c, r, s]
    lines = add_up((x * weight)[None], float(place.parameter("bias")[out]))
    if layer.activation == "softmax":
        return Work("Stamps of the pixels around, added up; then softmax.", place.found)
    value = activate(layer.activation, lines)
    terms = Terms(x, (c * height + r) * width + s, x * weight, weight)
    return Work("Every pixel stamps its pattern; here those meet that reach this place.", value,
                tuple(lines), place.row.position, terms=terms)


# ---- blocks ----

def slide(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, stride: int = 1,
          padding: int = 0) -> np.ndarray:
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
    mean, variance, weight, bias = (place.parameter(prefix + one)[:, None, None] for one in names)
    return (x - mean) / np.sqrt(variance + EPSILON) * weight + bias


@_work.register
def _(layer: blocks.Residual, place):
    """The second convolution on what the first has made, then what the shortcut brings."""
    x, half, filter_ = place.x, layer.kernel_size // 2, place.index[0]
    weight = {name: place.parameter(f"{name}.weight") for name in ("conv1", "conv2")}
    bias = {name: None if layer.batch_norm else place.parameter(f"{name}.bias") for name in weight}
    middle = slide(x, weight["conv1"], bias["conv1"], layer.stride, half)
    if layer.batch_norm:
        middle = _normalised(place, "bn1.", middle)
    middle = _curve(layer.activation, middle)
    corner = tuple(at - half for at in place.index[1:])
    window = look(middle, range(len(middle)), corner, (layer.kernel_size,) * 2)
    window = replace(window, weights=weight["conv2"][filter_])
    own = None if bias["conv2"] is None else float(bias["conv2"][filter_])
    lines = add_up(window.products, own)
    if layer.batch_norm:
        names = ("running_mean", "running_var", "weight", "bias")
        mean, variance, scale, shift = (float(place.parameter(f"bn2.{one}")[filter_])
                                        for one in names)
        scaled(lines, (mean, variance, EPSILON), scale, shift, "the usual")
    short, what = float(x[place.index]) if x.shape == middle.shape else 0.0, "the input itself"
    if x.shape != middle.shape:
        one = None if layer.batch_norm else place.parameter("shortcut.0.bias")
        path = slide(x, place.parameter("shortcut.0.weight"), one, layer.stride)
        path = _normalised(place, "shortcut.1.", path) if layer.batch_norm else path
        short, what = float(path[place.index]), "the shortcut"
    total = lines[-1].value
    lines.append(Line(f"plus {what}", told(np.array([total, short])), total + short))
    if layer.activation == "softmax":
        return Work("Two convolutions, plus their own input; then softmax.", place.found)
    value = activate(layer.activation, lines)
    return Work("The second of the block’s two convolutions reads what the first has made; their "
                "input is added at the end, past both of them.", value, tuple(lines), None, window)


@_work.register
def _(layer: blocks.Inception, place):
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
    corner = tuple(at - size // 2 for at in place.index[1:])
    window = look(x, range(len(x)), corner, (size,) * 2)
    window = replace(window, weights=place.parameter(f"{last}.weight")[filter_])
    lines = add_up(window.products, float(place.parameter(f"{last}.bias")[filter_]))
    if layer.activation == "softmax":
        return Work("One of four branches; then softmax over all their maps.", place.found)
    value = activate(layer.activation, lines)
    about = ("Made by the 1×1 branch, straight from the input.",
             "Made by the 3×3 branch: it reads maps that a 1×1 convolution has thinned out.",
             "Made by the 5×5 branch: it reads maps that a 1×1 convolution has thinned out.",
             "Made by the pooling branch: the largest of 3×3, then a 1×1 convolution.")[branch]
    return Work(about, value, tuple(lines), reads, window)
