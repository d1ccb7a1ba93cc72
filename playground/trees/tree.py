"""One tree as arrays: rules, children, values; and the way of a sample to its leaf."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit

LEAF = -1  # the feature, and the children, of a node without a rule


class TreeError(ValueError):
    """Why trees cannot grow, or arrays are no tree, in a sentence."""


@dataclass(frozen=True, eq=False)
class Tree:
    """A binary tree over features; node 0 is the root, and children come after their parents.

    feature, left, right: int32 [nodes], −1 at leaves. A sample goes left where
    x[feature] ≤ threshold (float64). value: float64 [nodes, outputs]: class shares, a mean, or
    what a stage of boosting adds. samples: how many different training rows came to a node;
    weight: their sum of weights, which counts a row as often as it was drawn. impurity: Gini's
    index, entropy in bits, or the variance; 0 where nothing says it.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    samples: np.ndarray
    weight: np.ndarray
    impurity: np.ndarray

    @property
    def nodes(self) -> int:
        """How many nodes there are, leaves included."""
        return len(self.feature)

    @property
    def leaves(self) -> int:
        """How many nodes have no rule."""
        return int(np.count_nonzero(self.feature == LEAF))

    @cached_property
    def depths(self) -> np.ndarray:
        """How many rules lead to each node: int64 [nodes]."""
        depths = np.zeros(self.nodes, np.int64)
        for node in np.flatnonzero(self.feature != LEAF):  # parents come first
            depths[[self.left[node], self.right[node]]] = depths[node] + 1
        return depths

    @property
    def deepest(self) -> int:
        """How many rules lead to the deepest leaf."""
        return int(self.depths.max(initial=0))

    def top(self, level: int) -> Tree:
        """The tree with no more than so many rules one after the other, below which all is cut."""
        depths = self.depths
        stays, rules = depths <= level, (self.feature != LEAF) & (depths < level)
        places = np.cumsum(stays, dtype=np.int32) - 1
        return Tree(
            np.where(rules, self.feature, LEAF)[stays].astype(np.int32),
            np.where(rules, self.threshold, 0.0)[stays],
            np.where(rules, places[self.left], LEAF)[stays].astype(np.int32),
            np.where(rules, places[self.right], LEAF)[stays].astype(np.int32),
            *(part[stays] for part in (self.value, self.samples, self.weight, self.impurity)),
        )

    def apply(self, x: np.ndarray) -> np.ndarray:
        """The leaf of each sample: int32 [N] for float32 [N, features]."""
        places = np.empty(len(x), np.int32)
        _walk(x, self.feature, self.threshold, self.left, self.right, places)
        return places

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The values of the leaves: [N, outputs]."""
        return self.value[self.apply(x)]

    def check(self, features: int, outputs: int) -> None:
        """TreeError where arrays that came in a file are no tree of so many features, outputs."""
        nodes = np.arange(self.nodes)
        inner = self.feature != LEAF
        children = np.stack([self.left, self.right])[:, inner]
        later = (children > nodes[inner]).all() and (children < self.nodes).all()
        once = len(np.unique(children)) == children.size == max(self.nodes - 1, 0)
        known = (self.feature >= LEAF).all() and (self.feature < features).all()
        if not (self.nodes and later and once and known):
            raise TreeError("the nodes do not form a tree of these inputs")
        if self.value.shape != (self.nodes, outputs) or not all(
            np.isfinite(array).all() for array in (self.value, self.threshold, self.impurity)
        ):
            raise TreeError("the values of the nodes do not fit")


@njit(cache=True, nogil=True)
def _walk(
    x: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    places: np.ndarray,
) -> None:
    """places[n] ← the leaf of x[n]"""
    for n in range(len(x)):
        node = 0
        while feature[node] >= 0:
            node = left[node] if x[n, feature[node]] <= threshold[node] else right[node]
        places[n] = node


def from_sklearn(fitted: Any, value: np.ndarray | None = None) -> Tree:
    """Our arrays of scikit-learn's `tree_`; `value` [nodes, outputs] instead of its own."""
    inner = fitted.children_left != LEAF
    return Tree(
        np.where(inner, fitted.feature, LEAF).astype(np.int32),
        np.where(inner, fitted.threshold, 0.0),
        fitted.children_left.astype(np.int32),
        fitted.children_right.astype(np.int32),
        np.array(fitted.value[:, 0, :] if value is None else value, np.float64),
        fitted.n_node_samples.astype(np.float64),
        np.array(fitted.weighted_n_node_samples, np.float64),
        np.array(fitted.impurity, np.float64),
    )


def from_histogram(nodes: np.ndarray) -> Tree:
    """Our arrays of the nodes of one of scikit-learn's histogram trees."""
    inner = nodes["is_leaf"] == 0
    counts = nodes["count"].astype(np.float64)
    return Tree(
        np.where(inner, nodes["feature_idx"], LEAF).astype(np.int32),
        np.where(inner, nodes["num_threshold"], 0.0),
        np.where(inner, nodes["left"].astype(np.int64), LEAF).astype(np.int32),
        np.where(inner, nodes["right"].astype(np.int64), LEAF).astype(np.int32),
        nodes["value"].astype(np.float64)[:, None],
        counts,
        counts,
        np.zeros(len(nodes)),
    )
