"""How large a file may be, by what it is read for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """Bounds of a file and of the table in it, and what to do about a larger one.

    size: bytes of the file. unpacked, sheet_cells: of a spreadsheet, which is read more slowly.
    named: whether words over nothing but words are taken for names of columns.
    """

    size: int
    rows: int
    columns: int
    cells: int
    unpacked: int
    sheet_cells: int
    sheet_columns: int
    advice: str
    named: bool = False


POINTS = Reading(
    size=5_000_000,
    rows=50_000,
    columns=500,
    cells=500_000,
    unpacked=12_000_000,
    sheet_cells=75_000,  # openpyxl reads about 50,000 a second
    sheet_columns=100,
    advice="keep the three columns needed",
)
TABLE = Reading(
    size=100_000_000,
    rows=100_000,
    columns=101,
    cells=10_100_000,
    unpacked=60_000_000,
    sheet_cells=400_000,
    sheet_columns=102,
    advice="keep fewer rows, or the columns that matter",
    named=True,
)
