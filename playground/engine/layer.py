"""What a layer is, and what a stack of layers comes to: shapes, parameters, work."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from playground.engine.footprint import TOUCH, Footprint
from playground.engine.registry import Piece

if TYPE_CHECKING:
    from playground.engine.builder import Builder
    from playground.engine.operands import Tensor

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Parameter:
    """An array of a layer, in PyTorch's layout and under PyTorch's name.

    Weights are drawn by the initializer from `fan_in` and `fan_out`; other parameters start at
    `start`. Regularisation acts on weights alone. `trained` is False for running statistics.
    """

    name: str
    shape: Shape
    fan_in: int = 0
    fan_out: int = 0
    start: float | None = None  # None: drawn (weights) or the initializer's bias
    raised: tuple[int, int, float] | None = None  # entries from, to: they start so much higher
    weight: bool = False
    trained: bool = True

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Fix:
    """A change that would make a stack fit: options of a layer, or, with None, its removal."""

    label: str
    position: int
    changes: dict[str, Any] | None


class ShapeError(ValueError):
    """A stack that cannot work: which layer, why, and what would help."""

    def __init__(self, message: str, position: int = -1, fixes: Sequence[Fix] = ()) -> None:
        super().__init__(message)
        self.message, self.position, self.fixes = message, position, tuple(fixes)


class Layer(Piece):
    """The contract of a layer: shapes and parameters as data, and the operations that it emits.

    A layer is registered with ``@register("layer", name)``, which makes it a frozen dataclass.
    """

    reads_earlier: ClassVar[bool] = False  # whether it reads the output of more than one layer

    # What forms and pictures say of it; a layer that says nothing gets what suits its shapes.
    icon: ClassVar[str] = "layers"  # a Material symbol
    short: ClassVar[str] = ""  # its title where there is little room
    initials: ClassVar[str] = ""  # its title where there is hardly any
    family: ClassVar[str] = ""  # "conv" or "pool": makes maps through windows, or resizes them
    passes_on: ClassVar[bool] = False  # gives what it read, laid out otherwise or let through
    remembers: ClassVar[bool] = False  # goes through a sequence step by step
    adjusts: ClassVar[bool] = False  # changes every number where it stands
    connected: ClassVar[bool] = False  # weight [outputs, inputs] and bias: all weigh all
    adaptable: ClassVar[bool] = False  # where it does not fit, its options make it
    embeds: ClassVar[bool] = False  # gives each word of a table numbers of its own
    follows: ClassVar[bool] = False  # is offered right behind a layer of neurons
    coded: ClassVar[bool] = False  # gives a code, drawn from the mean and variance that it reads
    normalises: ClassVar[tuple[str, str] | None] = None  # data, as a first layer: over what, how
    curve_option: ClassVar[str] = "activation"  # the option that says the activation

    @classmethod
    def label(cls) -> str:
        """Its title, shortened where it has a shorter one."""
        return cls.short or cls.title

    @property
    def curve(self) -> str | None:
        """The activation that it ends in; None for a layer that has no such option."""
        return getattr(self, self.curve_option, None)

    def notes(self) -> str:
        """What matters of its options in a few letters, where `units` or `rate` do not say it."""
        return ""

    @property
    def symbols(self) -> int:
        """How many symbols it reads, whole numbers from 0; 0 for a layer that reads quantities."""
        return 0

    def picture(self, shape: Shape) -> str | None:
        """What its answer to an input of this shape shows: "maps", "steps" or "units".

        None where that was to be seen before: in what it passes on, unless in more dimensions.
        """
        output = self.output_shape(shape)
        if self.passes_on and (output == shape or len(output) == 1):
            return None
        return pictured(output)

    def placed(self, shapes: Sequence[Shape]) -> Layer:
        """The layer as it stands in a stack: `shapes` are the data's and every earlier output's."""
        return self

    def reading(self, columns: tuple[int, ...] | None) -> Layer:
        """The layer on data with these columns: how many inputs each takes, 1 of a number.

        None: nothing is known of them; (): there are none, or other layers stand before it.
        """
        return self

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of one sample's output; ShapeError says why an input does not fit."""
        raise NotImplementedError

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        """The layer's arrays for an input of this shape."""
        return ()

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications with an addition, for one sample, forwards."""
        return 0

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        """What the layer adds to a program of so many lanes, at most; nothing is laid out."""
        inputs, outputs = math.prod(shape), math.prod(self.output_shape(shape))
        work = self.multiply_adds(shape) + TOUCH * outputs
        return Footprint(2 * (inputs + outputs + 1), 4 * (inputs + outputs + lanes), 16, work)

    def smallest_batch(self, shape: Shape) -> int:
        """How many samples a batch needs for training to make sense."""
        return 1

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        """Changes to offer where an input of this shape does not fit."""
        return ()

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        """Add this layer's operations to a program; returns the output."""
        raise NotImplementedError


def pictured(shape: Shape) -> str:
    """How numbers of this shape are shown: as maps of an image, steps in time, or units."""
    return {3: "maps", 2: "steps"}.get(len(shape), "units")


@dataclass(frozen=True)
class Row:
    """One layer of a plan."""

    position: int
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Plan:
    """A stack of layers with every shape known."""

    input_shape: Shape
    rows: tuple[Row, ...]

    @property
    def output_shape(self) -> Shape:
        return self.rows[-1].output_shape if self.rows else self.input_shape

    @property
    def parameters(self) -> int:
        """How many numbers there are to learn."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        return sum(row.multiply_adds for row in self.rows)


LARGEST = 2**27  # numbers in one tensor or layer: beyond it a stack is refused, not tried


def plan(
    layers: Sequence[Layer], input_shape: Shape, columns: tuple[int, ...] | None = None
) -> Plan:
    """Infer every shape; ShapeError names the first layer that does not fit.

    columns: those of the data, see `Layer.reading`.
    """
    rows, shape = [], tuple(input_shape)
    shapes = [shape]
    for position, layer in enumerate(layers):
        layer = layer.placed(shapes).reading(() if position and columns is not None else columns)
        try:
            output = layer.output_shape(shape)
            count = sum(p.size for p in layer.parameters(shape) if p.trained)
            if max(count, math.prod(output)) > LARGEST:
                raise ShapeError("it would need more than 134 million numbers.")
        except ShapeError as error:
            where = f"Layer {position + 1} ({layer.title}) does not fit: "
            removal = Fix(f"Remove layer {position + 1}", position, None)
            fixes = (*layer.fixes(shape, position), removal)
            raise ShapeError(where + error.message, position, fixes) from None
        rows.append(Row(position, layer, shape, output, count, layer.multiply_adds(shape)))
        shape = output
        shapes.append(shape)
    return Plan(tuple(input_shape), tuple(rows))


def words(shape: Shape) -> str:
    """A shape as people write it: 6×28×28."""
    return "×".join(str(size) for size in shape)
