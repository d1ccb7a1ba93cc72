"""Tables: numbers and words in columns, a class or a value to predict.

Everything that is fitted (means, deviations, what fills a gap) is fitted on the training rows only,
and belongs to the data set: a network and trees read the same rows in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from playground.data import tables
from playground.data.dataset import SEEDS, Data, DataSet, Split, parts_of
from playground.data.tables import Column, Sheet, TableError
from playground.engine.registry import choice, flag, integer, real, register, text

FOLDER = Path(__file__).parents[2] / "assets" / "data" / "tables"
TARGETS = {
    "iris": "species",
    "wine": "cultivar",
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "penguins": "species",
}
MOST_WORDS = 30  # different ones in a column of categories
MOST_CLASSES = 50
DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


@dataclass(frozen=True)
class Encoded:
    """How a column becomes inputs: one of a number, or one a word."""

    name: str
    words: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """What its inputs are called."""
        return tuple(f"{self.name} = {word}" for word in self.words) or (self.name,)


@dataclass(frozen=True, eq=False)
class Layout:
    """What a table's columns are taken for. notes: what was left out or looks wrong."""

    sheet: Sheet
    target: Column
    columns: tuple[Encoded, ...]
    classes: tuple[str, ...]  # none: the target is a value
    notes: tuple[str, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all inputs."""
        return tuple(name for column in self.columns for name in column.inputs)


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
        return ((filled - self.mean) / self.deviation).astype(np.float32)


@register("data", "table", "Table")
class Table(DataSet):
    """Rows of a table: numbers as they are, words as one input each (one-hot), a column to predict.

    x = (value − mean) / deviation, both of the training rows. A value to predict is scaled in the
    same way. Tables: iris, wine, breast_cancer, diabetes, penguins.
    """

    table: str = choice("iris", tuple(TARGETS), "Which table.", title="Table")
    target: str = text(
        "The column to predict. Empty: the one that the table is known for.", title="To predict"
    )
    columns: str = text(
        "The columns to learn from, with commas between. Empty: all that can be used.",
        title="Columns",
    )
    missing: str = choice(
        "leave_out",
        ("leave_out", "fill"),
        "Rows with gaps. leave_out: they are not used. fill: a gap becomes the median of the "
        "training rows, and a missing word none of the words.",
        title="Gaps",
    )
    standardize: bool = flag(
        True,
        "Scale every input to mean 0 and deviation 1 on the training rows. Networks need it; "
        "trees do not care.",
        title="Standardise",
    )
    train_fraction: float = real(
        0.7,
        0.1,
        0.9,
        "The share of rows to learn from. The others only test what was learned.",
        title="Share for training",
    )
    validation_fraction: float = real(
        0.0,
        0.0,
        0.5,
        "The share of the training rows kept aside to choose settings by.",
        title="Share for validation",
    )
    seed: int | None = integer(
        None,
        0,
        SEEDS,
        "In which order the rows are dealt. Empty: the seed of the whole experiment.",
        optional=True,
        title="Seed of the rows",
    )

    @property
    def question(self) -> str:
        return "Which column matters most? Leave it out and look again."

    @property
    def layout(self) -> Layout:
        """What its columns are taken for; TableError says what cannot be."""
        return _layout(self.table, self.target, self.columns)

    def check(self) -> None:
        _layout(self.table, self.target, self.columns)

    @property
    def task(self) -> str:  # type: ignore[override]
        return "classification" if self.layout.classes else "regression"

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.layout.inputs),)

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.layout.inputs

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.layout.classes

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.layout.sheet), len(self.layout.sheet)

    def load(self, seed: int) -> Data:
        """Shuffle, split, fit on the training rows, encode."""
        return self._loaded(seed)[0]

    def fitted(self, seed: int) -> Fitted:
        """What was fitted on the training rows of this seed."""
        return self._loaded(seed)[1]

    def rows(self, content: bytes, seed: int) -> np.ndarray:
        """Rows of a file, read and scaled as those of this table: float32 [N, inputs].

        TableError where a column is missing, or a cell that must be a number holds none.
        """
        sheet = tables.read(content)
        raw = encode(self.layout, sheet)
        gaps = np.isnan(raw).any(axis=1)
        if self.missing == "leave_out" and gaps.any():
            row = sheet.numbers[int(gaps.argmax())]
            raise TableError(f"Row {row} has a gap: fill it, or let gaps be filled in the set-up.")
        return self.fitted(seed).inputs(raw)

    def values(self, outputs: np.ndarray, seed: int) -> np.ndarray:
        """Predicted values in the units of the table."""
        fitted = self.fitted(seed)
        return outputs * fitted.scale + fitted.centre

    def _loaded(self, seed: int) -> tuple[Data, Fitted]:
        layout = self.layout
        raw = encode(layout, layout.sheet)
        known = ~layout.target.missing
        if self.missing == "leave_out":
            known &= ~_gaps(layout, layout.sheet)
        rows = np.flatnonzero(known)
        if len(rows) < 4:
            raise TableError("Fewer than four rows are left without gaps: let gaps be filled.")
        order = np.random.default_rng(seed if self.seed is None else self.seed).permutation(rows)
        parts = [
            order[part]
            for part in parts_of(len(order), self.train_fraction, self.validation_fraction)
        ]
        y = _answers(layout)
        fitted = self._fit(layout, raw[parts[0]], y[parts[0]])
        if not layout.classes:
            y = ((y - fitted.centre) / fitted.scale).astype(np.float32)
        first, second, third = (Split(fitted.inputs(raw[part]), y[part]) for part in parts)
        return self.data(first, second, third), fitted

    def _fit(self, layout: Layout, raw: np.ndarray, y: np.ndarray) -> Fitted:
        width = raw.shape[1]
        numbers = np.array([not column.words for column in layout.columns for _ in column.inputs])
        fills = np.zeros(width)
        for k in np.flatnonzero(numbers):
            known = raw[~np.isnan(raw[:, k]), k]
            fills[k] = np.median(known) if len(known) else 0.0
        mean, deviation = np.zeros(width), np.ones(width)
        if self.standardize:
            filled = np.where(np.isnan(raw), fills, raw)
            mean, deviation = filled.mean(axis=0), filled.std(axis=0)
            deviation = np.where(deviation > 0, deviation, 1.0)
        if layout.classes or not self.standardize:
            return Fitted(fills, mean, deviation)
        scale = float(y.std())
        return Fitted(fills, mean, deviation, float(y.mean()), scale if scale > 0 else 1.0)


@lru_cache(32)
def _sheet(name: str) -> Sheet:
    return tables.read((FOLDER / f"{name}.csv").read_bytes())


@lru_cache(64)
def _layout(table: str, target: str, columns: str) -> Layout:
    return laid_out(_sheet(table), target or TARGETS[table], columns)


def laid_out(sheet: Sheet, target: str, columns: str = "") -> Layout:
    """What the columns of a sheet are taken for; TableError says what cannot be."""
    known = {column.name: column for column in sheet.columns}
    if target not in known:
        raise TableError(f"There is no column “{target[:30]}”; there are {_listed(known)}.")
    wanted = [name.strip() for name in columns.split(",") if name.strip()]
    for name in wanted:
        if name not in known or name == target:
            why = "is the one to predict" if name == target else "is not there"
            raise TableError(f"The column “{name[:30]}” {why}; there are {_listed(known)}.")
    encoded, notes = [], []
    for name in wanted or [name for name in known if name != target]:
        made, reason = _encoded(known[name])
        if made is None and wanted:
            raise TableError(reason)
        if made is None:
            notes.append(f"{reason} It is left out.")
        else:
            encoded.append(made)
    if not encoded:
        raise TableError(" ".join(["There is no column to learn from.", *notes]))
    classes = _classes(known[target])
    notes += [note for made in encoded if (note := leak(known[made.name], known[target]))]
    return Layout(sheet, known[target], tuple(encoded), classes, tuple(notes))


def _listed(names: Sequence[str] | dict[str, Column]) -> str:
    shown = [f"“{name[:30]}”" for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")


def _encoded(column: Column) -> tuple[Encoded | None, str]:
    """How a column is read, or why it cannot be."""
    name, present = column.name, ~column.missing
    words = sorted({column.words[k] for k in np.flatnonzero(present)})
    if not words:
        return None, f"The column “{name[:30]}” is empty."
    if len(words) == 1:
        return None, f"Every row of “{name[:30]}” is the same: there is nothing to learn from it."
    if column.numeric:
        bad = present & np.isnan(column.values)
        if bad.any():
            cell = column.shown(int(bad.argmax()))
            return None, f"“{name[:30]}” holds numbers, and “{cell}” is none."
        return Encoded(name), ""
    if sum(bool(DATE.match(word)) for word in words) > len(words) / 2:
        return None, (
            f"“{name[:30]}” holds dates: write what matters of them, such as the year or the "
            "weekday, as a number."
        )
    if len(words) > MOST_WORDS:
        return None, (
            f"“{name[:30]}” has {len(words):,} different words: it names the rows, or needs "
            f"grouping; at most {MOST_WORDS} are read."
        )
    return Encoded(name, tuple(words)), ""


def _classes(target: Column) -> tuple[str, ...]:
    """The classes in order; none where the target is a value.

    Words are classes, and so are up to ten different whole numbers.
    """
    present = ~target.missing
    words = [target.words[k] for k in np.flatnonzero(present)]
    kinds, values = sorted(set(words)), target.values[present]
    if len(kinds) < 2:
        raise TableError(f"All rows of “{target.name[:30]}” are the same: nothing to predict.")
    whole = target.numeric and not np.isnan(values).any() and (values == np.rint(values)).all()
    if target.numeric and not (whole and len(kinds) <= 10):
        return ()
    if len(kinds) > MOST_CLASSES or len(kinds) > len(words) / 2:
        raise TableError(
            f"“{target.name[:30]}” has {len(kinds):,} classes in {len(words):,} rows: most have "
            "a single row, and nothing can be learned of them. Take another column."
        )
    return tuple(sorted(kinds, key=float) if target.numeric else kinds)


def leak(column: Column, target: Column) -> str:
    """What to say of a column that gives the answer away; nothing where it does not."""
    both = np.flatnonzero(~column.missing & ~target.missing)
    told = f"“{column.name[:30]}” gives “{target.name[:30]}” away"
    if column.numeric and target.numeric:
        a, b = column.values[both], target.values[both]
        if len(both) > 2 and a.std() > 0 and b.std() > 0 and abs(np.corrcoef(a, b)[0, 1]) > 0.9999:
            return f"{told}: it is the same number, shifted or scaled. Leave it out."
        return ""
    pairs = {(column.words[k], target.words[k]) for k in both}
    kinds = {target.words[k] for k in both}
    if len(pairs) == len({word for word, _ in pairs}) == len(kinds) > 1:
        return f"{told}: each of its values stands for one answer. Leave it out."
    return ""


def encode(layout: Layout, sheet: Sheet) -> np.ndarray:
    """The inputs of a sheet's rows as they are, float64 [N, inputs]; NaN where a number misses.

    TableError where a column is not there.
    """
    known = {column.name: column for column in sheet.columns}
    parts = []
    for column in layout.columns:
        if column.name not in known:
            raise TableError(f"The column “{column.name[:30]}” is missing from these rows.")
        cells = known[column.name]
        if not column.words:
            parts.append(cells.values[:, None])
        else:
            words = np.array(cells.words, dtype=object)
            parts.append(np.stack([words == word for word in column.words], axis=1).astype(float))
    return np.concatenate(parts, axis=1)


def _gaps(layout: Layout, sheet: Sheet) -> np.ndarray:
    names = {column.name for column in layout.columns}
    return np.any([column.missing for column in sheet.columns if column.name in names], axis=0)


def _answers(layout: Layout) -> np.ndarray:
    """Class numbers, or values, of all rows; a missing one is 0 and never used."""
    target = layout.target
    if not layout.classes:
        return np.nan_to_num(target.values)
    numbers = {name: number for number, name in enumerate(layout.classes)}
    return np.array([numbers.get(word, 0) for word in target.words], np.int64)
