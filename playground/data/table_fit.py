"""What is fitted on the training rows of a table: what fills gaps, and how inputs are scaled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data import table_source
from playground.data.table_kinds import Encoded
from playground.data.table_layout import Layout
from playground.data.table_source import TableSource
from playground.data.tables import Column, Sheet, TableError


@dataclass(frozen=True, eq=False)
class Fitted:
    """What was learned from the training rows: what fills gaps, how inputs are scaled."""

    fills: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    centre: float = 0.0  # of a value to predict
    scale: float = 1.0

    def inputs(self, raw: np.ndarray) -> np.ndarray:
        """Raw inputs [N, inputs] with gaps (NaN) → float32, filled and scaled."""
        filled = np.where(np.isnan(raw), self.fills, raw)
        filled -= self.mean
        filled /= self.deviation
        return filled.astype(np.float32)


def fit(
    layout: Layout,
    raw: np.ndarray,
    y: np.ndarray,
    standardize: bool,
    kept: np.ndarray | None = None,
) -> Fitted:
    """On raw inputs [N, inputs] and answers [N] of the training rows.

    kept: which inputs stay as they are, bool [inputs]. A gap becomes the median of its column; of a
    row without a word none of the words is there.
    """
    width = raw.shape[1]
    fills = np.zeros(width)
    for k in range(width):
        known = raw[~np.isnan(raw[:, k]), k]
        fills[k] = np.median(known) if len(known) else 0.0
    mean, deviation = np.zeros(width), np.ones(width)
    if standardize:
        filled = np.where(np.isnan(raw), fills, raw)
        mean, deviation = filled.mean(axis=0), filled.std(axis=0)
        deviation = np.where(deviation > 0, deviation, 1.0)
        if kept is not None:
            mean[kept], deviation[kept] = 0.0, 1.0
    if layout.classes or not standardize:
        return Fitted(fills, mean, deviation)
    scale = float(y.std())
    return Fitted(fills, mean, deviation, float(y.mean()), scale if scale > 0 else 1.0)


def encode(columns: tuple[Encoded, ...], sheet: Sheet) -> np.ndarray:
    """The inputs of a sheet's rows as they are, float64 [N, inputs]; NaN where a number misses.

    TableError where a column is not there, or a cell that must be a number holds none.
    """
    known = {column.name: column for column in sheet.columns}
    parts = []
    for column in columns:
        if column.name not in known:
            raise TableError(f"The column “{column.name[:30]}” is missing from these rows.")
        cells = known[column.name]
        if column.kind == "number":
            _check_numbers(sheet, cells)
        parts.append(column.numbers(cells))
    return np.concatenate(parts, axis=1)


def _check_numbers(sheet: Sheet, column: Column) -> None:
    bad = ~column.missing & ~(np.abs(column.values) < 1e30)
    if bad.any():
        row = int(bad.argmax())
        raise TableError(
            f"Row {sheet.numbers[row]} of “{column.name[:30]}” is “{column.shown(row)}”: a number "
            "is needed."
        )


def strangers(columns: tuple[Encoded, ...], sheet: Sheet) -> list[str]:
    """A sentence on each word of these rows that was not there when it was learned."""
    known = {column.name: column for column in sheet.columns}
    return [
        f"“{word[:30]}” in “{column.name[:30]}” is new: it counts as none of the known words."
        for column in columns
        if column.words
        for word in known[column.name].kinds
        if word not in column.words
    ]


@dataclass(frozen=True, eq=False)
class NewRows:
    """Rows that ask for an answer: their sheet, inputs float32 [N, inputs], what to know."""

    sheet: Sheet
    x: np.ndarray
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TableData:
    """What the arrays of a table were made of, and new rows and answers in its own units.

    fill: whether gaps are filled; else rows with gaps are refused.
    """

    source: TableSource
    layout: Layout
    fitted: Fitted
    fill: bool

    def rows(self, content: bytes) -> NewRows:
        """Rows of a file, read and scaled as those of this table; TableError names a wrong cell."""
        sheet = table_source.sheet(content)
        raw = encode(self.layout.columns, sheet)
        known = {column.name: column.missing for column in sheet.columns}
        gaps = np.any([known[column.name] for column in self.layout.columns], axis=0)
        if gaps.any() and not self.fill:
            row = sheet.numbers[int(gaps.argmax())]
            raise TableError(f"Row {row} has a gap: fill it, or let gaps be filled in the set-up.")
        notes = strangers(self.layout.columns, sheet)
        if count := int(gaps.sum()):
            rows = "1 row has a gap" if count == 1 else f"{count:,} rows have gaps"
            notes.append(f"{rows}, filled as in training.")
        return NewRows(sheet, self.fitted.inputs(raw), tuple(notes))

    def values(self, outputs: np.ndarray) -> np.ndarray:
        """Predicted values in the units of the table."""
        return outputs * self.fitted.scale + self.fitted.centre
