"""Boosting: each tree mends what those before got wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.engine.registry import integer, real, register
from playground.trees import pieces, tree
from playground.trees.answers import Answers
from playground.trees.model import Growing, Stage, TreeModel

RATE = (
    "How much of each tree's correction is taken (shrinkage). Smaller steps need more trees and "
    "over-fit later."
)


class Boosting(TreeModel):
    """Stage by stage; a link in the sum of all is no answer by itself."""

    n_estimators: int
    learning_rate: float
    unit, own_tree, icon = "stage", False, "stairs"

    @property
    def most(self) -> int | None:
        return self.n_estimators

    def grow(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int) -> Growing:
        meaning = self.answers(y, classes)
        if len(meaning.present) == 1:  # nothing to correct
            return Growing(meaning, np.zeros(1), iter(()), 0)
        return self._grow(x, y, meaning, seed)

    def _grow(self, x: np.ndarray, y: np.ndarray, meaning: Answers, seed: int) -> Growing:
        raise NotImplementedError


@register("tree", "adaboost", "AdaBoost", "AdaBoost with {n_estimators} trees")
class AdaBoost(Boosting):
    """Small trees that vote; rows which the last one got wrong weigh more for the next.

    A tree with weighted error e votes with α = η (ln((1 − e)/e) + ln(K − 1)), and its wrong rows
    weigh e^α times as much (SAMME, Zhu et al. 2009; Freund & Schapire 1997). Values: the weighted
    median of the trees (AdaBoost.R2, Drucker 1997).
    """

    n_estimators: int = pieces.estimators(50)
    learning_rate: float = real(1.0, 0.001, 10.0, RATE)
    max_depth: int | None = integer(
        None,
        1,
        100,
        "How many rules a tree asks one after the other. Empty: 1 for classes (a stump), 3 for "
        "values.",
        title="Deepest level",
        optional=True,
    )
    criterion: str = pieces.criterion()
    combine, says, own_tree = "votes", "votes", True

    def impurity(self, task: str) -> str:
        return self.criterion if task == "classification" else "squared_error"

    def _grow(self, x: np.ndarray, y: np.ndarray, meaning: Answers, seed: int) -> Growing:
        start = np.zeros(meaning.width) if meaning.count else pieces.shares(y, meaning)
        return Growing(meaning, start, self._stages(x, y, meaning.count, seed), self.n_estimators)

    def _fit(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int, count: int) -> Any:
        from sklearn import ensemble
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        kind = ensemble.AdaBoostClassifier if classes else ensemble.AdaBoostRegressor
        base = (
            DecisionTreeClassifier(max_depth=self.max_depth or 1, criterion=self.criterion)
            if classes
            else DecisionTreeRegressor(max_depth=self.max_depth or 3)
        )
        estimator = kind(
            base, n_estimators=count, learning_rate=self.learning_rate, random_state=seed
        )
        return estimator.fit(x, y)

    def _stages(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int) -> Iterator[Stage]:
        """scikit-learn's AdaBoost cannot go on: fitted anew with twice as many, the first alike."""
        done, count = 0, 1
        while done < self.n_estimators:
            try:
                fitted = self._fit(x, y, classes, seed, min(count, self.n_estimators))
            except ValueError as error:
                if "worse than random" in str(error):  # no tree says anything: none to add
                    return
                raise
            members = list(zip(fitted.estimators_, fitted.estimator_weights_, strict=False))
            for member, weight in members[done:]:
                yield Stage((tree.from_sklearn(member.tree_),), float(weight))
            if len(members) < min(count, self.n_estimators):  # a perfect tree ended it
                return
            done, count = len(members), 2 * count


@register(
    "tree", "gradient_boosting", "Gradient boosting", "gradient boosting of {n_estimators} stages"
)
class GradientBoosting(Boosting):
    """Each tree is fitted to what is still wrong, and a share of it is added to the sum.

    F_m = F_{m−1} + η h_m, h_m a tree of the residuals r = −∂L/∂F: y − F for values, y − p for
    classes, of which each has a tree a stage where there are three or more (Friedman 2001).
    """

    n_estimators: int = pieces.estimators(100)
    learning_rate: float = real(0.1, 0.001, 10.0, RATE)
    max_depth: int | None = pieces.depth(3)
    min_samples_leaf: int = pieces.leaf()
    max_features: str = pieces.tried()
    subsample: float = real(
        1.0, 0.05, 1.0, "The share of rows that each stage looks at, drawn anew.", title="Rows"
    )
    combine, says = "sum", "log_odds"

    def work(self, rows: int, features: int, outputs: int) -> float:
        return float(rows) * features * (outputs if outputs > 2 else 1)

    def _grow(self, x: np.ndarray, y: np.ndarray, meaning: Answers, seed: int) -> Growing:
        from sklearn import ensemble

        kind = ensemble.GradientBoostingClassifier if meaning.count else None
        estimator = (kind or ensemble.GradientBoostingRegressor)(
            n_estimators=1,
            warm_start=True,
            learning_rate=self.learning_rate,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            max_features=pieces.FEATURES[self.max_features],
            subsample=self.subsample,
            random_state=seed,
        )
        estimator.fit(x, y)
        start = np.array(estimator._raw_predict_init(x[:1]), np.float64).ravel()
        return Growing(meaning, start, self._stages(estimator, x, y), self.n_estimators)

    def _stages(self, estimator: Any, x: np.ndarray, y: np.ndarray) -> Iterator[Stage]:
        for count in range(1, self.n_estimators + 1):
            if count > 1:
                estimator.set_params(n_estimators=count).fit(x, y)
            members = estimator.estimators_[count - 1]
            trees = tuple(tree.from_sklearn(member.tree_) for member in members)
            yield Stage(trees, self.learning_rate)


@register(
    "tree",
    "hist_gradient_boosting",
    "Histogram boosting",
    "histogram boosting of {n_estimators} stages",
)
class HistGradientBoosting(Boosting):
    """Gradient boosting on inputs cut into at most 255 bins: fast on many rows.

    F_m = F_{m−1} + η h_m as in gradient boosting; a leaf's value is −Σ g / (Σ h + λ), g and h the
    first and second derivatives of the loss (Ke et al. 2017; scikit-learn's, early_stopping off).
    """

    n_estimators: int = pieces.estimators(100)
    learning_rate: float = real(0.1, 0.001, 10.0, RATE)
    max_depth: int | None = pieces.depth(None)
    max_leaf_nodes: int = integer(31, 2, 1000, "The most leaves of a tree.", title="Leaves")
    min_samples_leaf: int = pieces.leaf(20)
    l2_regularization: float = real(
        0.0, 0.0, 1000.0, "λ: how strongly large values of leaves are held back.", title="L2"
    )
    max_bins: int = integer(255, 2, 255, "Into how many bins each input is cut.", title="Bins")
    combine, says = "sum", "log_odds"

    def work(self, rows: int, features: int, outputs: int) -> float:
        return float(rows) * features * (outputs if outputs > 2 else 1) / 10  # bytes, no sorting

    def impurity(self, task: str) -> str:
        return ""

    def _grow(self, x: np.ndarray, y: np.ndarray, meaning: Answers, seed: int) -> Growing:
        from sklearn import ensemble

        kind = ensemble.HistGradientBoostingClassifier if meaning.count else None
        estimator = (kind or ensemble.HistGradientBoostingRegressor)(
            max_iter=1,
            warm_start=True,
            early_stopping=False,
            learning_rate=self.learning_rate,
            max_depth=self.max_depth,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.l2_regularization,
            max_bins=self.max_bins,
            random_state=seed,
        )
        estimator.fit(x, y)
        start = np.array(estimator._baseline_prediction, np.float64).ravel()
        return Growing(meaning, start, self._stages(estimator, x, y), self.n_estimators)

    def _stages(self, estimator: Any, x: np.ndarray, y: np.ndarray) -> Iterator[Stage]:
        for count in range(1, self.n_estimators + 1):
            if count > 1:
                estimator.set_params(max_iter=count).fit(x, y)
            members = estimator._predictors[count - 1]
            yield Stage(tuple(tree.from_histogram(member.nodes) for member in members))
