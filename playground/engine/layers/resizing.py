"""Layers that make images larger, or one number of each map."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from playground.engine import activations, registry
from playground.engine.builder import Builder
from playground.engine.footprint import Footprint
from playground.engine.kernels import images, pooling
from playground.engine.layer import Fix, Layer, Parameter, Shape, ShapeError, words
from playground.engine.layers.convolution import (
    correlate,
    correlate_gradients,
    pad,
    spread,
    sum_maps,
    window_footprint,
)
from playground.engine.operands import Address, Tensor


@registry.register("layer", "conv2d_transpose", "Transposed convolution")
class Conv2DTranspose(Layer):
    """Every pixel stamps a small pattern onto a larger image; overlapping stamps add up.

    y[o, stride·r + dilation·i − padding, …] += W[c, o, i, j] · x[c, r, s], plus b[o], then the
    activation: what a convolution with the same options does to a gradient on its way back (Zeiler
    et al., 2010). W [channels, filters / groups, kernel_size, kernel_size]. Output height:
    (height − 1) stride − 2 padding + dilation (kernel_size − 1) + output_padding + 1.
    """

    icon = "grid_on"
    short = "Up-convolution"
    family = "conv"

    filters: int = registry.integer(8, 1, 1024, "How many maps the larger image has.")
    kernel_size: int = registry.integer(3, 1, 31, "Side of the pattern that each pixel stamps.")
    stride: int = registry.integer(2, 1, 16, "Pixels between two stamps: how much larger it gets.")
    padding: int = registry.integer(0, 0, 30, "Pixels cut off at each border.")
    output_padding: int = registry.integer(
        0, 0, 15, "Pixels added below and at the right, where several sizes would be possible."
    )
    dilation: int = registry.integer(1, 1, 16, "Distance between the pixels of a stamp.")
    groups: int = registry.integer(
        1, 1, 1024, "Groups of channels that do not see each other. 1: every filter sees all."
    )
    activation: str = registry.choice("identity", "activation", "What follows each filter's sum.")

    def notes(self) -> str:
        return f"{self.filters} of {words((self.kernel_size,) * 2)} ×{self.stride}"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                "a transposed convolution reads an image (channels×height×width), and its input is "
                f"{words(shape)}."
            )
        for count, name in ((shape[0], "channels"), (self.filters, "filters")):
            if count % self.groups:
                raise ShapeError(f"{count} {name} cannot be split into {self.groups} equal groups.")
        if self.output_padding >= max(self.stride, self.dilation):
            raise ShapeError(
                f"an output padding of {self.output_padding} must be less than the stride or the "
                "dilation."
            )
        sizes = [self._size(size) for size in shape[1:]]
        if min(sizes) < 1:
            raise ShapeError(
                f"a padding of {self.padding} cuts all of a {words(shape[1:])} image's stamps off."
            )
        return self.filters, *sizes

    def _size(self, size: int) -> int:
        reach = self.dilation * (self.kernel_size - 1) + self.output_padding + 1
        return (size - 1) * self.stride - 2 * self.padding + reach

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        if len(shape) != 3:
            return ()
        if self.filters % self.groups or shape[0] % self.groups:
            return (Fix("Use one group", position, {"groups": 1}),)
        changes = {"padding": 0, "output_padding": 0}
        return (Fix("Use no padding", position, changes),)

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        window, outputs = self.kernel_size**2, self.filters // self.groups
        weight_shape = (shape[0], outputs, self.kernel_size, self.kernel_size)
        fans = shape[0] // self.groups * window, outputs * window
        weight = Parameter("weight", weight_shape, *fans, weight=True)
        return weight, Parameter("bias", (self.filters,), *fans)

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape) * self.filters // self.groups * self.kernel_size**2

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        return window_footprint(self, shape, image=self.output_shape(shape), maps=shape)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        weight, bias = build.parameter("weight"), build.parameter("bias")
        stride, dilation, groups = self.stride, self.dilation, self.groups
        y = build.tensor(self.output_shape(x.shape))
        spread(build, x, weight, y, stride, self.padding, dilation, groups, bias)

        def backward() -> None:
            sum_maps(build, y.gradient, build.parameter_gradient("bias"))
            g = pad(build, y.gradient, self.padding)
            gw = build.parameter_gradient("weight")
            correlate_gradients(build, x, g, gw, stride, dilation, groups)
            build.into_gradient(
                x, lambda gx: correlate(build, g, weight, gx, stride, dilation, groups, None)
            )

        build.backward(backward)
        return activations.emit(build, self.activation, y)


@registry.register("layer", "up_sampling2d", "Upsampling")
class UpSampling2D(Layer):
    """Repeats every pixel: each becomes a square of the same number (nearest neighbour)."""

    icon = "zoom_out_map"
    family = "pool"

    size: int = registry.integer(2, 1, 16, "Side of the square that each pixel becomes.")

    def notes(self) -> str:
        return f"×{self.size}"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                "upsampling reads an image (channels×height×width), and its input is "
                f"{words(shape)}."
            )
        return shape[0], shape[1] * self.size, shape[2] * self.size

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        (channels, height, width), size = x.shape, self.size
        y = build.tensor((channels, height * size, width * size))
        places = np.arange(x.size).reshape(x.shape)
        build.op(images.gather_rows, x, y, build.table(places.repeat(size, 1).repeat(size, 2)))
        squares = np.arange(y.size // channels).reshape(height, size, width, size)
        windows = (
            build.table(np.arange(height * width + 1) * size**2),
            build.table(squares.transpose(0, 2, 1, 3)),
            channels,
            Address(build.constant(1)),
        )
        build.backward(
            lambda: build.into_gradient(
                x, lambda gx: build.op(pooling.average_pool, y.gradient, gx, *windows)
            )
        )
        return y


@registry.register("layer", "global_avg_pool2d", "Global average pool")
class GlobalAvgPool2D(Layer):
    """Replaces each map by its mean: one number a channel (Lin et al., 2014).

    y[c] = mean over all pixels of x[c].
    """

    icon = "zoom_in_map"
    short = "Global pool"
    family = "pool"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                f"pooling reads an image (channels×height×width), and its input is {words(shape)}."
            )
        return (shape[0],)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        y = build.tensor(x.shape[:1])
        build.op(images.mean_rows, x, y, build.tensor((1,)))
        build.backward(
            lambda: build.into_gradient(x, lambda gx: build.op(images.share_rows, y.gradient, gx))
        )
        return y
