"""Back-propagation through time: the operations of recurrent layers.

What the weights make of the inputs is one product for all steps; only the product with what was
remembered waits for the step before. Backwards the gradient goes back step by step (Werbos, 1990),
and a weight's gradient is again one product over all steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernels import images, products, recurrent
from playground.engine.operands import CHUNK, Address, Offsets, Tensor

WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
# Rows and steps that lie powers of two apart take each other's places in the cache: room between
# them made the gradients of weights 1.7 times as fast.
GAP = 16  # numbers between rows, which begin where vectors do
ROOM = 1  # rows between steps
AHEAD = 2  # steps whose inputs are multiplied before what waits for them takes its turn
FEW = 96  # rows of a weight's gradient that are summed up at once


def turned(build: Builder, x: Tensor) -> tuple[Tensor, int]:
    """x [time, features] with a sample's features side by side, and how far rows lie apart.

    Made once for all who read it. There is a step more, for what was before the first.
    """
    (steps, features), known = x.shape, build.turned
    row = -(-features // GAP) * GAP + GAP
    if (x.buffer, x.offset) not in known:
        known[x.buffer, x.offset] = y = build.tensor((steps + 1, row))
        sizes = steps, features, x.lanes, row
        build.op(products.transpose_blocks, Address(x), Address(y), *sizes)
    return known[x.buffer, x.offset], row


@dataclass(frozen=True)
class Strip:
    """The rows from `first` on, `rows` many, of every step of a tensor [time, rows]."""

    tensor: Tensor
    first: int
    rows: int

    def at(self, step: int, row: int = 0, rows: int | None = None) -> Tensor:
        """These rows of one step, or `rows` of them from `row` on."""
        start = step * self.tensor.shape[1] + self.first + row
        return self.tensor.rows(start, (self.rows - row if rows is None else rows,))

    def start(self, row: int = 0) -> Address:
        """Where a row of the first step begins."""
        return Address(self.tensor, (self.first + row) * self.tensor.lanes)

    def places(self, steps: Sequence[int]) -> np.ndarray:
        """How far these steps lie from the first, in numbers."""
        return np.array(steps, np.int64) * self.tensor.shape[1] * self.tensor.lanes


class Direction:
    """One direction of one layer: x [time, features] is read, h [time, units] written.

    `sums` are the sums of the gates at each step, which `step` turns into h, and backwards their
    gradients. `parts` says which rows of the recurrent weights go to which rows of the sums: (row
    of the weight, rows, row of the sums).
    """

    gates: ClassVar[int] = 1  # rows of the weights for each unit

    def __init__(
        self, layer: Any, build: Builder, end: str, steps: list[int], x: Strip, h: Strip
    ) -> None:
        self.layer, self.build, self.steps, self.x, self.h = layer, build, steps, x, h
        self.units, self.rows, self.lanes = h.rows, self.gates * h.rows, build.lanes
        self.names = [name + end for name in WEIGHTS]
        self.w_ih, self.w_hh, self.b_ih, self.b_hh = (build.parameter(n) for n in self.names)
        self.parts = [(0, self.rows, 0)]
        # Only what is read forwards can go on in the next batch.
        self.carries, self.end = build.carries and steps == sorted(steps), end
        self.first_h = self.carried("h") if self.carries else None
        self.sums = self.start()

    def carried(self, name: str) -> Tensor:
        """What the last batch ended with; zeros at the start of an epoch."""
        place, first = self._carried_place(name), self.build.tensor((self.units,))
        self.build.op(recurrent.take_up, place, first, self.build.clock, CHUNK)
        return first

    def _carried_place(self, name: str) -> Address:
        build, name = self.build, f"carried.{self.build.prefix}{name}{self.end}"
        place = build.known_state(name)
        if place is None:
            place = build.state(name, (build.chunks * self.units * self.lanes,))
        return Address(place)

    def carry_on(self, name: str, last: Tensor) -> None:
        """Hand over to the next batch what this one ends with."""
        if self.carries:
            self.build.op(recurrent.hand_over, last, self._carried_place(name), CHUNK)

    def start(self) -> Strip:
        """Make the tensors that the steps need; returns where the sums go."""
        raise NotImplementedError

    def step(self, step: int, before: int | None) -> None:
        """Turn the sums of a step into h."""
        raise NotImplementedError

    def step_backward(self, step: int, before: int | None) -> None:
        """Turn the gradient of h at a step into those of its sums."""
        raise NotImplementedError

    @property
    def slope(self) -> Strip:
        """The gradient of h."""
        return Strip(self.h.tensor.gradient, self.h.first, self.h.rows)

    @property
    def slopes(self) -> Strip:
        """The gradients of the sums."""
        return self.sums

    def _multiply(
        self,
        weight: Address,
        taps: int,
        x: Address,
        y: Address,
        rows: int,
        classes: Sequence[tuple[Offsets, Offsets, Offsets, Offsets]],
        bias: Address | None = None,
        add: bool = False,
    ) -> None:
        self.build.multiply(
            weight, taps, x, y, self.lanes, bias, rows, self.lanes, classes, add=add
        )

    # ---- forwards ----
    def forward(self) -> None:
        """The inputs' part of all sums, then step by step."""
        build, features, lanes = self.build, self.x.rows, self.lanes
        bias, shared = build.tensor((self.rows,), lanes=1), self.parts[0][1]
        build.op(images.copy, self.b_ih, bias)
        build.op(images.add, self.b_hh.rows(0, (shared,)), bias.rows(0, (shared,)))
        taps = range(features), range(0, features * lanes, lanes)
        befores = [None, *self.steps[:-1]]
        for first in range(0, len(self.steps), AHEAD):
            steps = self.steps[first : first + AHEAD]
            places = self.x.places(steps), self.sums.places(steps)
            self._multiply(
                Address(self.w_ih),
                features,
                self.x.start(),
                self.sums.start(),
                self.rows,
                [(*taps, *places)],
                Address(bias),
            )
            for step, before in zip(steps, befores[first : first + AHEAD], strict=True):
                earlier = self.first_h if before is None else self.h.at(before)
                if earlier is not None:
                    self._remember(step, earlier)
                self.step(step, before)
        self.carry_on("h", self.h.at(self.steps[-1]))

    def _remember(self, step: int, earlier: Tensor) -> None:
        """sums of a step += W' h of the step before"""
        units, taps = self.units, (range(self.units), range(0, self.units * self.lanes, self.lanes))
        for row, rows, place in self.parts:
            self._multiply(
                Address(self.w_hh, row * units),
                units,
                Address(earlier),
                Address(self.sums.at(step, place)),
                rows,
                [(*taps, [0], [0])],
                add=True,
            )

    # ---- backwards ----
    def backward(self) -> None:
        """From the last step to the first, then the gradients of weights, biases and inputs."""
        turned_weight = self._turn_weight()
        for step, before in zip(self.steps[::-1], [*self.steps[-2::-1], None], strict=True):
            self.step_backward(step, before)
            if before is not None:
                self._recall(step, before, turned_weight)
        gradients = [self.build.parameter_gradient(name) for name in self.names]
        inputs = self._turn(self.x, self.steps)
        memories = self._turn(self.h, self.steps[:-1], self.first_h)
        followers = self.steps if self.carries else self.steps[1:]
        self._weight_gradient(gradients[0], 0, self.rows, 0, self.steps, self.x.rows, *inputs)
        for part in self.parts:
            self._weight_gradient(gradients[1], *part, followers, self.units, *memories)
        self._bias_gradients(*gradients[2:])
        self.build.into_gradient(self.x.tensor, self._input_gradient)

    def _recall(self, step: int, before: int, turned_weight: Tensor) -> None:
        """gradient of h at the step before += W'ᵀ gradient of the sums"""
        taps = np.concatenate([place + np.arange(rows) for _, rows, place in self.parts])
        self._multiply(
            Address(turned_weight),
            turned_weight.shape[1],
            Address(self.slopes.at(step)),
            Address(self.slope.at(before)),
            self.units,
            [(range(self.rows), taps * self.lanes, [0], [0])],
            add=True,
        )

    def _turn_weight(self) -> Tensor:
        """W'ᵀ, so that the sums over its columns read it in order."""
        y = self.build.tensor((self.units, self.rows + GAP), lanes=1)
        sizes = 1, self.rows, self.units, self.rows + GAP
        self.build.op(products.transpose_blocks, Address(self.w_hh), Address(y), *sizes)
        return y

    def _turn(
        self, x: Strip, steps: list[int], first: Tensor | None = None
    ) -> tuple[Tensor, np.ndarray]:
        """x with a sample's rows one after the other, and where those of [step, lane] begin.

        first: rows that stand before those of the first step.
        """
        places, row = turned(self.build, x.tensor)
        if first is not None:
            steps = [x.tensor.shape[0], *steps]
            to = Address(places, steps[0] * row * self.lanes + x.first)
            sizes = 1, x.rows, self.lanes, row
            self.build.op(products.transpose_blocks, Address(first), to, *sizes)
        begin = np.array(steps, np.int64)[:, None] * self.lanes + np.arange(self.lanes)
        return places, (begin * row + x.first).ravel()

    def _weight_gradient(
        self,
        gw: Tensor,
        row: int,
        rows: int,
        place: int,
        steps: list[int],
        columns: int,
        x: Tensor,
        x_taps: np.ndarray,
    ) -> None:
        """gw[row + i, j] = Σ over steps and lanes of slopes[place + i] · x[j]

        Few rows at a time: what is summed up, and what is read of the slopes, stays in the cache.
        """
        taps = (self.slopes.places(steps)[:, None] + np.arange(self.lanes)).ravel()
        for first in range(0, rows, FEW):
            self.build.multiply(
                self.slopes.start(place + first),
                self.lanes,
                Address(x),
                Address(gw, (row + first) * columns),
                columns,
                None,
                min(FEW, rows - first),
                columns,
                [(taps, x_taps, [0], [0])],
            )

    def _bias_gradients(self, of_input: Tensor, of_memory: Tensor) -> None:
        build, slopes = self.build, self.slopes
        over_time, total = build.tensor((slopes.rows,)), build.tensor((slopes.rows,), lanes=1)
        stride = slopes.tensor.shape[1] * self.lanes
        build.op(recurrent.sum_steps, over_time, slopes.start(), len(self.steps), stride)
        build.op(products.sum_rows, over_time, total)
        build.op(images.copy, total.rows(0, (self.rows,)), of_input)
        for row, rows, place in self.parts:
            build.op(images.copy, total.rows(place, (rows,)), of_memory.rows(row, (rows,)))

    def _input_gradient(self, gx: Tensor) -> None:
        """gx = Wᵀ gradient of the sums, at every step"""
        features, lanes = self.x.rows, self.lanes
        taps = range(0, self.rows * features, features), range(0, self.rows * lanes, lanes)
        places = self.slopes.places(self.steps), Strip(gx, 0, features).places(self.steps)
        self._multiply(
            Address(self.w_ih), 1, self.slopes.start(), Address(gx), features, [(*taps, *places)]
        )
