"""Pooling: an image shrinks, and a number stands for each square of pixels."""

import math
from collections.abc import Sequence

import numpy as np

from playground.engine import activations, registry
from playground.engine.builder import Builder
from playground.engine.footprint import TOUCH, Footprint
from playground.engine.kernels import pooling
from playground.engine.layer import Fix, Layer, Shape, ShapeError, words
from playground.engine.operands import Address, TablePlace, Tensor


class Pool2D(Layer):
    """What both poolings share: windows of pixels, cut off at the border of the image."""

    icon = "zoom_in_map"
    family = "pool"
    pool_size: int
    stride: int | None
    padding: int

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                f"pooling reads an image (channels×height×width), and its input is {words(shape)}."
            )
        if self.padding > self.pool_size // 2:
            raise ShapeError(
                f"a padding of {self.padding} is more than half of the pool size {self.pool_size}."
            )
        if self.pool_size > min(shape[1:]) + 2 * self.padding:
            raise ShapeError(
                f"a {words((self.pool_size,) * 2)} square does not fit a {words(shape[1:])} image."
            )
        return shape[0], *(self._size(size) for size in shape[1:])

    def _size(self, size: int) -> int:
        return (size + 2 * self.padding - self.pool_size) // (self.stride or self.pool_size) + 1

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        maps, window = self.output_shape(shape), self.pool_size**2
        windows = math.prod(maps[1:]) * window
        values = math.prod(shape) + 2 * math.prod(maps)
        work = maps[0] * windows + TOUCH * math.prod(maps)
        return Footprint(values, windows + math.prod(maps[1:]) + 2, 8, work)

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        if len(shape) != 3 or min(shape[1:]) < 1:
            return ()
        if self.padding > self.pool_size // 2:
            return (Fix("Pad by 0", position, {"padding": 0}),)
        size = min(shape[1:])
        return (Fix(f"Pool by {size}", position, {"pool_size": size, "stride": None}),)

    def _tiles(self, shape: Shape) -> bool:
        """Whether every pixel is in one window only."""
        size, stride = self.pool_size, self.stride or self.pool_size
        whole = all(extent % size == 0 for extent in shape[1:])
        return stride == size and whole and not self.padding

    def _windows(self, build: Builder, shape: Shape) -> tuple[TablePlace, TablePlace, int]:
        """Tables of the pixels that each output pixel reads."""
        stride = self.stride or self.pool_size
        sides = []
        for size in shape[1:]:
            corners = range(-self.padding, self._size(size) * stride - self.padding, stride)
            sides.append([range(max(s, 0), min(s + self.pool_size, size)) for s in corners])
        lists = [
            [y * shape[2] + x for y in rows for x in columns]
            for rows in sides[0]
            for columns in sides[1]
        ]
        starts = np.cumsum([0] + [len(pixels) for pixels in lists])
        return build.table(starts), build.table(np.concatenate(lists)), shape[0]


@registry.register("layer", "max_pool2d", "Max pool")
class MaxPool2D(Pool2D):
    """Keeps the largest value of each square of pixels.

    y[c, r, s] = max over the square at (stride·r, stride·s); the border counts as −∞.
    """

    pool_size: int = registry.integer(
        2, 1, 31, "Keeps the largest value of each square of this side."
    )
    stride: int | None = registry.integer(
        None, 1, 31, "Pixels between squares. Empty: the pool size.", optional=True
    )
    padding: int = registry.integer(0, 0, 15, "Pixels of border around the image.")

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        windows, y = self._windows(build, x.shape), build.tensor(self.output_shape(x.shape))
        # The largest of several ReLUs is the ReLU of the largest: that is less work.
        relu_later = build.take_back(activations.ReLU.forward, x)
        build.op(pooling.max_pool, x, y, *windows)

        def backward() -> None:
            if relu_later and self._tiles(x.shape):  # x is read no more: its place can be reused
                spread(x)
                build.pass_gradient(x, x)
            else:
                build.into_gradient(x, spread)

        def spread(gx: Tensor) -> None:
            more = not self._tiles(x.shape)
            build.op(pooling.max_pool_backward, x, y, *windows, gx, y.gradient, more)

        build.backward(backward)
        return activations.emit(build, "relu", y) if relu_later else y


@registry.register("layer", "avg_pool2d", "Average pool")
class AvgPool2D(Pool2D):
    """Replaces each square of pixels by its mean.

    y[c, r, s] = Σ of the square at (stride·r, stride·s) / pool_size²; the border counts as zeros.
    """

    pool_size: int = registry.integer(2, 1, 31, "Takes the mean of each square of this side.")
    stride: int | None = registry.integer(
        None, 1, 31, "Pixels between squares. Empty: the pool size.", optional=True
    )
    padding: int = registry.integer(0, 0, 15, "Pixels of zeros around the image.")

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        windows, y = self._windows(build, x.shape), build.tensor(self.output_shape(x.shape))
        scale = build.constant(1 / self.pool_size**2)
        build.op(pooling.average_pool, x, y, *windows, Address(scale))
        build.backward(
            lambda: build.into_gradient(
                x,
                lambda gx: build.op(
                    pooling.average_pool_backward, gx, y.gradient, *windows, Address(scale)
                ),
            )
        )
        return y
