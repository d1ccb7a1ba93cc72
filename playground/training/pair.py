"""What a network and trees that learn one after the other have in common.

The clock goes on in the network's steps. A unit of the trees takes as many as an epoch has: so
epochs and units count alike, and a curve has both.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.engine import Network, Training
from playground.engine.training import Progress
from playground.trees import Ensemble, Growth
from playground.trees.answers import Answers

PREFIX = "trees."  # of the arrays' names


class Pair:
    """What both orders share: the verbs of a network and of what trains it."""

    betas = Ensemble.betas
    rhythm: float | None = None

    def __init__(self, network: Network, training: Training, growth: Growth) -> None:
        self.network, self.training, self.growth = network, training, growth
        self.speaks = False  # leaves: whether the network answers
        self._seconds = [0.0, 0.0]  # of learning: the network, the trees

    # ---- the clock ----
    @property
    def steps_per_epoch(self) -> int:
        return self.training.steps_per_epoch

    @property
    def step(self) -> int:
        """Batches, and units as many batches as an epoch has."""
        return self.training.step + self.steps_per_epoch * self.growth.step

    def seek(self, step: int) -> None:
        """Go on counting from here."""
        raise NotImplementedError

    # ---- learning ----
    def compile(self, parallel: bool = False) -> None:
        """Have at hand all that a step or a unit needs."""
        Growth.get_ready()
        self.training.compile(parallel)

    def pending(self) -> list[str]:
        """The kernels that are not compiled yet."""
        return self.training.pending()

    def train(self, steps: int) -> Progress:
        """So many steps more, or as many as there are; a unit is as many steps as an epoch has.

        The first unit of a call is always made, others only where there is room for their steps.
        """
        losses, finite, left = [np.zeros(0, np.float32)], True, steps
        while left > 0 and finite:
            progress = self._part(left, first=left == steps)
            if progress is None:
                break
            losses.append(progress.losses)
            finite, left = progress.finite, left - progress.steps
        values = np.concatenate(losses)
        mean = float(values.mean()) if len(values) else float("nan")
        return Progress(len(values), mean, values, finite)

    def _part(self, steps: int, first: bool) -> Progress | None:
        """Some of these steps; None where there is nothing to do within them."""
        raise NotImplementedError

    def _steps(self, steps: int) -> Progress:
        start = time.perf_counter()
        progress = self.training.train(steps)
        self._seconds[0] += time.perf_counter() - start
        return progress

    def _unit(self, steps: int, first: bool) -> Progress | None:
        if steps < self.steps_per_epoch and not first:
            return None
        start = time.perf_counter()
        progress = self.growth.train(1)
        self._seconds[1] += time.perf_counter() - start
        if not progress.steps:
            return None
        losses = np.full(self.steps_per_epoch, progress.loss, np.float32)
        return Progress(len(losses), progress.loss, losses, True)

    @property
    def parallel(self) -> bool:
        """Whether the network's steps use several cores."""
        return self.training.parallel

    @parallel.setter
    def parallel(self, value: bool) -> None:
        self.training.parallel = value

    @property
    def seed(self) -> int:
        """What the order of samples follows from."""
        return self.training.seed

    @seed.setter
    def seed(self, value: int) -> None:
        self.training.seed = value

    def set(self, kind: str, name: str, value: float) -> None:
        """Change a live option of the network's training."""
        self.training.set(kind, name, value)

    def restart(self) -> None:
        """Nothing learned, nothing grown; the weights stay."""
        self._seconds = [0.0, 0.0]
        self.training.restart()
        self.growth.restart()
        self.speaks = False

    # ---- what it remembers ----
    def state(self) -> dict[str, np.ndarray]:
        """Copies of all that learning changes."""
        known = self.training.state()
        counts = [self.growth.step, self.growth.shown, self.speaks]
        return {**known, "clock": np.concatenate([known["clock"], counts])}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """The opposite of `state`."""
        clock = state["clock"]
        self.training.restore({**state, "clock": clock[:-3]})
        step, shown, speaks = clock[-3:].tolist()
        self.growth.load_parameters(np.array([shown]))
        self.growth.seek(step)
        self.speaks = bool(speaks)

    @property
    def flat(self) -> np.ndarray:
        """The network's parameters, how many units have a say, and whether the network answers."""
        return np.concatenate([self.network.flat, [self.growth.shown, self.speaks]])

    def parameters(self) -> np.ndarray:
        """The same, as a network has it."""
        return self.flat

    def load_parameters(self, flat: np.ndarray) -> None:
        """The opposite of `parameters`."""
        self.network.load_parameters(flat[:-2])
        self.growth.load_parameters(flat[-2:-1])
        self.speaks = bool(flat[-1])

    @property
    def seconds(self) -> tuple[float, float]:
        """How long network and trees have learned, what was rewound included; NaN: not here."""
        network, trees = (spent or math.nan for spent in self._seconds)
        return network, trees

    def state_dict(self) -> dict[str, np.ndarray]:
        """The network's parameters, and what has grown, as named arrays."""
        grown = self.growth.state_dict() if self.growth.shown else {}
        return {**self.network.state_dict(), **grown}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """The opposite of `state_dict`; ValueError says what does not fit."""
        own = {name: array for name, array in state.items() if not name.startswith(PREFIX)}
        grown = {name: array for name, array in state.items() if name.startswith(PREFIX)}
        self.network.load_state_dict(own)
        self._read_grown(grown)

    def _read_grown(self, grown: Mapping[str, np.ndarray]) -> None:
        if grown:
            self.growth.load_state_dict(grown)

    # ---- as a network ----
    def snapshot(self) -> Ensemble:
        """What answers now, which nothing can change any more."""
        raise NotImplementedError

    @property
    def plan(self) -> Any:
        """The network's layers."""
        return self.network.plan

    @property
    def loss(self) -> Answers:
        """What tells classes, probabilities and the loss from outputs."""
        return self.snapshot().loss

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs [N, k] of what answers now."""
        return self.snapshot().predict(x)

    def parameter(self, name: str) -> np.ndarray:
        """ValueError: no hand sets a number that trees grow on, or that reads their leaves."""
        raise ValueError(f"A network with trees learns by itself: {name} cannot be set by hand.")

    def retune(self, position: int, **options: float) -> None:
        """Give a layer other values of live options."""
        self.network.retune(position, **options)

    def reseed(self, seed: int) -> None:
        """Draw the network's first weights, and grow other trees."""
        self.network.reseed(seed)
        self.growth.reseed(seed)

    def memory_bytes(self) -> int:
        """What both keep in memory."""
        return self.training.memory_bytes() + self.growth.memory_bytes()
