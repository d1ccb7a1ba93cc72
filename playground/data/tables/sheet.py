"""A table with named columns, whatever file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playground.data.tables.numerals import decimal_sign, is_missing, value
from playground.data.tables.reading import POINTS, Reading

Cell = str | float
MOST_ROWS = POINTS.rows
FIRST = 2_000  # rows that mostly tell whether different values are many
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
        """Which cells hold nothing, bool [N]. Beside “+”, a “-” is an answer."""
        if isinstance(self.cells, np.ndarray):
            return np.isnan(self.cells)
        signed = "+" in self.cells
        blank = {
            cell: isinstance(cell, str)
            and is_missing(cell)
            and not (signed and cell.strip() == "-")
            for cell in set(self.cells)
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


@dataclass(frozen=True, eq=False)
class Sheet:
    """Columns of one length, and how the file was understood.

    numbers: where each row stands in the file, from 1. headed: whether the file names its columns.
    form: its format in a few words, such as “semicolons between columns”. notes: what was skipped.
    """

    columns: tuple[Column, ...]
    numbers: Sequence[int]
    headed: bool
    form: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)


def made(
    records: Sequence[tuple[int, Sequence[Cell]]],
    form: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    names: Sequence[str] = (),
    commas: str = ",",
    reading: Reading = POINTS,
) -> Sheet:
    """A sheet of numbered records; TableError names the row that does not fit.

    Titles above the table, remarks under it and columns without any entry are left out. The first
    record gives the names where it is words over numbers; else `names` do, if they are as many.
    commas: what a comma before three digits is where nothing decides, see `decimal_sign`.
    """
    rows = [(number, list(cells)) for number, cells in records]
    if not any(any(cell != "" for cell in cells) for _, cells in rows):
        raise TableError("The file is empty.")
    rows, said = _table_alone(rows)
    notes += said
    texts = [cell for _, cells in rows for cell in cells if isinstance(cell, str)]
    decimal = decimal_sign(texts, commas)
    if decimal != ".":
        form += ("decimal commas" if decimal == "," else "decimal commas and points",)
    headed = _is_header([cells for _, cells in rows], decimal, reading.named)
    heads = rows.pop(0)[1] if headed else []
    width = len(rows[0][1]) if rows else len(heads)
    check_size(width, len(rows), reading)
    titles = [str(head).strip() for head in heads] or (
        [name.strip() for name in names] if len(names) == width else []
    )
    columns = []
    for k in range(width):
        title = titles[k] if titles else ""
        column = Column(title or f"column {k + 1}", [cells[k] for _, cells in rows], decimal)
        if title or any(cell != "" for cell in column.cells):
            columns.append(column)
    return Sheet(tuple(columns), [number for number, _ in rows], bool(titles), form, notes)


def _filled(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell != ""]


def _table_alone(rows: list[tuple[int, list[Cell]]]) -> tuple[list, tuple[str, ...]]:
    """The rows without titles and remarks, all of one width; and what was left out."""
    lengths: dict[int, int] = {}
    for _, cells in rows:
        lengths[len(cells)] = lengths.get(len(cells), 0) + 1
    usual = max(lengths, key=lambda length: lengths[length])
    body = [cells for _, cells in rows if len(cells) == usual]
    width = max(
        (k + 1 for cells in body for k in range(usual - 1, -1, -1) if cells[k] != ""), default=0
    )
    notes = []
    while len(rows) > 1 and width > 2 and _is_remark(rows[0][1]):
        number, cells = rows.pop(0)
        notes.append(f"Row {number} is a title, “{_short(cells)}”: it was skipped.")
    while len(rows) > 1 and width > 2 and _is_remark(rows[-1][1]):
        number, cells = rows.pop()
        notes.append(f"Row {number} is a remark, “{_short(cells)}”: it was skipped.")
    first = rows[0][1]
    if len(first) == width - 1 and len(rows) > 1 and _is_wordy(first) and not _is_wordy(rows[1][1]):
        first.insert(0, "")  # R writes no name over the names of the rows
    for number, cells in rows:
        if len(cells) < min(width, usual) or any(cell != "" for cell in cells[width:]):
            raise TableError(_ragged(number, len(cells), usual, number == rows[0][0]))
        del cells[width:]
    return rows, tuple(notes)


def _is_remark(cells: Sequence[Cell]) -> bool:
    """One entry and no number, in a row of a wider table."""
    filled = _filled(cells)
    return len(filled) == 1 and isinstance(filled[0], str) and value(filled[0]) is None


def _short(cells: Sequence[Cell]) -> str:
    return str(_filled(cells)[0]).strip()[:40]


def _is_wordy(cells: Sequence[Cell]) -> bool:
    return not any(isinstance(cell, float) or value(cell) is not None for cell in cells)


def _ragged(number: int, width: int, usual: int, topmost: bool) -> str:
    near = "below" if topmost else "before"
    return (
        f"Row {number} has {width} column{'s' * (width != 1)}, the rows {near} have {usual}. "
        "A comma or another sign that parts columns may stand inside a number or a word."
    )


def check_size(columns: int, rows: int, reading: Reading) -> None:
    """TableError where there are too many rows or columns."""
    if rows > reading.rows:
        raise TableError(
            f"The file has {rows:,} rows; at most {reading.rows:,} are read. Keep some of them, "
            "drawn at random."
        )
    if columns > reading.columns or columns * rows > reading.cells:
        raise TableError(
            f"The file has {columns:,} columns of {rows:,} rows, too many to be read: "
            f"{reading.advice}."
        )


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
        return _unquoted(cell.strip())
    whole = number.is_integer() and abs(number) < 1e15
    return f"{number:.0f}" if whole else f"{number:.12g}"


def _unquoted(word: str) -> str:
    """Some programs put words into single quotes."""
    return word[1:-1] if len(word) > 2 and word[0] == word[-1] == "'" else word


def _is_header(rows: list[list[Cell]], decimal: str, named: bool) -> bool:
    """Whether the first of the rows is words where the others have numbers.

    named: where no column has numbers, also words of which none stands below itself.
    """
    first, others = rows[0], rows[1:200]
    if _is_count(first, others):
        return True
    words = 0
    for k, head in enumerate(first):
        if not isinstance(head, str) or value(head, decimal) is not None:
            return False
        if is_missing(head):
            continue
        below = Column("", [cells[k] for cells in others], decimal)
        words += below.numeric or not others
    if named and not words:
        new = [head not in {cells[k] for cells in others} for k, head in enumerate(first)]
        return all(new) and len(set(first)) == len(first)
    return words > 0 or not others


def _is_count(first: list[Cell], others: list[list[Cell]]) -> bool:
    """Whether the first row counts 0, 1, 2 …, as pandas names what has no names.

    It may be data where all is whole numbers; beside an empty cell, over the index, it is not.
    """
    named = first[1:] if first[0] == "" else first
    if len(named) < 2 or named != [str(k) for k in range(len(named))]:
        return False
    digits = all(str(cell).strip().isdigit() for cells in others for cell in cells)
    return len(named) < len(first) or not (digits and others)
