"""A table with named columns, whatever file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.data.tables import around
from playground.data.tables.column import Cell, Column, TableError, unquoted
from playground.data.tables.numerals import decimal_sign, is_missing, value
from playground.data.tables.reading import POINTS, Reading


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

    Titles above the table, units under its names, remarks below it and columns without any entry
    are left out. The first
    record gives the names where it is words over numbers; else `names` do, if they are as many.
    commas: what a comma before three digits is where nothing decides, see `decimal_sign`.
    """
    rows = [(number, list(cells)) for number, cells in records]
    if not any(any(cell != "" for cell in cells) for _, cells in rows):
        raise TableError("The file is empty.")
    rows, said = around.table_alone(rows)
    notes += said
    texts = [cell for _, cells in rows for cell in cells if isinstance(cell, str)]
    decimal = decimal_sign(texts, commas)
    if decimal != ".":
        form += ("decimal commas" if decimal == "," else "decimal commas and points",)
    headed = _is_header([cells for _, cells in rows], decimal, reading.named)
    heads = rows.pop(0)[1] if headed else []
    skipped, said = around.units(rows, decimal) if headed else (0, ())
    rows, notes = rows[skipped:], notes + said
    width = len(rows[0][1]) if rows else len(heads)
    check_size(width, len(rows), reading)
    titles = [unquoted(str(head).strip()) for head in heads] or (
        [name.strip() for name in names] if len(names) == width else []
    )
    columns = []
    for k in range(width):
        title = titles[k] if titles else ""
        column = Column(title or f"column {k + 1}", [cells[k] for _, cells in rows], decimal)
        if title or any(cell != "" for cell in column.cells):
            columns.append(column)
    return Sheet(tuple(columns), [number for number, _ in rows], bool(titles), form, notes)


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
