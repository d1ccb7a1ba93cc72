"""Layers that join their input with what an earlier layer made: shortcuts through a stack."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernels import images
from playground.engine.layer import Fix, Layer, Shape, ShapeError, words
from playground.engine.operands import Tensor

FROM = "Which layer's output to take besides the input. 1: the first layer's. 0: the data."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Joining(Layer):
    """What adding and concatenating share: `from_layer` counts layers from 1, as messages do."""

    reads_earlier = True
    from_layer: int
    shapes: tuple[Shape, ...] = dataclasses.field(default=(), repr=False, compare=False)

    def placed(self, shapes: Sequence[Shape]) -> Joining:
        return dataclasses.replace(self, shapes=tuple(shapes))

    def _other(self) -> Shape:
        """The shape of the other input."""
        if self.from_layer >= len(self.shapes):
            raise ShapeError(f"there is no layer {self.from_layer} before it.")
        return self.shapes[self.from_layer]

    def _named(self) -> str:
        """The other input, as messages call it."""
        return f"layer {self.from_layer}" if self.from_layer else "the data"

    def notes(self) -> str:
        return f"with {self._named()}"

    def _suits(self, shape: Shape, other: Shape) -> bool:
        """Whether an input of one shape and an earlier output of the other can be joined."""
        raise NotImplementedError

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        suited = [n for n, other in enumerate(self.shapes[:-1]) if self._suits(shape, other)]
        what = "the data" if suited == [0] else f"layer {max(suited, default=0)}"
        return [Fix(f"Take {what}", position, {"from_layer": n}) for n in suited[-1:]]


@registry.register("layer", "add", "Add")
class Add(Joining):
    """Adds an earlier layer's output to its input: y = x + x of that layer."""

    icon = "call_merge"

    from_layer: int = registry.integer(0, 0, 64, FROM)

    def output_shape(self, shape: Shape) -> Shape:
        other = self._other()
        if not self._suits(shape, other):
            raise ShapeError(
                f"it adds {words(other)} numbers of {self._named()} to {words(shape)}: "
                "both must have the same shape."
            )
        return shape

    def _suits(self, shape: Shape, other: Shape) -> bool:
        return shape == other

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        other, y = build.outputs[self.from_layer], build.tensor(x.shape)
        build.op(images.sum_of_two, x, other, y)

        def backward() -> None:
            build.into_gradient(other, lambda g: build.op(images.copy, y.gradient, g))
            build.pass_gradient(x, y.gradient)

        build.backward(backward)
        return y


@registry.register("layer", "concatenate", "Concatenate")
class Concatenate(Joining):
    """Puts an earlier layer's output after its input: images map by map, rows number by number."""

    icon = "call_merge"

    from_layer: int = registry.integer(0, 0, 64, FROM)

    def output_shape(self, shape: Shape) -> Shape:
        other = self._other()
        if not self._suits(shape, other):
            raise ShapeError(
                f"it joins {words(shape)} numbers with {words(other)} of {self._named()}: "
                "they may differ in the first size alone."
            )
        return shape[0] + other[0], *shape[1:]

    def _suits(self, shape: Shape, other: Shape) -> bool:
        return len(shape) == len(other) and shape[1:] == other[1:]

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        other, y = build.outputs[self.from_layer], build.tensor(self.output_shape(x.shape))
        parts = (x, 0), (other, x.size)
        for part, row in parts:
            build.op(images.copy, part, y.rows(row, part.shape))

        def backward() -> None:
            for part, row in parts:
                g = y.gradient.rows(row, part.shape)
                build.into_gradient(part, functools.partial(build.op, images.copy, g))

        build.backward(backward)
        return y


@registry.register("layer", "branch", "Branch")
class Branch(Joining):
    """Starts anew from an earlier layer's output: y = that output.

    What the layers since then have made waits for Add or Concatenate to bring both together.
    """

    icon = "call_split"

    from_layer: int = registry.integer(
        0, 0, 64, "Which layer's output to go on from. 1: the first layer's. 0: the data."
    )

    def output_shape(self, shape: Shape) -> Shape:
        return self._other()

    def _suits(self, shape: Shape, other: Shape) -> bool:
        return True

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        def backward() -> None:
            if x.known_gradient is None:  # nothing has joined x: it has no part in the loss
                build.into_gradient(x, lambda gx: None)

        build.backward(backward)
        other = build.outputs[self.from_layer]
        return build.reshape(other, other.shape)
