"""Gradients of everything at once: by the input, by every layer's numbers, by every weight."""

from __future__ import annotations

import dataclasses
import math
import threading

import numpy as np

from playground.analysis.trace import Score, Tapped
from playground.engine.losses import Loss
from playground.engine.network import Design, FrozenNetwork, Network, batch_program, begin
from playground.engine.operands import Tensor
from playground.engine.program import Program, aligned


@dataclasses.dataclass(frozen=True, eq=False)
class Gradients:
    """∂ of one number, by what stands in `values` (the input first), and by the parameters."""

    values: list[np.ndarray]
    parameters: dict[str, np.ndarray]


class Slopes:
    """One sample's gradients in a network of this plan; the weights come with each question.

    The program is made once: a question costs about as much as a step of training with one image.
    """

    def __init__(self, network: Network | FrozenNetwork) -> None:
        """network: a Network or FrozenNetwork, whose plan and loss count."""
        self.plan, self.loss, self.places = network.plan, network.loss, network.places
        self.size, self.names = network.flat.size, list(network.state_dict())
        trained = {
            f"{row.position}.{p.name}"
            for row in self.plan.rows
            for p in row.layer.parameters(row.input_shape)
            if p.trained
        }
        self.names = [name for name in self.names if name in trained]
        self._programs: dict[str, Program] = {}
        self._lock = threading.Lock()

    def of_loss(
        self, network: Network | FrozenNetwork, x: np.ndarray, label: int | np.ndarray
    ) -> Gradients:
        """∂ loss for one input [*shape] whose class, value or answers at every step are `label`."""
        targets = self.loss.lay_out(np.array([label]), self.plan.output_shape)
        return self._ask("loss", self.loss, network, x, targets)

    def of_score(self, network: Network | FrozenNetwork, x: np.ndarray, label: int) -> Gradients:
        """∂ of the score (before the softmax) of class `label`."""
        targets = np.eye(math.prod(self.plan.output_shape))[[label]]
        return self._ask("score", Score(), network, x, targets)

    def _ask(
        self, name: str, loss: Loss, network: Network | FrozenNetwork, x: np.ndarray, y: np.ndarray
    ) -> Gradients:
        x = np.ascontiguousarray(x[None], np.float32)
        shapes = [self.plan.input_shape, *(row.output_shape for row in self.plan.rows)]
        slopes = [np.zeros((1, *shape), np.float32) for shape in shapes]
        weights = aligned(self.size, np.dtype(np.float32))
        weights[:] = network.flat
        buffers = {"parameters": weights, "x": x, "y": y.astype(np.float32), "gx": slopes[0]}
        buffers |= {f"slope{number}": array for number, array in enumerate(slopes[1:])}
        with self._lock:
            program = self._programs.get(name)
            if program is None:
                program = self._programs[name] = self._build(loss, buffers)
            for key, array in buffers.items():
                program.bind(key, array)
            begin(program, samples=1, batch=1)
            program.run(1)
            row = program.gradients[0].copy()
        places = {key: self.places[key] for key in self.names}
        return Gradients(
            [array[0] for array in slopes],
            {key: row[p.offset : p.offset + p.size].reshape(p.shape) for key, p in places.items()},
        )

    def _build(self, loss: Loss, buffers: dict[str, np.ndarray]) -> Program:
        layers = [Tapped(row.layer, row.position) for row in self.plan.rows]
        trained = sum(self.places[name].size for name in self.names)
        tapped = Design(self.plan, layers, loss, self.places, np.dtype(np.float32), trained)
        build, _ = batch_program(
            tapped, 1, np.arange(1), False, Tensor("x", 0, (1,), 1), wants_x=True
        )
        return Program(build, buffers, trained)
