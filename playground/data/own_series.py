"""A series of the visitor's own: one column of a file, or numbers that were pasted.

A short one travels as text in the Experiment; a long one is kept as long as the visit that brought
it, and the Experiment names it by its checksum.
"""

from __future__ import annotations

import hashlib
import re
import weakref
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from playground.data.lacking import MissingDataError
from playground.data.tables import Column, Sheet, TableError, opening

FEWEST, MOST_VALUES = 10, 50_000
MOST_LETTERS = 6_000  # of a column that a link can hold
GAP = "a series has a number at every step. Fill the gap, or leave out the part around it."
BETWEEN = re.compile(r"\s*;\s*|\s*,\s+|\s+")
NUMBERS = re.compile(r"[\s\d.,;+\-eE]*\d[\s\d.,;+\-eE]*")


@dataclass(frozen=True, eq=False)
class OwnSeries:
    """Values [N], what they are called, and the checksum under which they are held."""

    values: np.ndarray
    name: str
    key: str

    def description(self) -> dict[str, Any]:
        """The data set that reads these values."""
        written = " ".join(f"{value:.12g}" for value in self.values)
        if len(written) <= MOST_LETTERS:
            return {"type": "series", "source": "own", "column": written}
        return {"type": "series", "source": "own", "key": self.key, "count": len(self.values)}


_known: weakref.WeakValueDictionary[str, OwnSeries] = weakref.WeakValueDictionary()


def columns(sheet: Sheet) -> list[str]:
    """The names of the columns that hold numbers."""
    return [column.name for column in sheet.columns if column.numeric]


def read(content: bytes, column: str = "") -> OwnSeries:
    """The series in a file: the named column, else the last that holds numbers.

    TableError says in a sentence what is wrong: no table, no numbers, a gap, a word, too few.
    """
    return chosen(opening.read(content), column)


def chosen(sheet: Sheet, column: str = "") -> OwnSeries:
    """One column of a table as a series; TableError as in `read`."""
    known = {entry.name: entry for entry in sheet.columns}
    name = column or next(iter(columns(sheet)[::-1]), "")
    if name not in known:
        raise TableError(
            f"There is no column “{column[:30]}”." if column else "No column of it holds numbers."
        )
    values = known[name].values
    _check_cells(sheet, known[name], values)
    try:
        check(values)
    except ValueError as error:
        raise TableError(str(error)) from None
    values.flags.writeable = False
    return _hold(values, name)


def _hold(values: np.ndarray, name: str) -> OwnSeries:
    key = hashlib.sha256(values.tobytes()).hexdigest()[:32]
    return _known.setdefault(key, OwnSeries(values, name, key))


def meant(text: str) -> bool:
    """Whether a pasted text is a series: numbers, well written or not, and no words."""
    if NUMBERS.fullmatch(text):
        return True
    try:
        return bool([float(word) for word in text.split()])
    except ValueError:
        return False


def pasted(text: str) -> OwnSeries:
    """The series in a text: numbers with spaces, semicolons, commas or line breaks between.

    ValueError says in a sentence what is wrong. An empty line among lines of one number is a gap.
    """
    words: list[str] = []
    lines = [re.split(BETWEEN, line.strip(" \t,;")) for line in text.strip().splitlines()]
    for line in lines:
        if line != [""] or all(len(other) == 1 for other in lines):
            words += [part for w in line for part in (w.split(",") if w.count(",") > 1 else [w])]
    if "" in words:
        raise ValueError(f"Value {words.index('') + 1} of the series is missing: {GAP}")
    values = numbers(" ".join(words))
    check(values)
    return _hold(values, "value")


def _check_cells(sheet: Sheet, column: Column, values: np.ndarray) -> None:
    """TableError names the first row without a number."""
    if not np.isnan(values).any():
        return
    row = int(np.isnan(values).argmax())
    where = f"Row {sheet.numbers[row]} of “{column.name[:30]}”"
    if column.missing[row]:
        raise TableError(f"{where} is empty: {GAP}")
    raise TableError(f"{where} is “{column.shown(row)}”, which is no number.")


def check(values: np.ndarray) -> None:
    """ValueError, in a sentence, where these numbers are no series to learn from."""
    if len(values) < FEWEST:
        raise ValueError(
            f"The series has {len(values)} value{'s' * (len(values) != 1)}; at least {FEWEST} are "
            "needed."
        )
    if len(values) > MOST_VALUES:
        raise ValueError(
            f"The series has {len(values):,} values; at most {MOST_VALUES:,} are read."
        )
    if not (np.abs(values) < 1e30).all():
        raise ValueError("The series holds a number that is not finite, or far too large.")
    if np.ptp(values) <= max(1e-9 * np.abs(values).max(), 1e-30):
        raise ValueError("All values of the series are the same: there is nothing to forecast.")


@lru_cache(32)
def numbers(column: str) -> np.ndarray:
    """The values that a text holds, with spaces between; ValueError names what is none."""
    values = []
    for place, word in enumerate(column.split(), 1):
        try:
            values.append(float(word))
        except ValueError:
            point = " Decimals have a point." if "," in word else ""
            raise ValueError(
                f"Value {place} of the series is “{word[:20]}”: no number.{point}"
            ) from None
    array = np.array(values, np.float64)
    array.flags.writeable = False
    return array


def known(key: str) -> bool:
    """Whether some visit holds this series now."""
    return key in _known


def held(key: str) -> np.ndarray:
    """The values that some visit brought; MissingDataError where none did."""
    series = _known.get(key)
    if series is None:
        raise MissingDataError("This series belongs to another visit: bring the file again.")
    return series.values
