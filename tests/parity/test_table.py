"""docs/parity.md, measured again: every registered piece is as near to PyTorch as the file says.

Rounding is another on another processor, so its errors are held to the bound, not to the digit.
"""

from __future__ import annotations

import dataclasses

import pytest

from tests.engine import parity
from tests.parity import table

ROWS = [(kind, name) for kind in parity.TABLES for name in parity.rows(kind)]
FILE = parity.read(parity.FILE.read_text())


@pytest.fixture(scope="module")
def measured():
    """Every row, kept for the test of the whole file."""
    return {}


@pytest.mark.parametrize(("kind", "name"), ROWS, ids=str)
def test_as_pytorch(kind, name, measured):
    row = measured[kind, name] = table.measured(kind, name)
    assert row.worst <= parity.BOUNDS["float32"], row
    assert (row.double or 0) <= parity.BOUNDS["float64"], row
    (told,) = (one for one in FILE[kind] if one.piece == name)
    assert row.tried == told.tried
    assert [error is None for error in row.cells()] == [error is None for error in told.cells()]


def test_the_file_is_what_would_be_written(measured):
    if len(measured) < len(ROWS):
        pytest.skip("only with all rows measured")
    rows = {kind: [measured[kind, name] for name in parity.rows(kind)] for kind in parity.TABLES}
    assert without_errors(parity.page(rows)) == without_errors(parity.FILE.read_text())


def without_errors(text: str) -> str:
    """The file with every error as 0; what is measured differs from processor to processor."""
    found = {
        kind: [
            dataclasses.replace(
                row,
                **{
                    name: value and 0.0
                    for name, value in vars(row).items()
                    if name not in ("piece", "tried")
                },
            )
            for row in rows
        ]
        for kind, rows in parity.read(text).items()
    }
    head = text[: text.index("| piece")]
    return head + parity.page(found)
