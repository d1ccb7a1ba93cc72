"""How large trees may grow: memory and time, by arithmetic, before anything grows."""

from __future__ import annotations

import math
from typing import Any

from playground.experiment.bounds import Problem
from playground.trees import TreeModel

MOST_WORK = 5e7  # numbers that one unit looks at: about ten seconds of one core
MOST_NODES = 40e6  # of all trees together, if every leaf held as few rows as it may


def problem(experiment: Any) -> Problem | None:
    """What makes trees too large, or impossible."""
    model: TreeModel = experiment.trees.make()
    dataset = experiment.data.make()
    if not dataset.trainable:
        return ("data",), "Trees grow on data, and this set-up came without any."
    train, _ = dataset.sizes
    features, outputs = math.prod(dataset.shape), max(dataset.classes, 1)
    if model.work(train, features, outputs) > MOST_WORK:
        return ("trees",), (
            f"One {model.unit} would look at {features:,} inputs of {train:,} samples"
            f"{f' for each of {outputs} classes' if outputs > 2 else ''}, which takes minutes. "
            "Take histogram boosting or a random forest, or fewer samples."
        )
    leaf = getattr(model, "min_samples_leaf", 1)
    depth = getattr(model, "max_depth", None) or 64
    leaves = min(train / leaf, getattr(model, "max_leaf_nodes", math.inf), 2.0**depth)
    many = (model.most or 1) if model.combine != "newest" else 1
    per_stage = outputs if model.combine == "sum" and outputs > 2 else 1
    if many * per_stage * 2 * leaves > MOST_NODES:
        return ("trees",), (
            f"{many:,} trees on {train:,} samples could take more memory than there is: fewer "
            "trees, a deepest level, or more samples in a leaf would fit."
        )
    return None
