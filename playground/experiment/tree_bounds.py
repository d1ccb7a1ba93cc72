"""How large trees may grow: memory and time, by arithmetic, before anything grows."""

from __future__ import annotations

import math

from playground.data import DataSet
from playground.experiment.bounds import Problem
from playground.experiment.setup import Setup
from playground.trees import TreeModel
from playground.trees.hybrids import most_leaves, most_trees

MOST_WORK = 5e7  # numbers that one unit looks at: about ten seconds of one core
MOST_NODES = 40e6  # of all trees together, if every leaf held as few rows as it may
MOST_INPUTS = 5000  # leaves of all trees that a network reads
MOST_CODES = 150e6  # bytes of the leaves of all training rows


def leaves(experiment: Setup) -> tuple[int, int]:
    """How many trees, and leaves of each, a network can read; (0, 0) where it reads none."""
    if experiment.trees is None or experiment.hybrid is None:
        return 0, 0
    if experiment.hybrid.make().network_first:
        return 0, 0
    model, dataset = experiment.trees.make(), experiment.data.make()
    return most_trees(model, dataset.classes), most_leaves(model, max(dataset.sizes[0], 1))


def unfit(experiment: Setup) -> Problem | None:
    """Why a network and trees cannot share this work."""
    dataset, where = experiment.data.make(), ("hybrid",)
    if experiment.trees is None:
        return where, "A network and trees share the work, and this set-up has no trees."
    if not dataset.trainable:
        return ("data",), "Trees grow on data, and this set-up came without any."
    if experiment.loss.make().reconstructs:
        return ("loss",), "Trees answer a question: a loss that compares with the input asks none."
    if dataset.answers or dataset.symbols or dataset.stateful:
        return ("data",), (
            f"Trees answer once, and {dataset.title} asks at every step or has symbols: take "
            "points, a table or images."
        )
    if experiment.hybrid is None:
        return None
    if experiment.hybrid.make().network_first:
        if len(experiment.layers) < 2:
            return ("layers",), "Trees read the last hidden layer, and this network has none."
        return None
    if experiment.augmentation.type != "none":
        return ("augmentation",), "The network reads leaves, and only images can be changed."
    return _leaves_problem(leaves(experiment), dataset)


def _leaves_problem(sizes: tuple[int, int], dataset: DataSet) -> Problem | None:
    count, most = sizes
    rows = dataset.sizes[0]
    if count * most > min(MOST_INPUTS, MOST_CODES / max(rows, 1)):
        allowed = int(min(MOST_INPUTS, MOST_CODES / max(rows, 1)))
        return ("trees",), (
            f"{count:,} tree{'s' * (count != 1)} could have {count * most:,} leaves, an input of "
            f"the network each, and {allowed:,} are allowed: fewer trees, a deepest level, or more "
            "samples in a leaf would fit."
        )
    return None


def features(experiment: Setup) -> int:
    """How many numbers the trees read of a sample."""
    shape = experiment.data.make().shape
    if experiment.hybrid is not None and experiment.hybrid.make().network_first:
        shape = experiment.plan().rows[-2].output_shape
    return math.prod(shape)


def problem(experiment: Setup) -> Problem | None:
    """What makes trees too large, or impossible."""
    if experiment.trees is None:
        return None
    model: TreeModel = experiment.trees.make()
    dataset = experiment.data.make()
    if not dataset.trainable:
        return ("data",), "Trees grow on data, and this set-up came without any."
    train, _ = dataset.sizes
    width, outputs = features(experiment), max(dataset.classes, 1)
    if model.work(train, width, outputs) > MOST_WORK:
        return ("trees",), (
            f"One {model.unit} would look at {width:,} inputs of {train:,} samples"
            f"{f' for each of {outputs} classes' if outputs > 2 else ''}, which takes minutes. "
            "Take histogram boosting or a random forest, or fewer samples."
        )
    leaf = getattr(model, "min_samples_leaf", 1)
    depth = getattr(model, "max_depth", None) or 64
    many = min(train / leaf, getattr(model, "max_leaf_nodes", math.inf), 2.0**depth)
    if most_trees(model, dataset.classes) * 2 * many > MOST_NODES:
        return ("trees",), (
            f"{model.most or 1:,} trees on {train:,} samples could take more memory than there is: "
            "fewer trees, a deepest level, or more samples in a leaf would fit."
        )
    return None
