"""An ensemble as named arrays, for files; and back, checked, as a file may come from a stranger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from playground.trees.answers import Answers
from playground.trees.ensemble import Ensemble
from playground.trees.model import Stage
from playground.trees.tree import Tree, TreeError

MOST_TREES = 100_000
FIELDS = ("feature", "threshold", "left", "right", "samples", "weight", "impurity")
DTYPES = {"feature": np.int32, "left": np.int32, "right": np.int32}


def to_arrays(ensemble: Ensemble) -> dict[str, np.ndarray]:
    """Named arrays that say everything; `from_arrays` reads them."""
    trees = [tree for stage in ensemble.stages for tree in stage.trees]

    def joined(parts: Sequence[np.ndarray], dtype: type = np.float64) -> np.ndarray:
        return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)

    return {
        "trees.present": np.array(ensemble.answers.present, np.int32),
        "trees.start": np.array(ensemble.start, np.float64),
        "trees.of_stage": np.array([len(stage.trees) for stage in ensemble.stages], np.int32),
        "trees.weights": np.array([stage.weight for stage in ensemble.stages], np.float64),
        "trees.nodes": np.array([tree.nodes for tree in trees], np.int32),
        "trees.value": joined([tree.value.ravel() for tree in trees]),
        **{
            f"trees.{name}": joined(
                [getattr(tree, name) for tree in trees], DTYPES.get(name, np.float64)
            )
            for name in FIELDS
        },
    }


def from_arrays(arrays: Mapping[str, np.ndarray], like: Ensemble, features: int) -> Ensemble:
    """The ensemble of `to_arrays`; TreeError where it is none of the kind that `like` is.

    like: one without stages. features: how many inputs there are.
    """
    expected = to_arrays(like)
    for name, array in expected.items():
        if name not in arrays:
            raise TreeError(f"{name} is missing")
        if arrays[name].dtype != array.dtype or arrays[name].ndim != 1:
            raise TreeError(f"{name} is no row of {array.dtype}")
    if unknown := set(arrays) - set(expected):
        raise TreeError(f"{min(unknown)} belongs to no tree")
    answers = _answers(arrays["trees.present"], like.answers)
    start, weights = arrays["trees.start"], arrays["trees.weights"]
    width = {"sum": 1, "votes": len(answers.present)}.get(like.combine, answers.width)
    if len(start) != answers.width or not np.isfinite(start).all():
        raise TreeError("the outputs of no tree do not fit")
    trees = _trees(arrays, width, features)
    counts = arrays["trees.of_stage"]
    each = answers.width if like.combine == "sum" else 1
    right = (counts == each).all() and counts.sum() == len(trees) and len(weights) == len(counts)
    if not right or not np.isfinite(weights).all():
        raise TreeError("the trees do not fill the stages")
    stages = tuple(
        Stage(tuple(trees[at * each : (at + 1) * each]), float(weight))
        for at, weight in enumerate(weights)
    )
    return Ensemble(answers, like.combine, start, stages, like.sums)


def _answers(present: np.ndarray, like: Answers) -> Answers:
    """Those of the classes that the file names."""
    if len(present) and not (
        (np.diff(present) > 0).all() and present[0] >= 0 and present[-1] < like.count
    ):
        raise TreeError("the classes do not fit")
    if bool(len(present)) != bool(like.count):
        raise TreeError("the classes do not fit")
    return Answers(like.count, tuple(int(number) for number in present), like.kind)


def _trees(arrays: Mapping[str, np.ndarray], width: int, features: int) -> list[Tree]:
    sizes = arrays["trees.nodes"]
    total = int(sizes.sum(dtype=np.int64)) if (sizes > 0).all() else -1
    fits = all(len(arrays[f"trees.{name}"]) == total for name in FIELDS)
    if not fits or len(arrays["trees.value"]) != total * width or len(sizes) > MOST_TREES:
        raise TreeError("the nodes do not fill the trees")
    trees, first = [], 0
    for size in sizes.tolist():
        part = slice(first, first + size)
        fields = {name: arrays[f"trees.{name}"][part] for name in FIELDS}
        values = arrays["trees.value"][first * width : (first + size) * width]
        tree = Tree(value=values.reshape(size, width), **fields)
        tree.check(features, width)
        trees.append(tree)
        first += size
    return trees
