"""A column of a table: its cells as written, as numbers and as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playground.data.tables.numerals import is_missing, value

Cell = str | float
FIRST = 2_000  # rows that mostly tell whether different values are many
ANSWERS = {"-": "+", "ND": "SD"}  # that look like nothing, and what says that they are none
JUDGED = 1_000  # rows that tell whether a column holds numbers


class TableError(ValueError):
    """What is wrong with a file, for whoever brought it."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column: cells as written (numbers where a spreadsheet holds numbers), or an array of
    numbers with NaN for what is missing."""

    name: str
    cells: Sequence[Cell] | np.ndarray
    decimal: str = "."

    @cached_property
    def missing(self) -> np.ndarray:
        """Which cells hold nothing, bool [N]. Beside “+”, a “-” is an answer; “ND” beside “SD”."""
        if isinstance(self.cells, np.ndarray):
            return np.isnan(self.cells)
        different = set(self.cells)
        answers = {answer for answer, beside in ANSWERS.items() if beside in different}
        blank = {
            cell: isinstance(cell, str) and is_missing(cell) and cell.strip() not in answers
            for cell in different
        }
        return np.array([blank[cell] for cell in self.cells], bool)

    @cached_property
    def values(self) -> np.ndarray:
        """The numbers, float64 [N]; NaN where a cell shows none."""
        if isinstance(self.cells, np.ndarray):
            return self.cells
        if (plain := _plain(self.cells, self.decimal)) is not None:
            return plain
        numbers = {
            cell: cell if isinstance(cell, float) else value(cell, self.decimal)
            for cell in set(self.cells)
        }
        nothing = float("nan")
        known = {cell: nothing if number is None else number for cell, number in numbers.items()}
        return np.array([known[cell] for cell in self.cells], float)

    @cached_property
    def counts_rows(self) -> bool:
        """Whether it holds 0, 1, 2, … or 1, 2, 3, …"""
        values = self.values
        starts = len(values) > 1 and values[0] in (0, 1)
        return starts and bool(np.array_equal(values, np.arange(len(values)) + values[0]))

    @cached_property
    def numeric(self) -> bool:
        """Whether at least half of what its first rows hold are numbers, and not nothing."""
        first = Column(self.name, self.cells[:JUDGED], self.decimal)
        filled = int((~first.missing).sum())
        return filled > 0 and 2 * int((~np.isnan(first.values)).sum()) >= filled

    @cached_property
    def words(self) -> list[str]:
        """The cells as words; however a number is written, 1 or 1.0 or 1e0, it is one word."""
        pairs = zip(self.cells, self.values.tolist(), strict=True)
        return [_word(cell, number) for cell, number in pairs]

    @cached_property
    def codes(self) -> np.ndarray:
        """The number of each row's word among the different ones in order, int32 [N]; −1: none."""
        rows = np.flatnonzero(~self.missing)
        codes = np.full(len(self.missing), -1, np.int32)
        if self._all_numbers:
            codes[rows] = np.unique(self.values[rows], return_inverse=True)[1]
            return codes
        words = self.words
        order = {word: number for number, word in enumerate(self.kinds)}
        codes[rows] = [order[words[row]] for row in rows]
        return codes

    @property
    def kinds(self) -> tuple[str, ...]:
        """The different words in order: of numbers by size."""
        rows = np.flatnonzero(~self.missing)
        if self._all_numbers:
            return tuple(_word(number, number) for number in np.unique(self.values[rows]).tolist())
        words = self.words
        return tuple(sorted({words[row] for row in rows}))

    @property
    def distinct(self) -> int:
        """How many different words there are."""
        return int(self.codes.max(initial=-1)) + 1

    def exceeds(self, count: int) -> bool:
        """Whether there are more different words than `count`; mostly told by the first rows."""
        if self._all_numbers and len(np.unique(self.values[:FIRST])) > count + 1:
            return True
        return self.distinct > count

    @cached_property
    def _all_numbers(self) -> bool:
        return not np.isnan(self.values[~self.missing]).any()

    def word(self, row: int) -> str:
        """One of `words`; empty where nothing is."""
        return "" if self.missing[row] else _word(self.cells[row], float(self.values[row]))

    def shown(self, row: int) -> str:
        """A cell as the file writes it, short enough for a sentence."""
        cell = self.cells[row]
        written = cell.strip() if isinstance(cell, str) else _word(cell, float(cell))
        return written[:20]

    @property
    def lean(self) -> Column:
        """The same column in little memory: numbers as an array, equal words held once."""
        if self._all_numbers:
            return Column(self.name, np.where(self.missing, np.nan, self.values), self.decimal)
        held: dict[Cell, Cell] = {}
        return Column(self.name, [held.setdefault(cell, cell) for cell in self.cells], self.decimal)


def _plain(cells: Sequence[Cell], decimal: str) -> np.ndarray | None:
    """Numbers that need no care, read at once; None where some cell does.

    Signs of decimals and thousands other than the point, and “1_000”, need care.
    """
    if decimal != "." or not cells or not all(type(cell) is str for cell in cells[:1]):
        return None
    try:
        numbers = np.array(list(map(float, cells)))
    except ValueError:
        return None
    return None if np.isnan(numbers).any() or any("_" in str(cell) for cell in cells) else numbers


def _word(cell: Cell, number: float) -> str:
    """A cell as a word: whole numbers without decimals, others to twelve digits."""
    if isinstance(cell, str) and number != number:
        return unquoted(cell.strip())
    whole = number.is_integer() and abs(number) < 1e15
    return f"{number:.0f}" if whole else f"{number:.12g}"


def unquoted(word: str) -> str:
    """Some programs put words into single quotes."""
    return word[1:-1] if len(word) > 2 and word[0] == word[-1] == "'" else word
