"""A network and trees that learn one after the other; a Run has one in the place of a network.

The clock goes on in the network's steps. A unit of the trees takes as many as an epoch has: so
epochs and units count alike, and a curve has both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from playground.engine import FrozenNetwork, Network, Training
from playground.engine.training import Progress
from playground.trees import Ensemble, Growth
from playground.trees.answers import Answers
from playground.trees.ensemble import rows
from playground.trees.hybrids import leaf_codes

SLICE = 2048  # samples whose leaves are laid out at a time
TINY = 1e-12
PREFIX = "trees."  # of the arrays' names


@dataclass(frozen=True, eq=False)
class Deep(Ensemble):
    """Trees on what a network's last layer reads; the network itself, before one has grown."""

    network: FrozenNetwork | None = None

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """What the network's last layer reads: float32 [N, features]."""
        assert self.network is not None
        return rows(self.network.features(x))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs [N, k] of the trees; of the network shares of classes, or values."""
        if self.stages or self.network is None:
            return super().predict(x)
        return shares(self.network, x, self.answers.count)

    def at(self, units: int) -> Deep:
        """As it was after so many units."""
        first = replace(self, stages=self.stages[:units])
        return first if first.stages else replace(first, answers=believed(self.answers.count))

    @property
    def plain(self) -> Ensemble:
        """The trees alone, which read features."""
        return Ensemble(self.answers, self.combine, self.start, self.stages)

    @property
    def size(self) -> int:
        """How many numbers network and trees consist of."""
        return super().size + (0 if self.network is None else self.network.flat.size)


@dataclass(frozen=True, eq=False)
class Read(Ensemble):
    """Trees whose leaves a network reads; without a network they answer themselves.

    most: leaves of a tree, and `count` trees, that the network knows.
    """

    network: FrozenNetwork | None = None
    count: int = 0
    most: int = 0

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs [N, k] of the trees; of the network shares of classes, or values."""
        if self.network is None:
            return super().predict(x)
        parts = [
            shares(self.network, self.codes(x[at : at + SLICE]), self.answers.count)
            for at in range(0, max(len(x), 1), SLICE)
        ]
        return np.concatenate(parts)

    def codes(self, x: np.ndarray) -> np.ndarray:
        """The leaves as the network reads them: bytes [N, inputs]."""
        return leaf_codes(self, x, self.count, self.most)

    def at(self, units: int) -> Ensemble:
        """As it was after so many units, before the network."""
        return Ensemble(self.answers, self.combine, self.start, self.stages[:units])

    @property
    def size(self) -> int:
        """How many numbers trees and network consist of."""
        return super().size + (0 if self.network is None else self.network.flat.size)


def believed(classes: int) -> Answers:
    """What `shares` means."""
    return Answers(classes, tuple(range(classes)), "shares" if classes else "values")


def shares(network: FrozenNetwork, x: np.ndarray, classes: int) -> np.ndarray:
    """What a network believes of each class, or its values: float64 [N, k]."""
    outputs = network.predict(x)
    if not classes:
        return outputs.astype(np.float64)
    belief = network.loss.probabilities(outputs).astype(np.float64)
    return belief / np.maximum(belief.sum(axis=1, keepdims=True), TINY)


class Pair:
    """What both orders share: the verbs of a network and of what trains it."""

    betas = Ensemble.betas
    rhythm: float | None = None

    def __init__(self, network: Network, training: Training, growth: Growth) -> None:
        self.network, self.training, self.growth = network, training, growth
        self.speaks = False  # leaves: whether the network answers

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

    def _unit(self, steps: int, first: bool) -> Progress | None:
        if steps < self.steps_per_epoch and not first:
            return None
        progress = self.growth.train(1)
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


class FeaturesFirst(Pair):
    """The network learns for some epochs, then trees grow on its last hidden layer.

    grow: makes trees on the features of a network as it is. What has grown stays known as long as
    the network is the one that it grew on.
    """

    def __init__(
        self,
        network: Network,
        training: Training,
        grow: Callable[[FrozenNetwork], Growth],
        epochs: int,
    ) -> None:
        self._frozen = network.snapshot()
        super().__init__(network, training, grow(self._frozen))
        self._grow, self._before = grow, epochs * training.steps_per_epoch

    @property
    def most_steps(self) -> int | None:
        """Steps and units' steps that there can be; None where the data will tell."""
        units = self.growth.most_steps
        return None if units is None else self._before + units * self.steps_per_epoch

    def _part(self, steps: int, first: bool) -> Progress | None:
        left = self._before - self.training.step
        if left > 0:
            return self.training.train(min(steps, left))
        if not np.array_equal(self._frozen.flat, self.network.flat):
            self._anew()
        return self._unit(steps, first)

    def _anew(self) -> None:
        """Trees that nothing has grown of yet, on the network as it is."""
        seed, self._frozen = self.growth.seed, self.network.snapshot()
        self.growth = self._grow(self._frozen)
        self.growth.reseed(seed)

    def seek(self, step: int) -> None:
        """Go on counting from here."""
        self.training.seek(min(step, self._before))
        self.growth.seek(max(step - self._before, 0) // self.steps_per_epoch)

    def _read_grown(self, grown: Mapping[str, np.ndarray]) -> None:
        self._anew()
        super()._read_grown(grown)

    def snapshot(self) -> Deep:
        """Trees on the network's features; before they grow, the network."""
        if self.growth.shown:
            trees = self.growth.snapshot()
            return Deep(trees.answers, trees.combine, trees.start, trees.stages, self._frozen)
        believes = believed(self.growth.classes)
        start = np.zeros(believes.width)
        return Deep(believes, self.growth.combine, start, (), self.network.snapshot())


class LeavesFirst(Pair):
    """Trees grow, then a network learns to read in which leaves a sample lies.

    count, most: trees, and leaves of each, that the network has inputs for.
    """

    def __init__(
        self,
        network: Network,
        training: Training,
        growth: Growth,
        count: int,
        most: int,
    ) -> None:
        super().__init__(network, training, growth)
        self._count, self._most, self._coded = count, most, False

    most_steps: int | None = None  # a network is never done

    def _part(self, steps: int, first: bool) -> Progress | None:
        if not self.training.step and not self._grown():
            progress = self._unit(steps, first)
            if progress is not None or not self._grown():
                return progress
        if not self._coded:
            codes = leaf_codes(self._plain(), self.growth.x, self._count, self._most)
            self.training.program.bind("x", codes)
            self._coded = True
        self.speaks = True
        return self.training.train(steps)

    def _grown(self) -> bool:
        """Whether there is nothing left to grow."""
        most = self.growth.most_steps
        return most is not None and self.growth.step >= most

    def _plain(self) -> Ensemble:
        return self.growth.snapshot()

    def seek(self, step: int) -> None:
        """Go on counting from here."""
        self.growth.seek(step // self.steps_per_epoch)
        self.training.seek(step - self.growth.step * self.steps_per_epoch)
        self.speaks = self.training.step > 0

    def reseed(self, seed: int) -> None:
        """Draw the network's first weights, and grow other trees."""
        super().reseed(seed)
        self._coded = False

    def _read_grown(self, grown: Mapping[str, np.ndarray]) -> None:
        super()._read_grown(grown)
        self._coded = False

    def snapshot(self) -> Read:
        """The trees, and the network where it reads their leaves."""
        trees = self._plain()
        network = self.network.snapshot() if self.speaks else None
        answers = believed(self.growth.classes) if network else trees.answers
        return Read(
            answers, trees.combine, trees.start, trees.stages, network, self._count, self._most
        )
