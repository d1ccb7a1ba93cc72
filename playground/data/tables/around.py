"""What stands around a table: titles and facts above it, units under its names, remarks below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from playground.data.tables.column import Cell, Column, TableError
from playground.data.tables.numerals import is_missing, value

Row = tuple[int, list[Cell]]  # its number in the file, and its cells
FACTS = 50  # rows above a table at most
JUDGED = 200  # rows that tell what a column holds
LISTED = 2  # rows that are named one by one


def table_alone(rows: list[Row]) -> tuple[list[Row], tuple[str, ...]]:
    """The rows without titles and remarks, all of one width; and what was left out."""
    top = _above(rows)
    usual, width = _widths(rows[top:])
    if width < 3:
        top, (usual, width) = 0, _widths(rows)
    notes = _left_out(rows[:top], "above the table", "a title")
    rows = rows[top:]
    end = len(rows)
    while end > 1 and width > 2 and _is_remark(rows[end - 1][1]):
        end -= 1
    notes += _left_out(rows[end:], "below the table", "a remark")
    rows = rows[:end]
    first = rows[0][1]
    if len(first) == width - 1 and len(rows) > 1 and _is_wordy(first) and not _is_wordy(rows[1][1]):
        first.insert(0, "")  # R writes no name over the names of the rows
    notes += _filled_up(rows, min(width, usual))
    for number, cells in rows:
        if len(cells) < min(width, usual) or any(cell != "" for cell in cells[width:]):
            raise TableError(_ragged(number, len(cells), usual, number == rows[0][0]))
        del cells[width:]
    return rows, notes


def _widths(rows: list[Row]) -> tuple[int, int]:
    """How many cells most rows have, and how many of them are ever filled."""
    usual = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    last = [
        max((k + 1 for k, cell in enumerate(cells) if cell != ""), default=0)
        for _, cells in rows
        if len(cells) == usual
    ]
    return usual, max(last)


def units(rows: list[Row], decimal: str) -> tuple[int, tuple[str, ...]]:
    """How many rows under the names are words over numbers, as units are; and a sentence on them.

    >>> units([(2, ["cm", "kg"]), (3, ["1", "2"]), (4, ["2", "3"])], ".")[0]
    1
    """
    count = 0
    while len(rows) - count > 2 and _over_numbers([cells for _, cells in rows[count:]], decimal):
        count += 1
    return count, _left_out(rows[:count], "between the names and the numbers", "about units")


def _over_numbers(rows: list[list[Cell]], decimal: str) -> bool:
    """Whether the first row has words, and no number, where at least two columns hold numbers."""
    first, below = rows[0], rows[1 : JUDGED + 1]
    words = 0
    for k, cell in enumerate(first):
        if not Column("", [cells[k] for cells in below], decimal).numeric:
            continue
        if not isinstance(cell, str) or value(cell, decimal) is not None:
            return False
        words += not is_missing(cell)
    return words > 1


def _above(rows: list[Row]) -> int:
    """How many rows stand above the table: titles, and facts such as “Operator: Ann”."""
    titles = 0
    while titles < len(rows) - 1 and _is_remark(rows[titles][1]):
        titles += 1
    facts = titles
    while facts < min(len(rows) - 1, FACTS) and _is_fact(rows[facts][1]):
        facts += 1
    if facts == titles:
        return titles
    named = _is_wordy(rows[facts][1]) and len(filled(rows[facts][1])) > 2
    followed = any(not _is_wordy(cells) for _, cells in rows[facts + 1 : facts + 4])  # after units
    return facts if named and followed else titles


def filled(cells: Sequence[Cell]) -> list[Cell]:
    """The cells in which something stands."""
    return [cell for cell in cells if cell != ""]


def _is_remark(cells: Sequence[Cell]) -> bool:
    """One entry and no number, in a row of a wider table."""
    entries = filled(cells)
    return len(entries) == 1 and isinstance(entries[0], str) and value(entries[0]) is None


def _is_fact(cells: Sequence[Cell]) -> bool:
    """One or two entries, the first of them a word at the start of the row."""
    entries = filled(cells)
    return len(entries) in (1, 2) and cells[0] == entries[0] and _is_wordy(entries[:1])


def _is_wordy(cells: Sequence[Cell]) -> bool:
    return not any(isinstance(cell, float) or value(cell) is not None for cell in cells)


def _left_out(rows: list[Row], place: str, kind: str) -> tuple[str, ...]:
    """Sentences on rows that are not of the table."""
    if len(rows) > LISTED:
        return (f"Rows {rows[0][0]} to {rows[-1][0]} stand {place}: they were skipped.",)
    return tuple(
        f"Row {number} is {kind}, “{', '.join(str(cell).strip() for cell in filled(cells))[:40]}”: "
        "it was skipped."
        for number, cells in rows
    )


def _filled_up(rows: list[Row], width: int) -> tuple[str, ...]:
    """Fill rows that end early with empty cells, in place, where all they hold fits its column.

    A decimal comma between commas does not: there a word stands where the others have numbers.
    """
    short = [cells for _, cells in rows[1:] if 1 < len(cells) < width]
    whole = [cells for _, cells in rows[1:] if len(cells) >= width][:JUDGED]
    if not short or len(whole) < len(short):
        return ()
    numeric = [Column("", [cells[k] for cells in whole], "both").numeric for k in range(width)]
    count = 0
    for cells in short:
        fits = [
            cell == "" or is_missing(str(cell)) or _is_wordy([cell]) != numeric[k]
            for k, cell in enumerate(cells)
        ]
        if all(fits):
            cells += [""] * (width - len(cells))
            count += 1
    return (f"{count:,} row{'s end' if count > 1 else ' ends'} early: the rest is missing.",) * (
        count > 0
    )


def _ragged(number: int, width: int, usual: int, topmost: bool) -> str:
    near = "below" if topmost else "before"
    return (
        f"Row {number} has {width} column{'s' * (width != 1)}, the rows {near} have {usual}. "
        "A comma or another sign that parts columns may stand inside a number or a word."
    )
