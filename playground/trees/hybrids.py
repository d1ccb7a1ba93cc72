"""Networks and trees together: what they say of themselves, and leaves as numbers."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from playground.engine.registry import Piece, integer, register
from playground.trees.ensemble import Ensemble
from playground.trees.model import TreeModel
from playground.trees.tree import LEAF


class Hybrid(Piece):
    """How a network and trees share the work.

    network_first: whether the network learns first. question: one that playing with it answers.
    """

    network_first: ClassVar[bool]
    question: ClassVar[str]


@register(
    "hybrid",
    "deep_features",
    "Deep features, a head of trees",
    "deep features after epoch {epochs}",
)
class DeepFeatures(Hybrid):
    """The network learns first; trees then grow on its last hidden layer and answer for it.

    h = what the network's last layer reads, and the trees answer from h instead of the inputs
    (Donahue et al. 2014 with other heads; Kontschieder et al. 2015 train both at once).
    """

    epochs: int = integer(
        20, 1, 1000, "How long the network learns before trees grow.", title="Epochs before"
    )
    network_first = True
    question = (
        "How many epochs does the network need until trees on its last hidden layer beat it? Which "
        "neurons do their rules ask about?"
    )


@register("hybrid", "leaves", "A network on the leaves", "a network on the leaves")
class OnLeaves(Hybrid):
    """The trees grow first; a network then reads in which leaf of each tree a sample lies.

    Each leaf of each tree is an input, 1 where the sample lies in it and 0 elsewhere; with a single
    linear layer every leaf gets a weight of its own (He et al. 2014).
    """

    network_first = False
    question = (
        "Set the network's rate of learning to a tenth. Watch the step in the curve where the "
        "network takes over from the trees."
    )


def most_leaves(model: TreeModel, rows: int) -> int:
    """How many leaves a tree can have at most that grows on so many rows."""
    depth = getattr(model, "max_depth", None)
    if depth is None and model.type == "adaboost":
        depth = 3
    bounds = [
        rows / getattr(model, "min_samples_leaf", 1),
        getattr(model, "max_leaf_nodes", math.inf),
        math.inf if depth is None or depth > 60 else 2.0**depth,
    ]
    return max(int(min(bounds)), 1)


def most_trees(model: TreeModel, classes: int) -> int:
    """How many trees there are in the end at most."""
    if model.combine == "newest":
        return 1
    return (model.most or 1) * (classes if model.combine == "sum" and classes > 2 else 1)


def leaf_codes(ensemble: Ensemble, x: np.ndarray, trees: int, most: int) -> np.ndarray:
    """Which leaf of each tree a sample lies in: bytes 0 and 1, [N, trees · most].

    Leaves are counted in the order of their nodes; trees that never grew give zeros.
    """
    codes = np.zeros((len(x), trees, most), np.uint8)
    if not ensemble.trees or not len(x):
        return codes.reshape(len(x), trees * most)
    each = np.arange(len(x))
    for place, (tree, nodes) in enumerate(zip(ensemble.trees, ensemble.leaves(x).T, strict=True)):
        number = np.cumsum(tree.feature == LEAF) - 1
        codes[each, place, number[nodes]] = 1
    return codes.reshape(len(x), trees * most)
