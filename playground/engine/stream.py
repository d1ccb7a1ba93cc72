"""A network that reads a sequence piece by piece and remembers what it read before."""

from __future__ import annotations

import numpy as np

from playground.engine.kernels.batches import GOES_ON
from playground.engine.layer import Plan, plan
from playground.engine.network import LANES, FrozenNetwork, Network, begin, forward_program

UNIT = "reads a window as a whole, and cannot go on from one step to the next"


class Stream:
    """Some sequences side by side, of which every call reads `steps` steps more.

    The outputs are those of one long sequence, at the price of its new steps alone.

    >>> stream = Stream(network, steps=1)
    >>> stream.read(np.zeros((1, 1, 2), np.float32)).shape
    (1, 1, 3)

    ValueError names a layer that cannot work so.
    """

    def __init__(self, network: Network | FrozenNetwork, steps: int, rows: int = 1) -> None:
        self.rows, self._network = rows, network
        self.plan = replanned(network, steps)
        depth = len(self.plan.rows)
        self._out = f"out{depth}"
        lanes = 1 if rows == 1 else LANES
        self._program = forward_program(
            network._inference, self.plan, lanes, (depth,), carries=True
        )
        self._flat = np.zeros(0)
        self._goes_on = False
        self.load(network)

    def load(self, network: Network | FrozenNetwork) -> None:
        """Take the weights of this moment."""
        self._flat = network.flat.copy()

    def reset(self) -> None:
        """Forget everything that was read."""
        self._goes_on = False

    def read(self, x: np.ndarray) -> np.ndarray:
        """Outputs [rows, steps, k] of x [rows, steps, …]."""
        shape = (self.rows, *self.plan.input_shape)
        if x.shape != shape:
            raise ValueError(f"this stream reads {list(shape)}, and got {list(x.shape)}")
        inference = self._network._inference
        x = np.ascontiguousarray(x, inference.dtype)
        out = np.zeros((self.rows, *self.plan.output_shape), inference.dtype)
        program = self._program
        with inference.lock:
            inference.take(self._flat)
            program.bind("x", x)
            program.bind(self._out, out)
            begin(program, samples=self.rows, batch=self.rows)
            program.clock[GOES_ON] = self._goes_on
            program.run(1)
            program.let_go("x", self._out)
        self._goes_on = True
        return out


def replanned(network: Network | FrozenNetwork, steps: int) -> Plan:
    """The plan for so many steps; ValueError names a layer that is another one then."""
    shape = (steps, *network.plan.input_shape[1:])
    for row in network.plan.rows:
        if getattr(row.layer, "bidirectional", False) or len(row.output_shape) < min(
            2, len(row.input_shape) + bool(row.layer.symbols)
        ):
            raise ValueError(f"Layer {row.position + 1} ({row.layer.title}) {UNIT}.")
    planned = plan(network.layers, shape)
    for row, other in zip(network.plan.rows, planned.rows, strict=True):
        parameters = (placed.layer.parameters(placed.input_shape) for placed in (row, other))
        if [p.shape for p in next(parameters)] != [p.shape for p in next(parameters)]:
            raise ValueError(f"Layer {row.position + 1} ({row.layer.title}) {UNIT}.")
    return planned


def in_turn(network: Network | FrozenNetwork, x: np.ndarray) -> np.ndarray:
    """Outputs [N, time, k] of windows [N, time, …] that lie one behind the other.

    Cut into a few long sequences, each of which is read from a fresh start.
    """
    rows = min(LANES, len(x))
    windows = -(-len(x) // rows)
    streams = network._inference.streams
    stream = streams.get((x.shape[1], rows))
    if stream is None:
        stream = streams[x.shape[1], rows] = Stream(network, x.shape[1], rows)
    stream.load(network)
    stream.reset()
    places = np.minimum(np.arange(rows * windows), len(x) - 1).reshape(rows, windows)
    outputs = [stream.read(x[places[:, window]]) for window in range(windows)]
    return np.stack(outputs, axis=1).reshape(rows * windows, *outputs[0].shape[1:])[: len(x)]
