"""Large text without quotes, read by pandas' parser, which gives whole columns at once.

100,000 rows of 50 columns take a second in this way, and twelve cell by cell.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.data.tables.column import Column
from playground.data.tables.numerals import MISSING, decimal_sign
from playground.data.tables.reading import Reading
from playground.data.tables.sheet import Sheet, check_size

# A dash may be an answer, see `Column.missing`: what holds one is looked at cell by cell.
BLANKS = sorted(
    {written for word in MISSING - {"-", "--", "---"} for written in (word, word.upper())}
    | {"NaN", "None", "Na", "Null", "Missing"}
)


def is_plain(lines: Sequence[str], sign: str) -> bool:
    """Whether nothing but `sign` parts the lines, all into as many columns."""
    if sign == " " or any('"' in line for line in lines):
        return False
    return len({line.count(sign) for line in lines}) == 1


def read(
    lines: Sequence[str], numbers: Sequence[int], sign: str, sample: Sheet, reading: Reading
) -> Sheet | None:
    """All rows of plain lines; None where only reading cell by cell is right.

    numbers: where each line stands in the file. sample: the sheet that the first lines gave.
    """
    width, first = lines[0].count(sign) + 1, int(sample.headed)
    check_size(width, len(lines) - first, reading)
    if width != len(sample.columns):
        return None
    frame = _frame(lines[first:], sign)
    flags = [k for k in frame if frame[k].dtype == bool]
    if flags:  # words, as they are written
        frame = frame.astype(dict.fromkeys(flags, object))
        frame[flags] = _frame(lines[first:], sign, usecols=flags, dtype=str)
    cells = [_cells(frame[k]) for k in frame]
    words = [cell for column in cells if isinstance(column, list) for cell in column]
    if decimal_sign(words, "." if sign == "," else ",") != ".":
        return None
    columns = (Column(head.name, own) for head, own in zip(sample.columns, cells, strict=True))
    return Sheet(tuple(columns), numbers[first:], sample.headed, sample.form)


def _frame(lines: Sequence[str], sign: str, **options: Any) -> Any:
    import pandas  # takes half a second, and few bring a large table

    return pandas.read_csv(
        io.StringIO("\n".join(lines)),
        sep=sign,
        header=None,
        na_values=BLANKS,
        keep_default_na=False,
        skipinitialspace=True,
        low_memory=False,
        quoting=3,  # none
        skip_blank_lines=False,
        **options,
    )


def _cells(series: Any) -> np.ndarray | list[str]:
    """Numbers, NaN for what is missing; or words, equal ones held once."""
    if series.dtype.kind in "iuf":
        return series.to_numpy(np.float64)
    held: dict[Any, str] = {}
    return [
        held[cell] if cell in held else held.setdefault(cell, _word(cell))
        for cell in series.tolist()
    ]


def _word(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else ""
