"""Blocks: a few convolutions that work as one layer, as the deep networks since 2014 stack them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from playground.engine import activations, registry
from playground.engine.builder import Builder
from playground.engine.footprint import TOUCH, Footprint, total
from playground.engine.kernels import images
from playground.engine.layer import Fix, Layer, Parameter, Shape, ShapeError, words
from playground.engine.layers.convolution import Conv2D, convolve
from playground.engine.layers.normalisation import batch_norm_parameters, batch_normalise
from playground.engine.layers.pooling import MaxPool2D
from playground.engine.operands import Tensor

POOL = MaxPool2D(pool_size=3, stride=1, padding=1)  # what an inception block's last branch reads


def _named(prefix: str, conv: Conv2D, shape: Shape, bias: bool) -> list[Parameter]:
    """A convolution's parameters under a name of their own."""
    own = [p for p in conv.parameters(shape) if bias or p.name != "bias"]
    return [dataclasses.replace(p, name=f"{prefix}.{p.name}") for p in own]


def _emit(
    build: Builder, x: Tensor, prefix: str, conv: Conv2D, bias: bool, into: Tensor | None = None
) -> Tensor:
    """A convolution's operations, with the parameters named so."""
    places = build.parameter, build.parameter_gradient
    weight, weight_gradient = (place(f"{prefix}.weight") for place in places)
    biases = [place(f"{prefix}.bias") if bias else None for place in places]
    return convolve(
        build,
        x,
        weight,
        conv.output_shape(x.shape),
        conv.stride,
        conv.padding,
        1,
        1,
        biases[0],
        weight_gradient,
        biases[1],
        into,
    )


@registry.register("layer", "residual", "Residual block")
class Residual(Layer):
    """Two convolutions whose result is added to their own input, so that deep stacks still learn.

    y = activation(F(x) + shortcut(x)), F = two convolutions with `padding` = kernel_size // 2, each
    followed by batch normalisation, an activation between them; the first moves by `stride`. The
    shortcut is x itself or, where shapes differ, a 1×1 convolution of it (He et al., 2016).
    """

    icon = "alt_route"
    short = "Residual"
    family = "conv"

    filters: int = registry.integer(16, 1, 1024, "How many maps both convolutions make.")
    kernel_size: int = registry.integer(3, 1, 15, "Side of both windows, an odd number.")
    stride: int = registry.integer(1, 1, 16, "Pixels the first window moves at a time.")
    batch_norm: bool = registry.flag(True, "Normalise after each convolution.")
    activation: str = registry.choice("relu", "activation", "What follows each of the two steps.")

    def output_shape(self, shape: Shape) -> Shape:
        if self.kernel_size % 2 == 0:
            raise ShapeError(
                f"its kernel size must be odd, so that both paths meet, and is {self.kernel_size}."
            )
        return self._convolutions(shape)["conv1"][0].output_shape(shape)

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        if self.kernel_size % 2 == 0:
            size = self.kernel_size + 1
            return (Fix(f"Use {words((size, size))} kernels", position, {"kernel_size": size}),)
        return ()

    def _convolutions(self, shape: Shape) -> dict[str, tuple[Conv2D, Shape]]:
        """Each convolution by its name, with the shape that it reads."""
        half = self.kernel_size // 2
        first, second = (
            Conv2D(filters=self.filters, kernel_size=self.kernel_size, stride=s, padding=half)
            for s in (self.stride, 1)
        )
        middle = first.output_shape(shape)
        convolutions = {"conv1": (first, shape), "conv2": (second, middle)}
        if middle != shape:
            shortcut = Conv2D(filters=self.filters, kernel_size=1, stride=self.stride)
            convolutions["shortcut.0"] = shortcut, shape
        return convolutions

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        parameters: list[Parameter] = []
        for name, (conv, read) in self._convolutions(shape).items():
            parameters += _named(name, conv, read, bias=not self.batch_norm)
            if self.batch_norm:
                parameters += batch_norm_parameters(self.filters, NORMALISED[name])
        return parameters

    def multiply_adds(self, shape: Shape) -> int:
        return sum(c.multiply_adds(read) for c, read in self._convolutions(shape).values())

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        convolutions = self._convolutions(shape)
        parts = [conv.footprint(read, lanes) for conv, read in convolutions.values()]
        maps = math.prod(self.output_shape(shape))
        norms = 3 * len(parts) if self.batch_norm else 2
        values = 2 * activations.values(self.activation, maps)
        extra = Footprint(norms * maps + values, 0, 12 * len(parts), TOUCH * norms * maps)
        return total([*parts, extra])

    def smallest_batch(self, shape: Shape) -> int:
        return 2 if self.batch_norm and math.prod(self.output_shape(shape)[1:]) == 1 else 1

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        convolutions = self._convolutions(x.shape)

        def step(name: str, x: Tensor, **options: Any) -> Tensor:
            y = _emit(build, x, name, convolutions[name][0], bias=not self.batch_norm)
            if not self.batch_norm:
                return y
            return batch_normalise(build, y, NORMALISED[name], **options)

        relu = self.batch_norm and self.activation == "relu"  # then it costs no pass of its own
        rest = "identity" if relu else self.activation
        y = activations.emit(build, rest, step("conv1", x, relu=relu))
        shortcut = step("shortcut.0", x) if "shortcut.0" in convolutions else x
        if self.batch_norm:
            y = step("conv2", y, relu=relu, add=shortcut)
        else:
            y = _add_onto(build, step("conv2", y), shortcut)
        return activations.emit(build, rest, y)


NORMALISED = {"conv1": "bn1.", "conv2": "bn2.", "shortcut.0": "shortcut.1."}


def _add_onto(build: Builder, y: Tensor, x: Tensor) -> Tensor:
    """y + x in the place of y, whose layer does not read it again."""
    build.op(images.add, x, y)
    build.backward(lambda: build.pass_gradient(x, y.gradient))
    return y


@registry.register("layer", "inception", "Inception block")
class Inception(Layer):
    """Looks at an image through windows of three sizes at once, and keeps all that they see.

    y = activation of the maps of four branches, one after the other: a 1×1 convolution; a 1×1 that
    reduces, then a 3×3; a 1×1 that reduces, then a 5×5; and a 3×3 max pool, then a 1×1. All keep
    the image's size (Szegedy et al., 2015, “Going deeper with convolutions”). The activation also
    follows the convolutions that reduce.
    """

    icon = "account_tree"
    short = "Inception"
    family = "conv"

    filters_1x1: int = registry.integer(8, 1, 512, "Maps of the 1×1 windows.", title="1×1 maps")
    filters_3x3_reduce: int = registry.integer(
        8, 1, 512, "Maps that the 3×3 windows read.", title="Before 3×3"
    )
    filters_3x3: int = registry.integer(16, 1, 512, "Maps of the 3×3 windows.", title="3×3 maps")
    filters_5x5_reduce: int = registry.integer(
        4, 1, 512, "Maps that the 5×5 windows read.", title="Before 5×5"
    )
    filters_5x5: int = registry.integer(8, 1, 512, "Maps of the 5×5 windows.", title="5×5 maps")
    filters_pool: int = registry.integer(8, 1, 512, "Maps after pooling.", title="Pooled maps")
    activation: str = registry.choice("relu", "activation", "What follows each convolution.")

    def notes(self) -> str:
        maps = (self.filters_1x1, self.filters_3x3, self.filters_5x5, self.filters_pool)
        return "+".join(map(str, maps))

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                "an inception block reads an image (channels×height×width), and its input is "
                f"{words(shape)}."
            )
        filters = self.filters_1x1 + self.filters_3x3 + self.filters_5x5 + self.filters_pool
        return filters, *shape[1:]

    def _branches(self) -> list[list[tuple[str, Conv2D]]]:
        """The convolutions of each branch; names count a branch's activations and pool too."""

        def conv(name: str, filters: int, size: int) -> tuple[str, Conv2D]:
            return name, Conv2D(filters=filters, kernel_size=size, padding=size // 2)

        before_3x3 = conv("branch2.0", self.filters_3x3_reduce, 1)
        before_5x5 = conv("branch3.0", self.filters_5x5_reduce, 1)
        return [
            [conv("branch1.0", self.filters_1x1, 1)],
            [before_3x3, conv("branch2.2", self.filters_3x3, 3)],
            [before_5x5, conv("branch3.2", self.filters_5x5, 5)],
            [conv("branch4.1", self.filters_pool, 1)],
        ]

    def _convolutions(self, shape: Shape) -> list[tuple[str, Conv2D, Shape]]:
        """Every convolution with its name and the shape that it reads."""
        convolutions = []
        for branch in self._branches():
            read = shape
            for name, conv in branch:
                convolutions.append((name, conv, read))
                read = conv.output_shape(read)
        return convolutions

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        return [
            p
            for name, conv, read in self._convolutions(shape)
            for p in _named(name, conv, read, bias=True)
        ]

    def multiply_adds(self, shape: Shape) -> int:
        return sum(conv.multiply_adds(read) for _, conv, read in self._convolutions(shape))

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        parts = [conv.footprint(read, lanes) for _, conv, read in self._convolutions(shape)]
        maps = math.prod(self.output_shape(shape))
        reduced = (self.filters_3x3_reduce + self.filters_5x5_reduce) * math.prod(shape[1:])
        values = activations.values(self.activation, maps + reduced)
        rest = Footprint(maps + values, 0, 16, TOUCH * maps)
        return total([*parts, POOL.footprint(shape, lanes), rest])

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        y = build.tensor(self.output_shape(x.shape))
        parts, row = [], 0
        for number, branch in enumerate(self._branches()):
            part = POOL.emit(build, x) if number == 3 else x
            for name, conv in branch[:-1]:
                part = _emit(build, part, name, conv, True)
                part = activations.emit(build, self.activation, part)
            name, conv = branch[-1]
            place = y.rows(row, conv.output_shape(part.shape))
            parts.append((row, _emit(build, part, name, conv, True, into=place)))
            row += place.size

        def backward() -> None:
            for first, part in parts:
                part.gradient = y.gradient.rows(first, part.shape)

        build.backward(backward)
        return activations.emit(build, self.activation, y)
