"""Many trees together: what each says of a point, what is still wrong, what counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from playground.analysis import influence
from playground.analysis.columns import columns_of
from playground.analysis.trees.nodes import ensemble, wording
from playground.data import features
from playground.experiment import tree_bounds
from playground.training.evaluation import numbers
from playground.training.snapshot import Snapshot
from playground.trees.joined import Deep

REPEATS = 5
MOST_ROWS = 2000  # that shuffling deep features looks at
FEW_ROWS = 500  # the same, once, where inputs are many
MANY, TOO_MANY = 40, 200  # inputs


def at_point(snapshot: Snapshot, point: tuple[float, float]) -> np.ndarray:
    """A point of the plane as the trees read it: [1, inputs]."""
    return features(np.array([point]), snapshot.data.feature_names)


def says(snapshot: Snapshot, x: np.ndarray) -> np.ndarray:
    """What each tree says of one input: class numbers, or values; int64 or float64 [trees]."""
    trees = ensemble(snapshot)
    each = trees.each(x)[:, 0]
    if trees.answers.count and trees.combine != "sum":
        return np.array(trees.answers.present)[each.argmax(axis=1)]
    return each[:, 0]


def running(snapshot: Snapshot, x: np.ndarray) -> np.ndarray:
    """The answer after each unit, from none on: probabilities or values [units + 1, k]."""
    trees = ensemble(snapshot)
    outputs = np.concatenate([trees.at(n).predict(x) for n in range(len(trees.stages) + 1)])
    return trees.loss.probabilities(outputs) if trees.answers.count else outputs


def residuals(snapshot: Snapshot) -> np.ndarray:
    """What the next tree of boosting sees of each training point: [N].

    Values: y − F. Two classes: y − p of the second. More: 1 − p of the right class.
    """
    train, trees = snapshot.data.train, ensemble(snapshot)
    outputs = trees.predict(train.x)
    if not trees.answers.count:
        return train.y - outputs[:, 0]
    belief = trees.loss.probabilities(outputs)
    if trees.answers.count == 2:
        return train.y - belief[:, 1]
    return 1 - belief[np.arange(len(train)), train.y]


def best_unit(history: dict[str, np.ndarray]) -> tuple[int, float] | None:
    """The unit of the smallest test loss, and that loss; None before there is a curve."""
    losses = history.get("test_loss", np.zeros(0))
    if len(losses) < 2 or not np.isfinite(losses).any():
        return None
    place = int(np.nanargmin(losses))
    return int(history["step"][place]), float(losses[place])


def handed_over(snapshot: Snapshot) -> float | None:
    """The epoch at which the second of network and trees began to answer; None before, and where
    there are not both."""
    hybrid, grown = snapshot.experiment.hybrid, len(ensemble(snapshot).stages)
    if hybrid is None or not grown:
        return None
    start = snapshot.epoch - grown if hybrid.make().network_first else float(grown)
    return start if snapshot.epoch > start else None


@dataclass(frozen=True, eq=False)
class Importances:
    """How much each column counts; of trees on deep features, each of these.

    impurity: the share of all gains, measured while growing; None where trees keep none.
    permutation: how much worse the test score gets where it is shuffled, mean and deviation;
    None where there are too many inputs to shuffle each.
    """

    impurity: np.ndarray | None
    permutation: np.ndarray | None
    deviation: np.ndarray | None


def impurity_importance(snapshot: Snapshot) -> np.ndarray | None:
    """The mean over the trees of Σ weight · gain for each input, scaled to a sum of 1 (Breiman
    2001). None where no tree keeps its impurity."""
    trees = ensemble(snapshot).trees
    width = tree_bounds.features(snapshot.experiment)
    total = np.zeros(width)
    for tree in trees:
        inner = np.flatnonzero(tree.feature >= 0)
        own = np.zeros(width)
        part = tree.weight * tree.impurity
        gains = part[inner] - part[tree.left[inner]] - part[tree.right[inner]]
        np.add.at(own, tree.feature[inner], np.maximum(gains, 0))
        total += own / own.sum() if own.sum() > 0 else 0
    return total / total.sum() if total.sum() > 0 else None


def _read(snapshot: Snapshot, x: np.ndarray) -> tuple[Any, np.ndarray]:
    """What answers, and what it reads of x: of trees on deep features these features."""
    network: object = snapshot.network
    if isinstance(network, Deep) and network.stages:
        return network.plain, network.inputs(numbers(x, snapshot.data.scale))
    return network, numbers(x, snapshot.data.scale).reshape(len(x), -1)


def _of_features(snapshot: Snapshot, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """How much the score on test rows falls where one deep feature is shuffled: mean, deviation."""
    test, shape = snapshot.data.test, snapshot.data.shape
    (answering, x), y = _read(snapshot, test.x[:MOST_ROWS]), test.y[:MOST_ROWS]
    shape = shape if answering is snapshot.network else x.shape[1:]
    random, width, repeats = np.random.default_rng(seed), x.shape[1], REPEATS
    if width > MANY:
        x, y, repeats = x[:FEW_ROWS], y[:FEW_ROWS], 1
    falls = np.zeros((repeats, width))
    before = _score(answering, x.reshape(-1, *shape), y)
    for place in range(width):
        for repeat in range(repeats):
            shuffled = x.copy()
            shuffled[:, place] = random.permutation(shuffled[:, place])
            falls[repeat, place] = before - _score(answering, shuffled.reshape(-1, *shape), y)
    return falls.mean(axis=0), falls.std(axis=0)


def _score(answering: Any, x: np.ndarray, y: np.ndarray) -> float:
    outputs = answering.predict(x)
    if y.dtype.kind != "f":
        return float(np.mean(answering.loss.classes(outputs) == y))
    return -float(np.mean(np.abs(outputs[:, 0] - y)))


def _deep(snapshot: Snapshot) -> bool:
    return isinstance(cast(object, snapshot.network), Deep)


def measured(snapshot: Snapshot) -> tuple[str, ...]:
    """What `importances` has a number for: columns of a table, neurons, or inputs."""
    by_column = snapshot.data.table is not None and not _deep(snapshot)
    return tuple(columns_of(snapshot).names if by_column else wording(snapshot).names)


def importances(snapshot: Snapshot) -> Importances:
    """Both kinds, on the present trees: by column, or by deep feature."""
    gains, deep = impurity_importance(snapshot), _deep(snapshot)
    if len(snapshot.data.shape) == 3 and not deep:
        return Importances(gains, None, None)
    if deep and tree_bounds.features(snapshot.experiment) > TOO_MANY:
        return Importances(gains, None, None)
    if deep:
        return Importances(gains, *_of_features(snapshot))
    own = None if gains is None else columns_of(snapshot).summed(gains)
    return Importances(own, *influence.permutation_importance(snapshot))
