"""How a column of a table becomes inputs of a network or of trees."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data import table_dates
from playground.data.tables import Column, TableError

KINDS = ("number", "one_hot", "ordinal", *table_dates.RULES)
MOST_WORDS = 30  # different ones in a column of categories
MOST_ORDERED = 200  # where each is one number


@dataclass(frozen=True)
class Encoded:
    """A column that is learned from.

    number: as it is. one_hot: an input a word, 1 where the row has it. ordinal: the place of the
    word in the alphabet, from 0. days, calendar: dates, see `table_dates.numbers`.
    """

    name: str
    kind: str = "number"
    words: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """What its inputs are called."""
        if self.kind == "one_hot":
            return tuple(f"{self.name} = {word}" for word in self.words)
        if self.kind == "calendar":
            return tuple(f"{self.name} {part}" for part in table_dates.PARTS)
        return (self.name,)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many inputs each of its columns takes: one a word, 1 of a number."""
        return (len(self.words),) if self.kind == "one_hot" else (1,) * len(self.inputs)

    def numbers(self, column: Column) -> np.ndarray:
        """Its inputs as they are, float64 [N, inputs]; NaN where nothing is known.

        A word that was not there before is none of the words; in their order it has no place.
        """
        if self.kind == "number":
            return column.values[:, None]
        if self.kind in table_dates.RULES:
            return table_dates.numbers(column, self.kind)
        order = {word: place for place, word in enumerate(self.words)}
        places = np.array([order.get(word, -1) for word in column.kinds] + [-1])[column.codes]
        if self.kind == "one_hot":
            return (places[:, None] == np.arange(len(self.words))).astype(np.float64)
        return np.where(places < 0, np.nan, places)[:, None]


def encoded(column: Column, kind: str = "") -> Encoded:
    """How a column is read: as it looks, or as `kind` says; TableError says why it cannot be."""
    name, short = column.name, column.name[:30]
    known = column.values[~column.missing]
    if not len(known):
        raise TableError(f"The column “{short}” is empty.")
    if column.numeric and kind in ("", "number"):
        _check_numbers(column, known)
        return Encoded(name)
    if kind == "number":
        raise TableError(f"“{short}” holds words: they cannot be read as numbers.")
    if column.distinct == 1:
        raise TableError(_same(short))
    if kind in table_dates.RULES:
        table_dates.numbers(column, kind)
        return Encoded(name, kind)
    if not column.numeric and table_dates.are_dates(column.kinds):
        raise TableError(
            f"“{short}” holds dates: have them read as days or as calendar, or write what matters "
            "of them as a number."
        )
    most = MOST_ORDERED if kind == "ordinal" else MOST_WORDS
    if column.distinct > most:
        raise TableError(
            f"“{short}” has {column.distinct:,} different words: it names the rows, or needs "
            f"grouping; at most {most} are read."
        )
    return Encoded(name, kind or "one_hot", column.kinds)


def _check_numbers(column: Column, known: np.ndarray) -> None:
    short = column.name[:30]
    bad = np.isnan(column.values) & ~column.missing
    if bad.any():
        cell = column.shown(int(bad.argmax()))
        raise TableError(f"“{short}” holds numbers, and “{cell}” is none.")
    if not (np.abs(known) < 1e30).all():
        raise TableError(f"“{short}” holds a number that is not finite, or far too large.")
    if known.min() == known.max():
        raise TableError(_same(short))


def _same(short: str) -> str:
    return f"Every row of “{short}” is the same: there is nothing to learn from it."


# ---- lists of columns as text ----


def names(text: str) -> list[str]:
    """The names in a text with commas between; one that holds a comma stands in quotes.

    >>> names('height, "weight, kg"')
    ['height', 'weight, kg']
    """
    try:
        rows = list(csv.reader([text], skipinitialspace=True))
    except csv.Error:
        raise TableError(f"“{text[:40]}” is no list of columns with commas between.") from None
    return [name.strip() for name in rows[0] if name.strip()] if rows else []


def written(listed: Sequence[str]) -> str:
    """The opposite of `names`."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(listed)
    return line.getvalue() if listed else ""


def kinds(text: str) -> dict[str, str]:
    """Kinds by column, written as “year=one_hot, size=ordinal”; TableError names a wrong one."""
    pairs = {}
    for entry in names(text):
        name, _, kind = entry.rpartition("=")
        if kind.strip() not in KINDS or not name:
            raise TableError(
                f"“{entry[:40]}” says no kind of a column: write name=kind, with one of "
                f"{', '.join(KINDS)}."
            )
        pairs[name.strip()] = kind.strip()
    return pairs
