"""Convolution: a small window of weights slides over an image."""

import math

import numpy as np

from playground.engine import activations, registry
from playground.engine.builder import Address, Tensor
from playground.engine.kernels import images, products
from playground.engine.layer import Fix, Layer, Parameter, ShapeError, words


@registry.register("layer", "conv2d", "Convolution")
class Conv2D(Layer):
    """Small windows slide over the image; each looks for one pattern.

    y[o, r, s] = activation(b[o] + Σ_c,i,j W[o, c, i, j] · x[c, stride·r + dilation·i − padding, …]),
    x [channels, height, width], W [filters, channels / groups, kernel_size, kernel_size]
    (LeCun et al., 1989). Output height: ⌊(height + 2 padding − dilation (kernel_size − 1) − 1) /
    stride⌋ + 1.
    """

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

    def output_shape(self, shape):
        if len(shape) != 3:
            raise ShapeError(
                f"a convolution reads an image (channels×height×width), and its input is {words(shape)}."
            )
        channels, height, width = shape
        for count, name in ((channels, "channels"), (self.filters, "filters")):
            if count % self.groups:
                raise ShapeError(f"{count} {name} cannot be split into {self.groups} equal groups.")
        if self._reach > min(height, width) + 2 * self.padding:
            raise ShapeError(
                f"a {words((self._reach,) * 2)} kernel does not fit a {words((height, width))} image"
                + (f" padded by {self.padding}." if self.padding else ".")
            )
        return self.filters, *(self._size(size) for size in (height, width))

    def _size(self, size: int) -> int:
        return (size + 2 * self.padding - self._reach) // self.stride + 1

    def fixes(self, shape, position):
        if len(shape) != 3:
            return ()
        if self.filters % self.groups or shape[0] % self.groups:
            return (Fix("Use one group", position, {"groups": 1}),)
        padding = -(-(self._reach - min(shape[1:])) // 2)
        return (Fix(f"Pad by {padding}", position, {"padding": padding}),) if padding <= 30 else ()

    def parameters(self, shape):
        window = self.kernel_size**2
        inputs = shape[0] // self.groups
        weight_shape = (self.filters, inputs, self.kernel_size, self.kernel_size)
        fans = inputs * window, self.filters // self.groups * window
        weight = Parameter("weight", weight_shape, *fans, weight=True)
        return weight, Parameter("bias", (self.filters,), *fans)

    def multiply_adds(self, shape):
        window = shape[0] // self.groups * self.kernel_size**2
        return math.prod(self.output_shape(shape)) * window

    def emit(self, build, x):
        weight, bias = build.parameter("weight"), build.parameter("bias")
        y = convolve(
            build, x, weight, self.output_shape(x.shape), self.stride, self.padding, self.dilation,
            self.groups, bias, build.parameter_gradient("weight"), build.parameter_gradient("bias"),
        )  # fmt: skip
        return activations.emit(build, self.activation, y)


def convolve(
    build, x, weight, shape, stride, padding, dilation, groups, bias, weight_gradient,
    bias_gradient, into=None,
):  # fmt: skip
    """The convolution's operations, forwards and backwards; a bias of None adds nothing."""
    y = into or build.tensor(shape)
    padded = pad(build, x, padding)
    correlate(build, padded, weight, y, stride, dilation, groups, bias)

    def backward():
        g = y.gradient
        if bias:
            sum_maps(build, g, bias_gradient)
        correlate_gradients(build, g, padded, weight_gradient, stride, dilation, groups)
        build.into_gradient(
            x, lambda gx: spread(build, g, weight, gx, stride, padding, dilation, groups)
        )

    build.backward(backward)
    return y


def correlate(build, padded, weight, y, stride, dilation, groups, bias):
    """y[o, r, s] = b[o] + Σ_c,i,j W[o, c, i, j] · padded[c, stride·r + dilation·i, …]"""
    filters, taps, lanes = y.shape[0] // groups, math.prod(weight.shape[1:]), build.lanes
    x_taps, x_pixels, y_pixels = _places(build, padded, weight, y, stride, dilation)
    area = math.prod(y.shape[1:])
    for group in range(groups):
        start = Address(bias, group * filters) if bias else Address(build.zeros(filters))
        build.op(
            products.multiply, Address(weight, group * filters * taps), taps,
            build.table(range(taps)), Address(padded, group * padded.size // groups * lanes),
            x_taps, taps, x_pixels, Address(y, group * filters * area * lanes), area * lanes,
            y_pixels, area, start, lanes, build.row_blocks(filters),
        )  # fmt: skip


def correlate_gradients(build, g, padded, gw, stride, dilation, groups):
    """gw[o, c, i, j] = Σ_r,s g[o, r, s] · padded[c, stride·r + dilation·i, …]"""
    filters, taps, lanes = g.shape[0] // groups, math.prod(gw.shape[1:]), build.lanes
    x_taps, x_pixels, g_pixels = _places(build, padded, gw, g, stride, dilation)
    area = math.prod(g.shape[1:])
    for group in range(groups):
        build.op(
            products.multiply_lanes, Address(g, group * filters * area * lanes), area * lanes,
            g_pixels, Address(padded, group * padded.size // groups * lanes), x_pixels, area, lanes,
            x_taps, taps, Address(gw, group * filters * taps), taps, build.lane_blocks(filters),
        )  # fmt: skip


def _places(build, padded, weight, y, stride, dilation):
    """Tables of the window's taps, the windows' starts, and the pixels of y."""
    lanes, area = build.lanes, math.prod(y.shape[1:])
    taps = _offsets(padded.shape[1:], weight.shape[1:], dilation) * lanes
    starts = _offsets(padded.shape[1:], (1, *y.shape[1:]), stride) * lanes
    return build.table(taps), build.table(starts), build.table(np.arange(area) * lanes)


def sum_maps(build, g, bias_gradient):
    """The gradient of a bias that every pixel of a map shares."""
    rows = Tensor(g.buffer, g.offset, g.shape[:1], math.prod(g.shape[1:]) * g.lanes)
    build.op(products.sum_rows, rows, bias_gradient)


def pad(build, x, padding):
    """x [channels, height, width] with a border of zeros."""
    if not padding:
        return x
    channels, height, width = x.shape
    y = build.tensor((channels, height + 2 * padding, width + 2 * padding))
    places = _offsets(y.shape[1:], x.shape, 1) + padding * (y.shape[2] + 1)
    build.op(images.scatter_rows, x, y, build.table(places))
    return y


def _offsets(image, window, step):
    """Row numbers, in an image [height, width], of a window [channels, rows, columns]."""
    channels, rows, columns = (np.arange(size) for size in window)
    place = (rows[:, None] * image[1] + columns) * step
    return (channels[:, None, None] * image[0] * image[1] + place).ravel()


def spread(build, g, weight, gx, stride, padding, dilation, groups, bias=None):
    """gx[c, y, x] = b[c] + Σ_o,i,j W[o, c, i, j] · g[o, (y + padding − dilation·i) / stride, …].

    The gradient of a convolution's input, and what a transposed convolution computes. Only whole
    quotients count: pixels fall into stride × stride phases, each with its own taps. g gets a
    border of zeros so that every tap may be read.
    """
    filters, inputs, size, _ = weight.shape
    filters //= groups
    lanes, area = build.lanes, gx.shape[1] * gx.shape[2]
    rows, columns = (
        _phases(gx.shape[axis], g.shape[axis], size, stride, padding, dilation) for axis in (1, 2)
    )
    low = [max(side[1], 0) for side in (rows, columns)]
    high = [max(side[2], 0) for side in (rows, columns)]
    height, width = (g.shape[a + 1] + low[a] + high[a] for a in (0, 1))
    bordered = g
    if any(low + high):
        bordered = build.tensor((g.shape[0], height, width))
        places = _offsets((height, width), g.shape, 1) + low[0] * width + low[1]
        build.op(images.scatter_rows, g, bordered, build.table(places))
    outputs = np.arange(filters)
    for pixels_y, quotient_y, taps_y, shift_y in rows[0]:
        for pixels_x, quotient_x, taps_x, shift_x in columns[0]:
            kernel = taps_y[:, None] * size + taps_x
            a_taps = outputs[:, None, None] * inputs * size**2 + kernel
            shift = shift_y[:, None] * width + shift_x
            g_taps = (outputs[:, None, None] * height * width + shift) * lanes
            first = (quotient_y[:, None] + low[0]) * width + quotient_x + low[1]
            place = pixels_y[:, None] * gx.shape[2] + pixels_x
            for group in range(groups):
                start = Address(bias, group * inputs) if bias else Address(build.zeros(inputs))
                build.op(
                    products.multiply, Address(weight, group * weight.shape[1] * filters * size**2),
                    size**2, build.table(a_taps),
                    Address(bordered, group * filters * height * width * lanes),
                    build.table(g_taps), a_taps.size, build.table(first * lanes),
                    Address(gx, group * inputs * area * lanes), area * lanes,
                    build.table(place * lanes), place.size, start, lanes,
                    build.row_blocks(inputs),
                )  # fmt: skip


def _phases(size_in, size_out, kernel, stride, padding, dilation):
    """One axis: for each phase its pixels, their quotients, its taps and the taps' shifts.

    Also how far below 0 and above the last output the reads go.
    """
    phases, low, high = [], 0, 0
    for phase in range(stride):
        pixels = np.array([i for i in range(size_in) if (i + padding) % stride == phase], int)
        taps = np.array([t for t in range(kernel) if (t * dilation - phase) % stride == 0], int)
        if not pixels.size:
            continue
        quotients, shifts = (pixels + padding - phase) // stride, (phase - taps * dilation) // stride
        if taps.size:
            low = max(low, -(quotients.min() + shifts.min()))
            high = max(high, quotients.max() + shifts.max() - (size_out - 1))
        phases.append((pixels, quotients, taps, shifts))
    return phases, int(low), int(high)
