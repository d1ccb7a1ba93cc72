"""The loss of a batch again and again, by the program that worked out its gradients.

To build a program for every question is most of what finite differences cost.
"""

from __future__ import annotations

from unittest import mock

import numpy as np

from playground.engine import Network
from playground.engine import network as module
from playground.engine.program import Program


class Again:
    """A batch whose loss is asked for as parameters and inputs move."""

    def __init__(self, network: Network, x: np.ndarray, y: np.ndarray, training: bool) -> None:
        """x: in the network's numbers; what is changed in it counts."""
        made: list[Program] = []

        def make(*words) -> Program:
            made.append(Program(*words))
            return made[-1]

        self.network, self.x = network, x
        with mock.patch.object(module, "Program", make):
            loss, gradients, of_input = network.backward(x, y, training)
        self.gradients = loss, gradients, of_input.copy()  # another run writes there
        [self.program] = made

    def loss(self) -> float:
        """The mean loss now."""
        program = self.program
        program.buffers["parameters"][:] = self.network.flat
        program.buffers["x"][...] = self.x
        program.state[:] = 0
        module.begin(program, samples=len(self.x), batch=len(self.x))
        return float(program.run(1)[0])
