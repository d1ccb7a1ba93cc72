"""All numbers of a batch in one program: what every layer gives, and the loss's slope there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import Layer, Network
from playground.engine.builder import Builder
from playground.engine.kernels import batches, images
from playground.engine.losses import Loss
from playground.engine.network import Design, batch_program, begin
from playground.engine.operands import CHUNK, Address, Tensor
from playground.engine.program import Program, aligned


class Tapped(Layer):
    """A layer whose output and its gradient are also handed out.

    They go to the buffers ``value<position>``, where wished, and ``slope<position>``.
    """

    reads_earlier = True  # so that no later layer does part of its work: its output must be whole

    def __init__(self, layer: Layer, position: int, values: bool = False) -> None:
        self.layer, self.position, self.values = layer, position, values

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        y = self.layer.emit(build, x)
        if self.values:
            build.op(batches.deliver, y, self._place("value"), build.clock, CHUNK)

        def hand_out() -> None:
            if y.known_gradient is not None:  # None: nothing reads it
                build.op(batches.deliver, y.gradient, self._place("slope"), build.clock, CHUNK)

        build.backward(hand_out)
        return y

    def _place(self, buffer: str) -> Address:
        return Address(Tensor(f"{buffer}{self.position}", 0, (1,), 1))


class Score(Loss):
    """In the place of a loss: Σ target · output, whose gradient by the outputs is the targets."""

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        """As they are, [N, outputs]."""
        return np.asarray(y).reshape(-1, outputs)

    def emit(self, build: Builder, outputs: Tensor, targets: Tensor) -> None:
        """The targets are the gradient."""
        build.op(images.copy, targets, outputs.gradient)


@dataclass(frozen=True, eq=False)
class Trace:
    """One batch on its way forwards and back through a network."""

    loss: float  # L, the mean of the batch
    values: list[np.ndarray]  # the input, then every layer's output, [N, *shape]
    slopes: list[np.ndarray]  # ∂L/∂ each of these numbers
    gradients: dict[str, np.ndarray]  # ∂L/∂ every trained parameter


def trace(network: Network, x: np.ndarray, y: np.ndarray, training: bool = True) -> Trace:
    """Follow x [N, *input_shape] with the targets y through a network; nothing of it changes.

    `training`: layers behave as in a step (batch statistics, dropout with its first random
    numbers), else as in prediction.
    """
    x, plan = network.check(x), network.plan
    targets = network.loss.lay_out(y, plan.output_shape).astype(network.dtype)
    shapes = [plan.input_shape, *(row.output_shape for row in plan.rows)]
    values, slopes = ([np.zeros((len(x), *s), network.dtype) for s in shapes] for _ in range(2))
    values[0] = x
    parameters = aligned(network.flat.size, network.dtype)  # running statistics move: in a copy
    parameters[:] = network.flat
    buffers = {"parameters": parameters, "x": x, "y": targets, "gx": slopes[0]}
    for position in range(len(plan.rows)):
        buffers[f"value{position}"] = values[position + 1]
        buffers[f"slope{position}"] = slopes[position + 1]
    program = Program(_tapped(network, len(x), training), buffers, network.trained)
    begin(program, samples=len(x), batch=len(x))
    loss, row = float(program.run(1)[0]), program.gradients[0]
    gradients = {
        name: row[place.offset : place.offset + place.size].reshape(place.shape).copy()
        for name, place in network.places.items()
        if network.declared[name][0].trained
    }
    return Trace(loss, values, slopes, gradients)


def _tapped(network: Network, samples: int, training: bool) -> Builder:
    """The program of one batch, all of its layers tapped."""
    layers = [Tapped(layer, n, values=True) for n, layer in enumerate(network.layers)]
    stack = Design(
        network.plan, layers, network.loss, network.places, network.dtype, network.trained
    )
    data = Tensor("x", 0, (1,), 1)
    return batch_program(stack, samples, np.arange(samples), training, data, wants_x=True)[0]
