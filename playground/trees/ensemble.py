"""What has grown so far: an immutable ensemble that predicts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from playground.trees.answers import Answers
from playground.trees.model import Stage
from playground.trees.sums import Sums, key
from playground.trees.tree import Tree

SLICE = 8192  # samples at a time


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Stages and how they give an answer. It reads what a network reads, and is as immutable.

    combine: "newest" (one tree, level by level), "mean" (forests), "sum" (boosting: start +
    Σ weight · value), "votes" and "median" (AdaBoost for classes, for values). sums: of a growing
    one, what it said of the same rows when it had fewer stages.
    """

    answers: Answers
    combine: str
    start: np.ndarray
    stages: tuple[Stage, ...]
    sums: Sums | None = None

    betas: ClassVar[np.ndarray] = np.zeros(0)  # of layers that draw codes, which trees have not

    @property
    def loss(self) -> Answers:
        """What tells classes, probabilities and the loss from outputs."""
        return self.answers

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Every tree that has a say, in order."""
        stages = self.stages[-1:] if self.combine == "newest" else self.stages
        return tuple(tree for stage in stages for tree in stage.trees)

    @property
    def size(self) -> int:
        """How many numbers it consists of: a feature, a threshold or a value a node."""
        inner = sum(tree.nodes - tree.leaves for tree in self.trees)
        return 2 * inner + sum(tree.leaves * tree.value.shape[1] for tree in self.trees)

    @property
    def parts(self) -> tuple[Answers, str, np.ndarray, tuple[Stage, ...], Sums | None]:
        """What makes an ensemble: `Ensemble(*parts)` is the trees alone."""
        return self.answers, self.combine, self.start, self.stages, self.sums

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """What the trees read of inputs [N, *shape]: float32 [N, features]."""
        return rows(x)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs [N, k], float64, for inputs [N, *shape]."""
        slices = range(0, len(x), SLICE)
        parts = [self._outputs(self.inputs(x[at : at + SLICE])) for at in slices]
        return np.concatenate(parts) if parts else np.zeros((0, self.answers.width))

    def _outputs(self, x: np.ndarray) -> np.ndarray:
        if not self.stages:
            return np.tile(self.start, (len(x), 1))
        return COMBINE[self.combine](self, x)

    def each(self, x: np.ndarray) -> np.ndarray:
        """What every tree says by itself: [trees, N, k]."""
        x = self.inputs(x)
        return np.stack([tree.predict(x) for tree in self.trees])

    def leaves(self, x: np.ndarray) -> np.ndarray:
        """The leaf that each tree leads to: int32 [N, trees]."""
        x = self.inputs(x)
        return np.stack([tree.apply(x) for tree in self.trees], axis=1)

    def at(self, units: int) -> Ensemble:
        """As it was after so many units."""
        return replace(self, stages=self.stages[:units])

    def snapshot(self) -> Ensemble:
        """Itself: nothing can change it."""
        return self


def rows(x: np.ndarray) -> np.ndarray:
    """Inputs as trees read them: float32 [N, features]."""
    return np.ascontiguousarray(x, np.float32).reshape(len(x), math.prod(x.shape[1:]))


def _newest(ensemble: Ensemble, x: np.ndarray) -> np.ndarray:
    return ensemble.stages[-1].trees[0].predict(x)


def _summed(
    ensemble: Ensemble,
    x: np.ndarray,
    total: np.ndarray,
    add: Callable[[np.ndarray, Stage], None],
) -> np.ndarray:
    """total, with what each stage adds to it; from where it stood when less had grown."""
    sums, stages, done = ensemble.sums, ensemble.stages, 0
    name = key(x) if sums else b""
    if sums and (known := sums.recall(name, stages)):
        done, total = known
    for stage in stages[done:]:
        add(total, stage)
    if sums:
        sums.keep(name, stages, total)
    return total


def _mean(ensemble: Ensemble, x: np.ndarray) -> np.ndarray:
    def add(total: np.ndarray, stage: Stage) -> None:
        for tree in stage.trees:
            total += tree.predict(x)

    total = _summed(ensemble, x, np.zeros((len(x), ensemble.answers.width)), add)
    total /= len(ensemble.trees)
    return total


def _sum(ensemble: Ensemble, x: np.ndarray) -> np.ndarray:
    def add(total: np.ndarray, stage: Stage) -> None:
        for k, tree in enumerate(stage.trees):
            total[:, k] += stage.weight * tree.predict(x)[:, 0]

    return _summed(ensemble, x, np.tile(ensemble.start, (len(x), 1)), add)


def _votes(ensemble: Ensemble, x: np.ndarray) -> np.ndarray:
    """SAMME: a tree gives its weight to its class, and −weight/(K − 1) to each other one."""
    count = len(ensemble.answers.present)

    def add(total: np.ndarray, stage: Stage) -> None:
        chosen = stage.trees[0].predict(x).argmax(axis=1)
        mine = np.arange(count) == chosen[:, None]
        total += np.where(mine, stage.weight, -1 / max(count - 1, 1) * stage.weight)

    total = _summed(ensemble, x, np.zeros((len(x), count)), add)
    total /= np.sum([stage.weight for stage in ensemble.stages])
    if count != 2:
        return total
    total[:, 0] *= -1
    return total.sum(axis=1, keepdims=True)


def _median(ensemble: Ensemble, x: np.ndarray) -> np.ndarray:
    """The weighted median of what the trees say (Drucker 1997)."""
    values = np.stack([stage.trees[0].predict(x)[:, 0] for stage in ensemble.stages], axis=1)
    order = np.argsort(values, axis=1)
    weights = np.array([stage.weight for stage in ensemble.stages])
    share = np.cumsum(weights[order], axis=1)
    middle = (share >= 0.5 * share[:, -1:]).argmax(axis=1)
    each = np.arange(len(x))
    return values[each, order[each, middle]][:, None]


COMBINE: dict[str, Callable[[Ensemble, np.ndarray], np.ndarray]] = {
    "newest": _newest,
    "mean": _mean,
    "sum": _sum,
    "votes": _votes,
    "median": _median,
}
