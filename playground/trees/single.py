"""One decision tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.engine.registry import integer, real, register
from playground.trees import pieces, tree
from playground.trees.model import Growing, Stage, TreeModel
from playground.trees.tree import Tree

AT_ONCE = 1_000_000  # numbers; on more of them the first level does not wait for the last


@register("tree", "decision_tree", "Decision tree", "a decision tree")
class DecisionTree(TreeModel):
    """Questions with yes and no: each asks whether one input is at most a threshold.

    Each node takes the rule that makes G = Σ_side n_side/n · impurity(side) smallest (CART,
    Breiman et al. 1984), until a level is reached or a leaf is pure. Level k is the top
    of the tree that scikit-learn grows with the experiment's seed; the last one is all of it.
    """

    max_depth: int | None = pieces.depth(None)
    criterion: str = pieces.criterion()
    min_samples_leaf: int = pieces.leaf()
    min_samples_split: int = integer(
        2, 2, 10_000, "A node with fewer samples gets no rule.", title="Samples to split"
    )
    max_features: str = pieces.tried()
    ccp_alpha: float = real(
        0.0,
        0.0,
        1.0,
        "Cut back branches that make the impurity of the tree fall by less than this for each "
        "leaf they add (cost-complexity pruning). 0: none.",
        title="Pruning",
    )
    unit, combine, icon = "level", "newest", "account_tree"

    @property
    def most(self) -> int | None:
        return self.max_depth

    def impurity(self, task: str) -> str:
        return self.criterion if task == "classification" else "squared_error"

    def _fit(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int, **options: Any) -> Any:
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
        settings = {
            "criterion": self.criterion if classes else "squared_error",
            "min_samples_leaf": self.min_samples_leaf,
            "min_samples_split": self.min_samples_split,
            "max_features": pieces.FEATURES[self.max_features],
            "random_state": seed,
            **options,
        }
        return kind(**settings).fit(x, y)

    def grow(self, x: np.ndarray, y: np.ndarray, classes: int, seed: int) -> Growing:
        meaning = self.answers(y, classes)

        def fit(depth: int | None = self.max_depth, pruning: float = self.ccp_alpha) -> Tree:
            fitted = self._fit(x, y, classes, seed, max_depth=depth, ccp_alpha=pruning)
            return tree.from_sklearn(fitted.tree_)

        at_once = x.size <= AT_ONCE or self.ccp_alpha > 0
        whole = fit() if at_once else None

        def levels() -> Iterator[Stage]:
            # The root draws by chance before all other nodes: its rule is the whole tree's.
            top = whole or fit(1)
            if top.nodes > 1:
                yield Stage((top.top(1),))
                below = whole or fit()
                for level in range(2, below.deepest + 1):
                    yield Stage((below.top(level),))

        most = None if whole is None else whole.deepest
        return Growing(meaning, pieces.shares(y, meaning), levels(), most)
