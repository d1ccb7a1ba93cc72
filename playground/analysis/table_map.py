"""A plane through the inputs of a table: two columns, or the two directions in which its rows
differ most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.analysis.columns import columns_of
from playground.analysis.table_answers import table_of
from playground.data import Data
from playground.data.table_fit import TableData
from playground.training.snapshot import Snapshot

MOST_POINTS = 400  # of a split
MARGIN = 0.06  # of the plane beyond the outermost rows
MOST_FITTED = 20_000  # rows that the directions are found on


@dataclass(frozen=True, eq=False)
class Plane:
    """Inputs are origin + a · along[0] + b · along[1]; along: [2, inputs].

    across: [2, inputs], which gives the places of rows: a = (x − origin) · across[0]. scale,
    shift: what the axes show is a · scale + shift, of each. titles: what they are called.
    """

    origin: np.ndarray
    along: np.ndarray
    across: np.ndarray
    scale: np.ndarray
    shift: np.ndarray
    titles: tuple[str, str]

    def places(self, x: np.ndarray) -> np.ndarray:
        """Where inputs [N, inputs] lie: [N, 2], as the axes show it."""
        return ((x - self.origin) @ self.across.T) * self.scale + self.shift

    def inputs(self, places: np.ndarray) -> np.ndarray:
        """The inputs float32 [N, inputs] of places [N, 2] of the plane."""
        steps = (places - self.shift) / self.scale
        return (self.origin + steps @ self.along).astype(np.float32)


def names(table: TableData) -> list[str]:
    """The columns that can be an axis: those of numbers."""
    columns = table.layout.columns
    return [name for column in columns if column.kind != "one_hot" for name in column.inputs]


def of_columns(snapshot: Snapshot, pair: tuple[str, str]) -> Plane:
    """Two columns of numbers; all others stay at the training rows' median, or commonest word."""
    columns = columns_of(snapshot)
    known = columns.of(snapshot.data.train.x[:MOST_FITTED])
    middle = np.median(known, axis=0)
    for k, words in enumerate(columns.words):
        if words:
            kinds, counts = np.unique(known[:, k], return_counts=True)
            middle[k] = kinds[counts.argmax()]
    origin = columns.inputs(middle[None])[0].astype(np.float64)
    chosen = [columns.names.index(name) for name in pair]
    places = [columns.parts[k].start for k in chosen]
    origin[places] = 0
    along = np.zeros((2, len(origin)))
    along[[0, 1], places] = 1
    return Plane(origin, along, along, columns.deviation[places], columns.mean[places], pair)


def principal(snapshot: Snapshot) -> Plane:
    """The two directions of the largest variance of the training rows, each input scaled to a
    deviation of 1 (Pearson 1901); scikit-learn's PCA."""
    from sklearn.decomposition import PCA

    x = snapshot.data.train.x[:MOST_FITTED].astype(np.float64)
    deviation = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    fitted = PCA(2, svd_solver="full").fit(x / deviation)
    first, second = np.round(100 * fitted.explained_variance_ratio_).astype(int)
    return Plane(
        fitted.mean_ * deviation,
        fitted.components_ * deviation,
        fitted.components_ / deviation,
        np.ones(2),
        np.zeros(2),
        (f"first direction, {first} %", f"second direction, {second} %"),
    )


def possible(snapshot: Snapshot) -> bool:
    """Whether there are two inputs and two rows."""
    table_of(snapshot)
    return snapshot.data.train.x.shape[1] > 1 and len(snapshot.data.train) > 1


def bounds(plane: Plane, data: Data) -> np.ndarray:
    """Where the plane ends: [[low, high], [low, high]]."""
    known = [split.x[:MOST_FITTED] for split in (data.train, data.test)]
    places = plane.places(np.concatenate(known))
    low, high = places.min(axis=0), places.max(axis=0)
    wide = np.where(high > low, high - low, 1.0)
    return np.stack([low - MARGIN * wide, high + MARGIN * wide], axis=1)


def grid(plane: Plane, ends: np.ndarray, resolution: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Both axes [resolution], and the inputs of all their crossings, row by row."""
    lines = [np.linspace(low, high, resolution) for low, high in ends]
    a, b = np.meshgrid(*lines)
    return lines, plane.inputs(np.stack([a.ravel(), b.ravel()], axis=1))


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a split: places [N, 2], answers [N], which of them are answered wrongly."""

    places: np.ndarray
    y: np.ndarray
    wrong: np.ndarray


def rows(snapshot: Snapshot, plane: Plane, split: str) -> Rows:
    """Rows of a split, evenly taken where they are many; values are never wrong."""
    part = snapshot.data.split(split)
    step = -(-len(part) // MOST_POINTS) or 1
    x, y = part.x[::step], part.y[::step]
    wrong = np.zeros(len(x), bool)
    if snapshot.data.classes and len(x):
        wrong = np.ravel(snapshot.network.loss.classes(snapshot.predict(x))) != y
    return Rows(plane.places(x), y, wrong)
