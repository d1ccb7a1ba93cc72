"""Recurrent layers: the same weights at every step of a sequence, with a memory of earlier steps.

x is [time, features]. Parameters have PyTorch's names, layouts and order of gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from playground.engine import registry
from playground.engine.activations import ReLU, Tanh
from playground.engine.builder import Builder
from playground.engine.footprint import TOUCH, Footprint, total
from playground.engine.kernels import images
from playground.engine.kernels import recurrent as kernels
from playground.engine.layer import Layer, Parameter, Shape, ShapeError, words
from playground.engine.operands import Address, Tensor
from playground.engine.through_time import GAP, ROOM, WEIGHTS, Direction, Strip

CURVES: dict[str, type[Tanh] | type[ReLU]] = {"tanh": Tanh, "relu": ReLU}


@dataclass(frozen=True, kw_only=True)
class Recurrent(Layer):
    """What the three layers share: steps, directions, and layers on top of each other."""

    icon = "repeat"
    remembers = True

    units: int = registry.integer(32, 1, 1024, "How many numbers the layer remembers.")
    return_sequences: bool = registry.flag(
        False, "Give what is remembered after every step, instead of after the last one alone."
    )
    num_layers: int = registry.integer(1, 1, 8, "How many such layers, one on top of the other.")
    bidirectional: bool = registry.flag(
        False, "Read the sequence from its end, too, with other weights; both go on side by side."
    )
    direction: ClassVar[type[Direction]]

    @property
    def _ends(self) -> tuple[str, ...]:
        """How the names of each direction's weights end."""
        return ("", "_reverse") if self.bidirectional else ("",)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 2:
            raise ShapeError(
                "a recurrent layer reads a sequence (time×features), and its input is "
                f"{words(shape)}. Put a Reshape layer before it."
            )
        features = len(self._ends) * self.units
        return (shape[0], features) if self.return_sequences else (features,)

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        rows, features, parameters = self.direction.gates * self.units, shape[-1], []
        for number in range(self.num_layers):
            for end in self._ends:
                for name in WEIGHTS:
                    columns = self.units if name.endswith("hh") else features
                    weight = name.startswith("weight")
                    size = (rows, columns) if weight else (rows,)
                    fans = columns, self.units
                    raised = self._raised(name)
                    parameters.append(
                        Parameter(
                            f"{name}_l{number}{end}", size, *fans, weight=weight, raised=raised
                        )
                    )
            features = len(self._ends) * self.units
        return tuple(parameters)

    def _raised(self, name: str) -> tuple[int, int, float] | None:
        """Which entries of a parameter start higher than the others, and by how much."""
        return None

    def multiply_adds(self, shape: Shape) -> int:
        weights = (p.size for p in self.parameters(shape) if p.weight)
        return shape[0] * sum(weights)

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        (steps, features), units, ends = shape, self.units, len(self._ends)
        rows, parts = (self.direction.gates + 1) * units, []
        for _ in range(self.num_layers):
            values = steps * (rows + 6 * units + 2 * features + ROOM) + 4 * rows
            values += 4 * (steps + 1) * GAP + features + 2 * units  # what is turned
            values += units * (rows + GAP) // lanes  # the weights turned
            offsets = 4 * (steps + 1) * lanes + 14 * steps + 8 * (rows + features)
            parts += [Footprint(values, offsets, 8 * steps + 24, TOUCH * steps * rows)] * ends
            features = ends * units
        return total([Footprint(work=self.multiply_adds(shape)), *parts])

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        units, times = self.units, list(range(x.shape[0]))
        for number in range(self.num_layers):
            y = build.tensor((x.shape[0], len(self._ends) * units))
            for side, end in enumerate(self._ends):
                steps = times[::-1] if end else times
                h = Strip(y, side * units, units)
                direction = self.direction(
                    self, build, f"_l{number}{end}", steps, Strip(x, 0, x.shape[1]), h
                )
                direction.forward()
                build.backward(direction.backward)
            x = y
        return x if self.return_sequences else self._last(build, x)

    def _last(self, build: Builder, y: Tensor) -> Tensor:
        """What each direction remembers after its last step."""
        units, out = self.units, build.tensor((y.shape[1],))
        ends = [(Strip(y, 0, units), y.shape[0] - 1), (Strip(y, units, units), 0)]
        ends = ends[: len(self._ends)]
        for h, step in ends:
            build.op(images.copy, h.at(step), out.rows(h.first, (units,)))

        def backward() -> None:
            y.gradient = build.tensor(y.shape)
            build.op(kernels.clear, y.gradient)
            for h, step in ends:
                slope = Strip(y.gradient, h.first, units).at(step)
                build.op(images.copy, out.gradient.rows(h.first, (units,)), slope)

        build.backward(backward)
        return out


class RNNDirection(Direction):
    """h replaces its sum, and its gradient is replaced by that of the sum."""

    def start(self) -> Strip:
        self.curve = CURVES[self.layer.activation]
        return self.h

    @property
    def slopes(self) -> Strip:
        return self.slope

    def step(self, step: int, before: int | None) -> None:
        self.build.op(self.curve.forward, self.h.at(step))

    def step_backward(self, step: int, before: int | None) -> None:
        self.build.op(self.curve.backward, self.h.at(step), self.slope.at(step))


@registry.register("layer", "simple_rnn", "Simple RNN")
class SimpleRNN(Recurrent):
    """At each step looks at the input and at its own last answer.

    h_t = tanh(W x_t + b + W' h_t₋₁ + b'), or with ReLU (Elman, 1990).
    """

    activation: str = registry.choice("tanh", tuple(CURVES), "What each unit does with its sum.")
    direction = RNNDirection


class LSTMDirection(Direction):
    """Besides h a step keeps its gates, the cell and the cell's tanh."""

    gates = 4

    def start(self) -> Strip:
        build, shape = self.build, (len(self.steps), self.units)
        self.cells = Strip(build.tensor(shape), 0, self.units)
        self.bent = Strip(build.tensor(shape), 0, self.units)
        self.first_cell = self.carried("c") if self.carries else None
        return Strip(build.tensor((shape[0], self.rows + ROOM)), 0, self.rows)

    def forward(self) -> None:
        super().forward()
        self.carry_on("c", self.cells.at(self.steps[-1]))

    def _cell(self, step: int | None) -> Tensor:
        if step is not None:
            return self.cells.at(step)
        return self.first_cell or self.build.zeros(self.units * self.lanes)

    def step(self, step: int, before: int | None) -> None:
        self.build.op(
            kernels.lstm,
            self.sums.at(step),
            self._cell(before),
            self._cell(step),
            self.bent.at(step),
            self.h.at(step),
        )

    def backward(self) -> None:
        self.cell_slope = self.build.tensor((self.units,))
        self.build.op(kernels.clear, self.cell_slope)
        super().backward()

    def step_backward(self, step: int, before: int | None) -> None:
        self.build.op(
            kernels.lstm_backward,
            self.slope.at(step),
            self.sums.at(step),
            self._cell(before),
            self.bent.at(step),
            self.cell_slope,
        )


@registry.register("layer", "lstm", "LSTM")
class LSTM(Recurrent):
    """Keeps a memory that gates write to, read from and erase, so that it lasts for many steps.

    i, f, o = sigmoid, g = tanh of W x_t + b + W' h_t₋₁ + b', the rows in the order i, f, g, o;
    c_t = f · c_t₋₁ + i · g; h_t = o · tanh(c_t) (Hochreiter and Schmidhuber, 1997; with the forget
    gate f of Gers et al., 2000). A forget bias of 3 lets a fresh network forget 5 % a step, 0 half
    of everything.
    """

    forget_bias: float = registry.real(
        0.0,
        0,
        10,
        "By how much the forget gate's bias starts higher: the higher, the longer a fresh network "
        "remembers (Jozefowicz et al., 2015).",
    )
    direction = LSTMDirection

    def _raised(self, name: str) -> tuple[int, int, float] | None:
        if name != "bias_ih" or not self.forget_bias:
            return None
        return self.units, 2 * self.units, self.forget_bias


class GRUDirection(Direction):
    """The sums of a step are r, z, n and s = W' h + b', which the gate r lets into n."""

    gates = 3

    def start(self) -> Strip:
        units, times = self.units, len(self.steps)
        self.parts = [(0, 2 * units, 0), (2 * units, units, 3 * units)]
        self.spare = self.build.tensor((units,))  # takes what would go to the step before the first
        return Strip(self.build.tensor((times, 4 * units + ROOM)), 0, 4 * units)

    def forward(self) -> None:
        units = self.units
        places = [0] * len(self.steps), self.sums.places(self.steps)
        self._multiply(
            Address(self.w_hh),
            1,
            self.h.start(),
            self.sums.start(3 * units),
            units,
            [((), (), *places)],
            Address(self.b_hh, 2 * units),
        )
        super().forward()

    def _before(self, step: int | None) -> Tensor:
        if step is not None:
            return self.h.at(step)
        return self.first_h or self.build.zeros(self.units * self.lanes)

    def step(self, step: int, before: int | None) -> None:
        self.build.op(kernels.gru, self.sums.at(step), self._before(before), self.h.at(step))

    def step_backward(self, step: int, before: int | None) -> None:
        earlier = self.spare if before is None else self.slope.at(before)
        self.build.op(
            kernels.gru_backward,
            self.slope.at(step),
            self.sums.at(step),
            self._before(before),
            earlier,
        )


@registry.register("layer", "gru", "GRU")
class GRU(Recurrent):
    """Remembers like an LSTM, with two gates instead of three and one memory instead of two.

    r, z = sigmoid of W x_t + b + W' h_t₋₁ + b'; n = tanh(W x_t + b + r · (W' h_t₋₁ + b')), the rows
    in the order r, z, n; h_t = (1 − z) · n + z · h_t₋₁ (Cho et al., 2014).
    """

    direction = GRUDirection
