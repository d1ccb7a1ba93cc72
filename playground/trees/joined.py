"""A network and trees that answer together, as they are at one moment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from playground.engine import FrozenNetwork
from playground.trees.answers import Answers
from playground.trees.ensemble import Ensemble, rows
from playground.trees.hybrids import leaf_codes

SLICE = 2048  # samples whose leaves are laid out at a time
TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Joined(Ensemble):
    """Trees, and the network that learned before or after them, where it has a say."""

    network: FrozenNetwork | None = None
    seconds: tuple[float, float] = (math.nan, math.nan)  # of learning: the network, the trees

    @property
    def plain(self) -> Ensemble:
        """The trees alone; of deep features they read those."""
        return Ensemble(*self.parts)

    @property
    def size(self) -> int:
        """How many numbers network and trees consist of."""
        return super().size + (0 if self.network is None else self.network.flat.size)


@dataclass(frozen=True, eq=False)
class Deep(Joined):
    """Trees on what a network's last layer reads; the network itself, before one has grown."""

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


@dataclass(frozen=True, eq=False)
class Read(Joined):
    """Trees whose leaves a network reads; without a network they answer themselves.

    most: leaves of a tree, and `count` trees, that the network knows.
    """

    count: int = 0
    most: int = 0

    @property
    def loss(self) -> Answers:
        """What tells classes, probabilities and the loss from outputs."""
        return self.answers if self.network is None else believed(self.answers.count)

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
        return self.plain.at(units)


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
