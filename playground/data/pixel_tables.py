"""Images in the rows of a table, as MNIST is passed on as CSV: a label, and the pixels of a square.

The label stands first or last, with a line of names above or without; a column that counts the rows
may come before.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.picture_bounds import PictureError
from playground.data.table_columns import INDEXES, LABELS
from playground.data.tables import numerals
from playground.data.tables.encoding import decoded

SAMPLE = 2_000_000  # bytes that tell whether it is such a table
LEAST_SIDE = 8  # pixels: scikit-learn's digits
MOST_CLASSES = 50
CALLED = frozenset((*LABELS, "y", "digit", "letter"))  # what the column of labels is called
NUMBERED = re.compile(r"\D*\d+\D*(\d+\D*)?")  # the name of a pixel: pixel0, 1x1, 783


@dataclass(frozen=True)
class Layout:
    """How the columns lie: the sign between them, lines above, and the places of what is read."""

    sign: str
    width: int
    above: int
    label: int
    pixels: tuple[int, ...]
    decimal: str


def is_pixels(content: bytes) -> bool:
    """Whether a file is such a table."""
    return _layout(content[:SAMPLE], len(content) <= SAMPLE) is not None


def read(content: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Pixels as they are, float32 [N, channels · side²], and labels as words [N]."""
    layout = _layout(content[:SAMPLE], len(content) <= SAMPLE)
    if layout is None:
        raise PictureError("This is no table with a label and the pixels of a square in each row.")
    import pandas  # takes half a second, and few bring such a table

    kinds: dict[int, object] = dict.fromkeys(layout.pixels, np.float32)
    try:
        frame = pandas.read_csv(
            io.StringIO(decoded(content)[0]),
            sep=layout.sign,
            header=None,
            names=range(layout.width),
            index_col=False,
            skiprows=layout.above,
            usecols=[layout.label, *layout.pixels],
            dtype={**kinds, layout.label: str},
            decimal=layout.decimal,
            keep_default_na=False,
        )
    except ValueError as error:
        where = str(error).splitlines()[0][:80].rstrip(".")
        raise PictureError(f"A row of this table of pixels cannot be read: {where}.") from None
    return frame[list(layout.pixels)].to_numpy(np.float32), _labels(frame[layout.label].tolist())


def _labels(cells: Sequence[object]) -> np.ndarray:
    """Labels as words: 3.0 is 3."""
    words = [str(cell).strip().strip('"') for cell in cells]
    numbers = [numerals.value(word) for word in words]
    if all(number is not None and number.is_integer() for number in numbers):
        words = [str(int(number)) for number in numbers if number is not None]
    return np.array(words)


def _layout(sample: bytes, whole: bool) -> Layout | None:
    """How the columns of a table of pixels lie; None where it is none."""
    lines = _lines(sample, whole)
    first = next((line for line in lines if line.strip()), "")
    signs = [sign for sign in "\t;|, " if first.count(sign) >= LEAST_SIDE**2]
    if not signs:
        return None
    sign = signs[0]  # a comma may be a decimal sign
    above = lines.index(first)
    decimal = "," if sign in ";\t" and "," in lines[-1] else "."
    names = _cells(first, sign)
    named = _is_named(names, decimal)
    rows = [_cells(line, sign) for line in lines[above + named :] if line.strip()]
    if len(rows) < 2 or any(len(row) != len(names) for row in rows):
        return None
    places = list(range(len(names)))
    if named and names[0].casefold() in INDEXES and not _side(len(places) - 1):
        places = places[1:]
    if not _side(len(places) - 1):
        return None
    label = _label(names if named else [], rows, places)
    pixels = tuple(place for place in places if place != label)
    numbers = [numerals.value(row[place], decimal) for row in rows[:5] for place in pixels]
    if label is None or any(number is None for number in numbers):
        return None
    if named and not all(NUMBERED.fullmatch(names[place]) for place in pixels):
        return None
    return Layout(sign, len(names), above + named, label, pixels, decimal)


def _lines(sample: bytes, whole: bool) -> list[str]:
    """The lines of the sample; the last one may be cut."""
    try:
        lines = decoded(sample if whole else sample[: sample.rfind(b"\n") + 1])[0].splitlines()
    except ValueError:
        return []
    return lines


def _cells(line: str, sign: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.strip().split(sign)]


def _is_named(first: list[str], decimal: str) -> bool:
    """Whether the first line is names: words, or numbers that count the columns."""
    words = sum(numerals.value(cell, decimal) is None for cell in first)
    return words > 1 or [cell for cell in first if cell] == [str(k) for k in range(len(first))]


def _side(count: int) -> int:
    """The side of the square that so many numbers are the grey or coloured pixels of; else 0."""
    for channels in (1, 3):
        side = round((max(count, 0) / channels) ** 0.5)
        if side >= LEAST_SIDE and channels * side * side == count:
            return side
    return 0


def _label(names: list[str], rows: list[list[str]], places: list[int]) -> int | None:
    """The column of labels: as it is called, else the first or the last, whichever has classes."""
    called = [place for place in places if names and names[place].casefold() in CALLED]
    if len(called) == 1:
        return called[0]
    shares = {}
    for place in (places[0], places[-1]):
        counts = Counter(row[place] for row in rows)
        if 2 <= len(counts) <= min(MOST_CLASSES, len(rows) / 2):
            shares[place] = max(counts.values())
    return min(shares, key=lambda place: shares[place]) if shares else None
