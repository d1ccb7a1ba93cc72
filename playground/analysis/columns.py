"""What is learned from, column by column: the inputs of a word are one column again.

scikit-learn's permutation importance and partial dependence ask a model about columns; a network
and trees answer alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from playground.data import FEATURES
from playground.training.snapshot import Snapshot

NONE = -1  # the number of a word that is none of those known


@dataclass(frozen=True, eq=False)
class Columns:
    """Names of the columns, which inputs belong to each, the words of those that hold words.

    mean, deviation: of the inputs, where they were scaled.
    """

    names: tuple[str, ...]
    parts: tuple[slice, ...]
    words: tuple[tuple[str, ...], ...]
    mean: np.ndarray
    deviation: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    def of(self, x: np.ndarray) -> np.ndarray:
        """Inputs [N, inputs] as columns, float64 [N, columns]: scaled numbers, or word numbers."""
        columns = np.empty((len(x), len(self)))
        for k, (part, words) in enumerate(zip(self.parts, self.words, strict=True)):
            if not words:
                columns[:, k] = x[:, part.start]
                continue
            there = x[:, part] * self.deviation[part] + self.mean[part] > 0.5
            columns[:, k] = np.where(there.any(axis=1), there.argmax(axis=1), NONE)
        return columns

    def inputs(self, columns: np.ndarray) -> np.ndarray:
        """The opposite of `of`: float32 [N, inputs]."""
        x = np.empty((len(columns), self.parts[-1].stop), np.float32)
        for k, (part, words) in enumerate(zip(self.parts, self.words, strict=True)):
            if not words:
                x[:, part.start] = columns[:, k]
                continue
            there = columns[:, k, None] == np.arange(len(words))
            x[:, part] = (there - self.mean[part]) / self.deviation[part]
        return x

    def shown(self, k: int, values: np.ndarray) -> np.ndarray:
        """Numbers of a column in its own units."""
        place = self.parts[k].start
        return values * self.deviation[place] + self.mean[place]

    def summed(self, of_inputs: np.ndarray) -> np.ndarray:
        """What is known of each input [inputs], added up by column [columns]."""
        return np.array([of_inputs[part].sum() for part in self.parts])


def columns_of(snapshot: Snapshot) -> Columns:
    """The columns of a Snapshot's inputs; a point of the plane has one for each input."""
    table = snapshot.data.table
    if table is None:
        return _plain(snapshot)
    entries: list[tuple[str, tuple[str, ...]]] = []
    for column in table.layout.columns:
        if column.kind == "one_hot":
            entries.append((column.name, column.words))
        else:
            entries += [(name, ()) for name in column.inputs]
    ends = np.cumsum([len(words) or 1 for _, words in entries]).tolist()
    parts = tuple(
        slice(end - (len(entry[1]) or 1), end) for end, entry in zip(ends, entries, strict=True)
    )
    names, words = zip(*entries, strict=True)
    return Columns(names, parts, words, table.fitted.mean, table.fitted.deviation)


def _plain(snapshot: Snapshot) -> Columns:
    """A column an input, in its own units."""
    width = int(np.prod(snapshot.data.shape))
    given = snapshot.data.feature_names or [f"input {k + 1}" for k in range(width)]
    names = tuple(FEATURES[name][0] if name in FEATURES else name for name in given)
    parts = tuple(slice(k, k + 1) for k in range(width))
    return Columns(names, parts, ((),) * width, np.zeros(width), np.ones(width))


@cache
def _readers() -> tuple[type, type]:
    """Classes that stand for a trained model where scikit-learn asks: of classes, of values."""
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    class Reader(BaseEstimator):
        def __init__(self, snapshot: Any = None, columns: Any = None) -> None:
            self.snapshot, self.columns = snapshot, columns

        def fit(self, x: Any, y: Any) -> Any:
            return self

        def __sklearn_is_fitted__(self) -> bool:
            return True

        def outputs(self, x: np.ndarray) -> np.ndarray:
            inputs = self.columns.inputs(np.asarray(x))
            return self.snapshot.predict(inputs.reshape(len(x), *self.snapshot.data.shape))

    class Classifier(ClassifierMixin, Reader):
        @property
        def classes_(self) -> np.ndarray:
            return np.arange(self.snapshot.data.classes)

        def predict(self, x: np.ndarray) -> np.ndarray:
            return np.ravel(self.snapshot.network.loss.classes(self.outputs(x)))

        def predict_proba(self, x: np.ndarray) -> np.ndarray:
            return self.snapshot.probabilities(self.outputs(x))

    class Regressor(RegressorMixin, Reader):
        def predict(self, x: np.ndarray) -> np.ndarray:
            return self.outputs(x)[:, 0]

    return Classifier, Regressor


def estimator(snapshot: Snapshot, columns: Columns) -> Any:
    """The Snapshot's model as scikit-learn's estimators are: it reads [N, columns]."""
    classifier, regressor = _readers()
    return (classifier if snapshot.data.classes else regressor)(snapshot, columns)
