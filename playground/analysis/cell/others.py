"""Cells of layers that hand on, normalise, resize or join numbers."""

from __future__ import annotations

import math

import numpy as np

from playground.analysis.by_hand import bracketed, number
from playground.analysis.cell.cell import (
    Line,
    Place,
    Terms,
    Work,
    activate,
    add_up,
    summands,
    works,
)
from playground.analysis.cell.field import neighbours
from playground.engine import Layer
from playground.engine.layers.joining import Add, Branch, Concatenate, Joining
from playground.engine.layers.normalisation import BatchNorm, LayerNorm, LocalResponseNorm
from playground.engine.layers.resizing import Conv2DTranspose, UpSampling2D
from playground.engine.layers.shapes import Activation

# ---- one number in, one number out ----


def _same(place: Place, about: str) -> Work:
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    value = float(place.x.ravel()[flat])
    return _one(place, about, flat, value, ())


def _one(place: Place, about: str, flat: int, value: float, lines: tuple[Line, ...]) -> Work:
    x = place.x.ravel()[[flat]]
    terms = Terms(x, np.array([flat]), x, heads=("number",))
    return Work(about, value, lines, place.row.position, terms=terms)


@works("flatten", "reshape")
def _(layer: Layer, place: Place) -> Work:
    return _same(place, "The same number, at another place in the row.")


@works("dropout", "spatial_dropout2d")
def _(layer: Layer, place: Place) -> Work:
    return _same(place, "The same number: dropout only silences numbers while training.")


@works("activation")
def _(layer: Activation, place: Place) -> Work:
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    x = place.x
    lines = [Line("What comes in", "", float(x.ravel()[flat]))]
    rest = x[place.index[0]] if x.ndim == 2 else np.moveaxis(x, 0, -1)[place.index[1:]]
    value = activate(layer.name, lines, rest.tolist())
    return _one(
        place,
        "Each number by itself." if layer.name != "softmax" else "Numbers become shares of 1.",
        flat,
        value,
        tuple(lines),
    )


@works("up_sampling2d")
def _(layer: UpSampling2D, place: Place) -> Work:
    channel, row, column = place.index
    _, height, width = place.x.shape
    flat = (channel * height + row // layer.size) * width + column // layer.size
    return _one(
        place,
        f"Every number fills a square of {layer.size}×{layer.size}.",
        flat,
        float(place.x.ravel()[flat]),
        (),
    )


# ---- normalisation ----


def scaled(
    lines: list[Line], moments: tuple[float, float, float], weight: float, bias: float, whose: str
) -> float:
    """Lines from a number to its normalised, scaled and shifted self."""
    x, (mean, variance, epsilon) = lines[-1].value, moments
    deviation = math.sqrt(variance + epsilon)
    apart = (x - mean) / deviation
    lines.append(
        Line(
            f"less {whose} mean, over the deviation",
            f"({number(x)} − {bracketed(mean)}) / {number(deviation)}",
            apart,
        )
    )
    lines.append(
        Line(
            "times the learned scale, plus the shift",
            f"{bracketed(apart)} · {bracketed(weight)} + {bracketed(bias)}",
            apart * weight + bias,
        )
    )
    return lines[-1].value


@works("batch_norm")
def _(layer: BatchNorm, place: Place) -> Work:
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    lines = [Line("What comes in", "", float(place.x.ravel()[flat]))]
    names = ("running_mean", "running_var", "weight", "bias")
    mean, variance, weight, bias = (float(place.parameter(name)[place.index[0]]) for name in names)
    value = scaled(lines, (mean, variance, layer.epsilon), weight, bias, "the map’s usual")
    return _one(
        place,
        "Brought to the scale that training found usual for this map.",
        flat,
        value,
        tuple(lines),
    )


@works("layer_norm")
def _(layer: LayerNorm, place: Place) -> Work:
    x, flat = place.x, int(np.ravel_multi_index(place.index, place.row.output_shape))
    part = x[place.index[0]] if x.ndim == 2 else x
    at = place.index[1:] if x.ndim == 2 else place.index
    lines = [Line("What comes in", "", float(x.ravel()[flat]))]
    moments = float(part.mean()), float(part.var()), layer.epsilon
    value = scaled(
        lines,
        moments,
        float(place.parameter("weight")[at]),
        float(place.parameter("bias")[at]),
        "the layer’s",
    )
    return _one(
        place,
        "Brought to mean 0 and deviation 1 among all numbers of the layer.",
        flat,
        value,
        tuple(lines),
    )


@works("local_response_norm")
def _(layer: LocalResponseNorm, place: Place) -> Work:
    channel, *at = place.index
    near = neighbours(layer.size, channel, len(place.x))
    numbers = np.moveaxis(place.x[near], 0, -1)[tuple(at)]
    squares = numbers**2
    x, rate = float(place.x[place.index]), layer.alpha / layer.size
    base = layer.k + rate * float(squares.sum())
    damp = base**layer.beta
    lines = (
        Line(
            f"Squares of the {len(squares)} maps around it", summands(squares), float(squares.sum())
        ),
        Line(f"times {number(rate)}, plus {number(layer.k)}", "", base),
        Line(f"to the power {number(layer.beta)}", f"{number(base)}^{number(layer.beta)}", damp),
        Line("The number, divided by that", f"{bracketed(x)} / {number(damp)}", x / damp),
    )
    area = math.prod(place.x.shape[1:])
    pixel = at[0] * place.x.shape[2] + at[1]
    terms = Terms(
        numbers,
        np.arange(near.start, near.stop) * area + pixel,
        squares,
        heads=("number", "square"),
    )
    return Work(
        "Maps that fire at the same pixel dampen each other.",
        x / damp,
        lines,
        place.row.position,
        terms=terms,
    )


# ---- joining ----


@works("add")
def _(layer: Add, place: Place) -> Work:
    here = float(place.x[place.index])
    there = float(place.values[layer.from_layer][place.index])
    line = Line("The two together", summands(np.array([here, there])), here + there)
    flat = int(np.ravel_multi_index(place.index, place.row.output_shape))
    what = f"layer {layer.from_layer}" if layer.from_layer else "the data"
    return _one(
        place,
        f"The number before, plus the one of {what} at the same place.",
        flat,
        line.value,
        (line,),
    )


@works("concatenate")
def _(layer: Concatenate, place: Place) -> Work:
    first = place.row.input_shape[0]
    if place.index[0] < first:
        value = float(place.x[place.index])
        flat = int(np.ravel_multi_index(place.index, place.row.input_shape))
        return _one(place, "The same number: what comes in stands first.", flat, value, ())
    there = place.values[layer.from_layer]
    index = (place.index[0] - first, *place.index[1:])
    what = f"layer {layer.from_layer}" if layer.from_layer else "the data"
    return _elsewhere(layer, there, index, f"The same number, from {what}.")


@works("branch")
def _(layer: Branch, place: Place) -> Work:
    there = place.values[layer.from_layer]
    what = f"layer {layer.from_layer}" if layer.from_layer else "the data"
    return _elsewhere(layer, there, place.index, f"The same number: it goes on from {what}.")


def _elsewhere(layer: Joining, there: np.ndarray, index: tuple[int, ...], about: str) -> Work:
    value = float(there[index])
    flat = np.array([np.ravel_multi_index(index, there.shape)])
    terms = Terms(np.array([value]), flat, np.array([value]), heads=("number",))
    return Work(about, value, (), layer.from_layer, terms=terms)


@works("conv2d_transpose")
def _(layer: Conv2DTranspose, place: Place) -> Work:
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
            parts += [
                (channel, r, s, weights[channel, name, i, j])
                for channel in range(group * per, (group + 1) * per)
            ]
    maps, rows, columns = (np.array([part[axis] for part in parts], int) for axis in range(3))
    weight = np.array([part[3] for part in parts])
    x = place.x[maps, rows, columns]
    lines = add_up((x * weight)[None], float(place.parameter("bias")[out]))
    if layer.activation == "softmax":
        return Work("Stamps of the pixels around, added up; then softmax.", place.found)
    value = activate(layer.activation, lines)
    terms = Terms(x, (maps * height + rows) * width + columns, x * weight, weight)
    return Work(
        "Every pixel stamps its pattern; here those meet that reach this place.",
        value,
        tuple(lines),
        place.row.position,
        terms=terms,
    )
