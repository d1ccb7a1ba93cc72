"""Where a table comes from: it ships, it is short enough to be text in the Experiment, or a visit
brought it as a file.

A file is kept as long as the visit that brought it or a Run that learns from it, and no other
visit can ask for it: the Experiment names it by its checksum.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from playground.data import tables
from playground.data.lacking import MissingDataError
from playground.data.owner import Shelf
from playground.data.table_layout import Layout, Roles, laid_out
from playground.data.tables import TABLE, Column, Sheet, TableError

FOLDER = Path(__file__).parents[2] / "assets" / "data" / "tables"
OWN = "own"
MOST_CELLS = 4_000  # of a table that is tried as text
MOST_LETTERS, MOST_PACKED = 20_000, 4_500  # so that a link can hold it
LONGEST_NAME = 60
MOST_LAYOUTS = 16  # that a table remembers


@dataclass(frozen=True, eq=False)
class TableSource:
    """A table that is at hand. key: the checksum of its file. content: the file itself.

    text: the table as CSV, where it is short enough to travel in the Experiment.
    """

    sheet: Sheet
    key: str = ""
    content: bytes = b""
    text: str = ""
    _layouts: dict[Roles, Layout] = field(default_factory=dict, repr=False)

    def layout(self, roles: Roles) -> Layout:
        """What its columns are taken for; TableError says what cannot be."""
        layout = self._layouts.get(roles)
        if layout is None:
            if len(self._layouts) >= MOST_LAYOUTS:
                self._layouts.clear()
            layout = self._layouts[roles] = laid_out(self.sheet, roles)
        return layout

    def description(self) -> dict[str, Any]:
        """What an Experiment says of it."""
        whole = {"content": self.text} if self.text else {"key": self.key}
        return {"type": "table", "table": OWN, **whole}


_shelf: Shelf[TableSource] = Shelf()


def read(content: bytes) -> TableSource:
    """The table in a file, filed under its checksum; TableError says what is wrong with it."""
    own = sheet(content)
    if len(own.columns) < 2 or len(own) < 4:
        raise TableError(
            "A table needs two columns and four rows at least: one column to learn from, one to "
            f"predict. There are {len(own.columns)} and {len(own)}."
        )
    key = hashlib.sha256(content).hexdigest()[:32]
    return _shelf.put(key, TableSource(own, key, content, _as_text(own)))


def held(key: str) -> TableSource:
    """The table of this checksum; MissingDataError where whoever asks has not brought it."""
    source = _shelf.get(key)
    if source is None:
        raise MissingDataError("This table belongs to another visit: bring the file again.")
    return source


@lru_cache(8)
def shipped(name: str) -> TableSource:
    """A table that is part of the project."""
    return TableSource(tables.read((FOLDER / f"{name}.csv").read_bytes()))


@lru_cache(8)
def written(text: str) -> TableSource:
    """The table in a text; TableError where it holds none."""
    if len(text) > MOST_LETTERS:
        raise TableError(f"A table in an experiment has at most {MOST_LETTERS:,} letters.")
    return TableSource(sheet(text.encode()), text=text)


def sheet(content: bytes) -> Sheet:
    """The columns of a file, each with a name of its own, in little memory."""
    own = tables.read(content, TABLE)
    names, renamed = _names([column.name for column in own.columns])
    columns = tuple(
        replace(column.lean, name=name) for name, column in zip(names, own.columns, strict=True)
    )
    return replace(own, columns=columns, notes=(*own.notes, *renamed))


def _names(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names on one line, all different; and what was done to them."""
    names: list[str] = []
    notes = []
    for number, name in enumerate(given, 1):
        short = " ".join(name.split())[:LONGEST_NAME] or f"column {number}"
        new, times = short, 1
        while new in names:
            times += 1
            new = f"{short} {times}"
        if times > 1:
            notes.append(f"Two columns are called “{short[:30]}”: column {number} is now “{new}”.")
        names.append(new)
    return names, notes


def _as_text(own: Sheet) -> str:
    """A short table as CSV that reads as it does; empty where it is long, or would not."""
    if len(own) * len(own.columns) > MOST_CELLS:
        return ""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow([column.name for column in own.columns])
    cells = [_cells(column) for column in own.columns]
    lines.writerows(zip(*cells, strict=True))
    text = file.getvalue()
    short = len(text) <= MOST_LETTERS and len(zlib.compress(text.encode(), 9)) <= MOST_PACKED
    return text if short and _same(own, text) else ""


def _cells(column: Column) -> list[str]:
    return [column.word(row) for row in range(len(column.missing))]


def _same(own: Sheet, text: str) -> bool:
    try:
        again = sheet(text.encode())
    except TableError:
        return False
    if [column.name for column in again.columns] != [column.name for column in own.columns]:
        return False
    return all(
        np.array_equal(a.values, b.values, equal_nan=True)
        and np.array_equal(a.missing, b.missing)
        and _cells(a) == _cells(b)
        for a, b in zip(own.columns, again.columns, strict=True)
    )
