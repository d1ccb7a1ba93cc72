"""Forests: many trees that differ by chance, and their mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.engine.registry import flag, register
from playground.trees import pieces, tree
from playground.trees.model import Growing, Stage, TreeModel

BOOTSTRAP = "Draw the rows of each tree anew, some twice and some not at all."


class Forest(TreeModel):
    """What both forests share; `_names` are scikit-learn's estimators for classes and values."""

    n_estimators: int
    max_depth: int | None
    criterion: str
    min_samples_leaf: int
    max_features: str
    bootstrap: bool
    _names: tuple[str, str]

    @property
    def most(self) -> int | None:
        return self.n_estimators

    def impurity(self, task: str) -> str:
        return self.criterion if task == "classification" else "squared_error"

    def work(self, rows: int, features: int, outputs: int) -> float:
        every = self.max_features == "all" or (self.max_features == "auto" and not outputs)
        return rows * (features if every else features**0.5)

    def grow(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int) -> Growing:
        from sklearn import ensemble

        meaning = self.answers(y, classes)
        tried = {**pieces.FEATURES, "auto": "sqrt" if classes else None}
        estimator = getattr(ensemble, self._names[0 if classes else 1])(
            n_estimators=1,
            warm_start=True,
            max_depth=self.max_depth,
            criterion=self.criterion if classes else "squared_error",
            min_samples_leaf=self.min_samples_leaf,
            max_features=tried[self.max_features],
            bootstrap=self.bootstrap,
            random_state=seed,
        )
        stages = self._trees(estimator, x, y)
        return Growing(meaning, pieces.shares(y, meaning), stages, self.n_estimators)

    def _trees(self, estimator: Any, x: np.ndarray, y: np.ndarray) -> Iterator[Stage]:
        """One tree more at a time: the same trees as all at once."""
        for count in range(1, self.n_estimators + 1):
            estimator.set_params(n_estimators=count).fit(x, y)
            yield Stage((tree.from_sklearn(estimator.estimators_[-1].tree_),))


@register("tree", "random_forest", "Random forest", "a random forest of {n_estimators} trees")
class RandomForest(Forest):
    """Trees on rows drawn with replacement, each rule from a few inputs; their mean answers.

    p(x) = 1/T Σ_t p_t(x). Each tree is wrong in its own way, and the mean less often than each
    (Breiman 2001).
    """

    n_estimators: int = pieces.estimators(100)
    max_depth: int | None = pieces.depth(None)
    criterion: str = pieces.criterion()
    min_samples_leaf: int = pieces.leaf()
    max_features: str = pieces.tried("auto")
    bootstrap: bool = flag(True, BOOTSTRAP)
    _names = "RandomForestClassifier", "RandomForestRegressor"


@register("tree", "extra_trees", "Extra trees", "{n_estimators} extra trees")
class ExtraTrees(Forest):
    """A forest whose thresholds are drawn by chance, and the best of these taken.

    p(x) = 1/T Σ_t p_t(x), each tree on all rows. Smoother borders than a random forest's, and
    faster to grow (Geurts, Ernst & Wehenkel 2006).
    """

    n_estimators: int = pieces.estimators(100)
    max_depth: int | None = pieces.depth(None)
    criterion: str = pieces.criterion()
    min_samples_leaf: int = pieces.leaf()
    max_features: str = pieces.tried("auto")
    bootstrap: bool = flag(False, BOOTSTRAP)
    _names = "ExtraTreesClassifier", "ExtraTreesRegressor"
