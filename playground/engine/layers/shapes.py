"""Layers that change the shape of their input, or apply an activation by itself."""

import math
from collections.abc import Sequence

from playground.engine import activations, registry
from playground.engine.builder import Builder
from playground.engine.footprint import Footprint
from playground.engine.layer import Fix, Layer, Shape, ShapeError, words
from playground.engine.operands import Tensor


class Rearranged(Layer):
    """The same numbers under another shape: nothing is computed."""

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        return Footprint(operations=2)


@registry.register("layer", "flatten", "Flatten")
class Flatten(Rearranged):
    """Lays all maps out as one row of numbers."""

    icon = "reorder"
    passes_on = True

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        return build.reshape(x, (x.size,))


@registry.register("layer", "reshape", "Reshape")
class Reshape(Rearranged):
    """Reads the same numbers, in the same order, under another shape.

    [features] become maps with [channels, height, width], or steps in time with [time, features].
    """

    icon = "view_comfy"
    passes_on = True
    adaptable = True

    shape: tuple[int, ...] = registry.integers(
        (1, 28, 28), 1, 8192, "The new sizes; their product must be as many numbers as there are."
    )

    def output_shape(self, shape: Shape) -> Shape:
        if math.prod(shape) != math.prod(self.shape):
            raise ShapeError(
                f"{words(self.shape)} are {math.prod(self.shape):,} numbers, and its input "
                f"{words(shape)} has {math.prod(shape):,}."
            )
        return tuple(self.shape)

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        return (Fix("Lay them out in a row", position, {"shape": (math.prod(shape),)}),)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        return build.reshape(x, tuple(self.shape))


@registry.register("layer", "activation", "Activation")
class Activation(Layer):
    """Applies an activation to every number by itself."""

    icon = "show_chart"
    initials = "f"
    adjusts = True
    curve_option = "name"

    name: str = registry.choice("relu", "activation", "Which curve to apply.")

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        return activations.emit(build, self.name, x, in_place=False)
