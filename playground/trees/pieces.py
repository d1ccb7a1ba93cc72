"""Options that several kinds of trees share, and what scikit-learn is told of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.registry import choice, integer
from playground.trees.answers import Answers

FEATURES = {"sqrt": "sqrt", "log2": "log2", "all": None}


def estimators(default: int) -> Any:
    return integer(
        default,
        1,
        1000,
        "How many there are in the end.",
        title="How many",
    )


def depth(default: int | None) -> Any:
    return integer(
        default,
        1,
        100,
        "The most rules between the root and a leaf. Empty: until every leaf is pure.",
        title="Deepest level",
        optional=True,
    )


def leaf(default: int = 1) -> Any:
    return integer(
        default,
        1,
        10_000,
        "A rule is made only where at least so many samples go each way.",
        title="Samples in a leaf",
    )


def criterion() -> Any:
    return choice(
        "gini",
        ("gini", "entropy"),
        "What a rule makes small, for classes. gini: the chance that two samples of a node differ. "
        "entropy: the bits that tell a sample's class. For values it is always the variance.",
        title="Impurity",
    )


def tried(default: str = "all") -> Any:
    return choice(
        default,
        ("auto", "sqrt", "log2", "all") if default == "auto" else ("all", "sqrt", "log2"),
        "How many inputs each rule may choose from, drawn anew for every rule. Fewer make trees "
        "differ more."
        + (" auto: the square root for classes, all for values." if default == "auto" else ""),
        title="Inputs tried",
    )


def shares(y: np.ndarray, meaning: Answers) -> np.ndarray:
    """The answer of no tree: how frequent each class is, or the mean."""
    if not meaning.count:
        return np.array([np.mean(y, dtype=np.float64)])
    return np.array([np.mean(y == number) for number in meaning.present])
