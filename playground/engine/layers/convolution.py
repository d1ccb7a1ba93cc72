"""Convolution: a small window of weights slides over an image."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.engine import activations, registry
from playground.engine.builder import Builder
from playground.engine.footprint import TOUCH, Footprint
from playground.engine.kernels import images, products
from playground.engine.layer import Fix, Layer, Parameter, Shape, ShapeError, words
from playground.engine.operands import Address, Tensor


@registry.register("layer", "conv2d", "Convolution")
class Conv2D(Layer):
    """Small windows slide over the image; each looks for one pattern.

    y[o, r, s] = f(b[o] + Σ_c,i,j W[o, c, i, j] · x[c, stride·r + dilation·i − padding, …]),
    x [channels, height, width], W [filters, channels / groups, kernel_size, kernel_size]
    (LeCun et al., 1989). Output height: ⌊(height + 2 padding − dilation (kernel_size − 1) − 1) /
    stride⌋ + 1.
    """

    icon = "grid_on"
    family = "conv"

    filters: int = registry.integer(8, 1, 1024, "How many patterns this layer looks for.")
    kernel_size: int = registry.integer(
        3, 1, 31, "Side of the little window that slides over the image."
    )
    stride: int = registry.integer(1, 1, 16, "Pixels the window moves at a time.")
    padding: int = registry.integer(0, 0, 30, "Zeros added around the image.")
    dilation: int = registry.integer(1, 1, 16, "Distance between the pixels that a window reads.")
    groups: int = registry.integer(
        1, 1, 1024, "Groups of channels that do not see each other. 1: every filter sees all."
    )
    activation: str = registry.choice(
        "identity", "activation", "What each filter does with its sum."
    )

    @property
    def _reach(self) -> int:
        return self.dilation * (self.kernel_size - 1) + 1

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                f"a convolution reads an image (channels×height×width), and its input is "
                f"{words(shape)}."
            )
        channels, height, width = shape
        for count, name in ((channels, "channels"), (self.filters, "filters")):
            if count % self.groups:
                raise ShapeError(f"{count} {name} cannot be split into {self.groups} equal groups.")
        if self._reach > min(height, width) + 2 * self.padding:
            raise ShapeError(
                f"a {words((self._reach,) * 2)} kernel does not fit a "
                f"{words((height, width))} image"
                + (f" padded by {self.padding}." if self.padding else ".")
            )
        return self.filters, *(self._size(size) for size in (height, width))

    def _size(self, size: int) -> int:
        return (size + 2 * self.padding - self._reach) // self.stride + 1

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        if len(shape) != 3:
            return ()
        if self.filters % self.groups or shape[0] % self.groups:
            return (Fix("Use one group", position, {"groups": 1}),)
        padding = -(-(self._reach - min(shape[1:])) // 2)
        return (Fix(f"Pad by {padding}", position, {"padding": padding}),) if padding <= 30 else ()

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        window = self.kernel_size**2
        inputs = shape[0] // self.groups
        weight_shape = (self.filters, inputs, self.kernel_size, self.kernel_size)
        fans = inputs * window, self.filters // self.groups * window
        weight = Parameter("weight", weight_shape, *fans, weight=True)
        return weight, Parameter("bias", (self.filters,), *fans)

    def multiply_adds(self, shape: Shape) -> int:
        window = shape[0] // self.groups * self.kernel_size**2
        return math.prod(self.output_shape(shape)) * window

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        return window_footprint(self, shape, image=shape, maps=self.output_shape(shape))

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        weight, bias = build.parameter("weight"), build.parameter("bias")
        y = convolve(
            build,
            x,
            weight,
            self.output_shape(x.shape),
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            bias,
            build.parameter_gradient("weight"),
            build.parameter_gradient("bias"),
        )
        return activations.emit(build, self.activation, y)


def convolve(
    build: Builder,
    x: Tensor,
    weight: Tensor,
    shape: Shape,
    stride: int,
    padding: int,
    dilation: int,
    groups: int,
    bias: Tensor | None,
    weight_gradient: Tensor,
    bias_gradient: Tensor | None,
    into: Tensor | None = None,
) -> Tensor:
    """The convolution's operations, forwards and backwards; a bias of None adds nothing."""
    y = into or build.tensor(shape)
    padded = pad(build, x, padding)
    correlate(build, padded, weight, y, stride, dilation, groups, bias)

    def backward() -> None:
        g = y.gradient
        if bias_gradient:
            sum_maps(build, g, bias_gradient)
        correlate_gradients(build, g, padded, weight_gradient, stride, dilation, groups)
        build.into_gradient(
            x, lambda gx: spread(build, g, weight, gx, stride, padding, dilation, groups)
        )

    build.backward(backward)
    return y


def correlate(
    build: Builder,
    padded: Tensor,
    weight: Tensor,
    y: Tensor,
    stride: int,
    dilation: int,
    groups: int,
    bias: Tensor | None,
) -> None:
    """y[o, r, s] = b[o] + Σ_c,i,j W[o, c, i, j] · padded[c, stride·r + dilation·i, …]"""
    filters, taps, lanes = y.shape[0] // groups, math.prod(weight.shape[1:]), build.lanes
    area = math.prod(y.shape[1:])
    tap_places, starts, pixels = _places(padded, weight, y, stride, dilation, lanes)
    columns = lanes
    if lanes == 1 and stride == 1:  # one sample: the pixels of a row take the place of lanes
        columns = y.shape[2]
        starts, pixels = starts[::columns], pixels[::columns]
    for group in range(groups):
        build.multiply(
            Address(weight, group * filters * taps),
            taps,
            Address(padded, group * padded.size // groups * lanes),
            Address(y, group * filters * area * lanes),
            area * lanes,
            Address(bias, group * filters) if bias else None,
            filters,
            columns,
            [(range(taps), tap_places, starts, pixels)],
        )


def correlate_gradients(
    build: Builder, g: Tensor, padded: Tensor, gw: Tensor, stride: int, dilation: int, groups: int
) -> None:
    """gw[o, c, i, j] = Σ_r,s g[o, r, s] · padded[c, stride·r + dilation·i, …]"""
    filters, taps, lanes = g.shape[0] // groups, math.prod(gw.shape[1:]), build.lanes
    places = _places(padded, gw, g, stride, dilation, lanes)
    x_taps, x_pixels, g_pixels = (build.table(place) for place in places)
    area = math.prod(g.shape[1:])
    for group in range(groups):
        build.op(
            products.multiply_lanes,
            Address(g, group * filters * area * lanes),
            area * lanes,
            g_pixels,
            Address(padded, group * padded.size // groups * lanes),
            x_pixels,
            area,
            lanes,
            x_taps,
            taps,
            Address(gw, group * filters * taps),
            taps,
            build.lane_blocks(filters),
        )


def _places(
    padded: Tensor, weight: Tensor, y: Tensor, stride: int, dilation: int, lanes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Offsets of the window's taps, of the windows' starts, and of the pixels of y."""
    taps = _offsets(padded.shape[1:], weight.shape[1:], dilation) * lanes
    starts = _offsets(padded.shape[1:], (1, *y.shape[1:]), stride) * lanes
    return taps, starts, np.arange(math.prod(y.shape[1:])) * lanes


def sum_maps(build: Builder, g: Tensor, bias_gradient: Tensor) -> None:
    """The gradient of a bias that every pixel of a map shares."""
    rows = Tensor(g.buffer, g.offset, g.shape[:1], math.prod(g.shape[1:]) * g.lanes)
    build.op(products.sum_rows, rows, bias_gradient)


def pad(build: Builder, x: Tensor, padding: int) -> Tensor:
    """x [channels, height, width] with a border of zeros."""
    if not padding:
        return x
    channels, height, width = x.shape
    y = build.tensor((channels, height + 2 * padding, width + 2 * padding))
    places = _offsets(y.shape[1:], x.shape, 1) + padding * (y.shape[2] + 1)
    build.op(images.scatter_rows, x, y, build.table(places))
    return y


def _offsets(image: Shape, window: Shape, step: int) -> np.ndarray:
    """Row numbers, in images [height, width] one after the other, of [channels, rows, columns].

    Rows and columns are `step` apart.
    """
    channels, rows, columns = (np.arange(size) for size in window)
    place = (rows[:, None] * image[1] + columns) * step
    return (channels[:, None, None] * image[0] * image[1] + place).ravel()


def spread(
    build: Builder,
    g: Tensor,
    weight: Tensor,
    gx: Tensor,
    stride: int,
    padding: int,
    dilation: int,
    groups: int,
    bias: Tensor | None = None,
) -> None:
    """gx[c, y, x] = b[c] + Σ_o,i,j W[o, c, i, j] · g[o, (y + padding − dilation·i) / stride, …].

    The gradient of a convolution's input, and what a transposed convolution computes. Only
    quotients that are whole and lie inside g count, so pixels fall into classes with the same taps:
    by their remainder, and by how near the border they are.
    """
    filters, inputs, size, _ = weight.shape
    filters //= groups
    lanes, (_, height, width) = build.lanes, g.shape
    area = gx.shape[1] * gx.shape[2]
    rows, columns = (
        _classes(gx.shape[axis], g.shape[axis], size, stride, padding, dilation) for axis in (1, 2)
    )
    outputs = np.arange(filters)[:, None, None]
    classes = []
    for taps_y, shift_y, pixels_y, start_y in rows:
        for taps_x, shift_x, pixels_x, start_x in columns:
            a_taps = outputs * inputs * size**2 + taps_y[:, None] * size + taps_x
            g_taps = outputs * height * width + shift_y[:, None] * width + shift_x
            start = start_y[:, None] * width + start_x
            place = pixels_y[:, None] * gx.shape[2] + pixels_x
            arrays = a_taps, g_taps * lanes, start * lanes, place * lanes
            classes.append(tuple(array.ravel() for array in arrays))
    for group in range(groups):
        build.multiply(
            Address(weight, group * filters * inputs * size**2),
            size**2,
            Address(g, group * filters * height * width * lanes),
            Address(gx, group * inputs * area * lanes),
            area * lanes,
            Address(bias, group * inputs) if bias else None,
            inputs,
            lanes,
            classes,
        )


def window_footprint(layer: Any, shape: Shape, image: Shape, maps: Shape) -> Footprint:
    """That of a convolution from `image` to `maps`, or, transposed, the other way round."""
    outputs = math.prod(layer.output_shape(shape))
    values = math.prod(image) + math.prod(maps) + activations.values(layer.activation, outputs)
    if layer.padding:
        values += image[0] * math.prod(side + 2 * layer.padding for side in image[1:])
    filters, channels = maps[0] // layer.groups, image[0] // layer.groups
    taps = channels * layer.kernel_size**2
    spread = spread_offsets(image, filters, layer.kernel_size, layer.stride, layer.dilation)
    offsets = taps + 2 * math.prod(maps[1:]) + math.prod(image) + spread + maps[0] + image[0]
    work = layer.multiply_adds(shape) + TOUCH * outputs
    return Footprint(values, offsets, 8 + 3 * layer.groups, work)


def spread_offsets(shape: Shape, filters: int, kernel: int, stride: int, dilation: int) -> int:
    """At most how long the tables of `spread` are, onto images of this shape.

    Along an axis the pixels inside fall into as many classes as the window moves, which share its
    taps; those that reach over a border have each a class of its own.
    """
    taps = classes = 1
    for side in shape[1:]:
        border = min(side, 2 * dilation * (kernel - 1))
        taps *= kernel + border * -(-kernel // stride)
        classes *= min(side, stride + border)
    return 2 * filters * taps + 2 * math.prod(shape[1:]) + 6 * classes


def _classes(
    size_in: int, size_out: int, kernel: int, stride: int, padding: int, dilation: int
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Pixels of one axis by the taps that reach them: (taps, shifts, pixels, start of each).

    Tap t reads, for the pixel at start s, output s + shift[t].
    """
    taps = np.arange(kernel)
    groups: dict[tuple, list[tuple[int, int]]] = {}
    for pixel in range(size_in):
        reach = pixel + padding - taps * dilation
        quotient = reach // stride
        valid = (reach % stride == 0) & (quotient >= 0) & (quotient < size_out)
        start = int(quotient[valid][0]) if valid.any() else 0
        key = tuple(zip(taps[valid].tolist(), (quotient[valid] - start).tolist(), strict=True))
        groups.setdefault(key, []).append((pixel, start))
    result = []
    for key, members in groups.items():
        pairs, places = np.array(key, int).reshape(-1, 2), np.array(members, int)
        result.append((pairs[:, 0], pairs[:, 1], places[:, 0], places[:, 1]))
    return result
