"""Dropout: chance silences neurons while training, so that none may rely on another."""

from __future__ import annotations

import math

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernels import dropout
from playground.engine.layer import Layer, Shape, ShapeError, words
from playground.engine.operands import CHUNK, Address, Tensor

RATE = "The share that is silenced in each step of training. 0: none."


@registry.register("layer", "dropout", "Dropout")
class Dropout(Layer):
    """Silences each number with probability `rate` while training; prediction uses all.

    y = x · m / (1 − rate), m = 0 with probability `rate`, else 1, anew for every number, sample and
    step, so that the expected y is x (Srivastava et al., 2014; “inverted”, as in PyTorch).
    """

    icon = "grain"
    passes_on = True
    follows = True

    rate: float = registry.real(0.5, 0, 0.99, RATE)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        return _emit(build, x, self.rate, block=x.size * build.lanes)


@registry.register("layer", "spatial_dropout2d", "Dropout of maps")
class SpatialDropout2D(Layer):
    """Silences whole maps with probability `rate` while training; prediction uses all.

    y[c] = x[c] · m[c] / (1 − rate), m[c] as in dropout, one for all pixels of a map (Tompson et
    al., 2015; PyTorch's Dropout2d): neighbouring pixels say much the same, and would tell what a
    single silenced one had said.
    """

    icon = "grain"
    short = "Map dropout"
    passes_on = True

    rate: float = registry.real(0.2, 0, 0.99, RATE)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                "dropout of maps reads an image (channels×height×width), and its input is "
                f"{words(shape)}."
            )
        return shape

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        return _emit(build, x, self.rate, build.lanes, repeat=math.prod(x.shape[1:]))


def _emit(build: Builder, x: Tensor, rate: float, block: int, repeat: int = 1) -> Tensor:
    """Drop numbers, and the same numbers of the gradient."""
    if not build.training or build.evaluating or not rate:
        return build.reshape(x, x.shape)
    y, position = build.tensor(x.shape), build.position
    settings = (
        block,
        repeat,
        round(rate * 2**32),
        Address(build.constant(1 / (1 - rate))),
        build.clock,
        position,
        CHUNK,
    )
    build.op(dropout.drop, x, y, *settings)
    build.backward(
        lambda: build.into_gradient(x, lambda gx: build.op(dropout.drop, y.gradient, gx, *settings))
    )
    return y
