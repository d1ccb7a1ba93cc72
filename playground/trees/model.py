"""What a registered kind of trees says about itself, and what growing it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.engine.registry import Piece
from playground.trees.answers import Answers
from playground.trees.tree import Tree


@dataclass(frozen=True, eq=False)
class Stage:
    """One unit of growth: a whole tree (of so many levels), or a tree for each output."""

    trees: tuple[Tree, ...]
    weight: float = 1.0  # of its vote; in boosting the learning rate


@dataclass(frozen=True, eq=False)
class Growing:
    """What is known before the first unit, and the units to come.

    start: the outputs [k] of no tree at all. most: how many units there can be;
    None: growing tells.
    """

    answers: Answers
    start: np.ndarray
    stages: Iterator[Stage]
    most: int | None


class TreeModel(Piece):
    """A decision tree or an ensemble of them.

    unit: what grows at a time. says: what its outputs are for classes, see `Answers`. combine: how
    the stages give an answer, see `Ensemble`. own_tree: whether a tree answers by itself; the trees
    of gradient boosting only correct those before.
    """

    unit: ClassVar[str] = "tree"
    says: ClassVar[str] = "shares"
    combine: ClassVar[str] = "mean"
    own_tree: ClassVar[bool] = True
    icon: ClassVar[str] = "forest"

    @property
    def most(self) -> int | None:
        """The most units there can be, as far as the options say."""
        raise NotImplementedError

    def answers(self, y: np.ndarray, classes: int) -> Answers:
        """What the outputs mean, given the training rows' answers."""
        present = tuple(int(number) for number in np.unique(y)) if classes else ()
        return Answers(classes, present, self.says if classes else "values")

    def impurity(self, task: str) -> str:
        """What a split makes small: "gini", "entropy", "squared_error"; "" where nothing says."""
        return "squared_error"

    def work(self, rows: int, features: int, outputs: int) -> float:
        """About how many numbers a unit looks at."""
        return float(rows) * features

    def grow(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int) -> Growing:
        """Begin to grow on float32 [N, features] and class numbers, or values (classes = 0)."""
        raise NotImplementedError
