"""Any file that may hold a table → its columns; what holds none is named in a sentence."""

from __future__ import annotations

import re

from playground.data.tables import delimited, spreadsheet
from playground.data.tables.column import TableError
from playground.data.tables.encoding import decoded
from playground.data.tables.reading import POINTS, Reading
from playground.data.tables.sheet import Sheet

LARGEST = POINTS.size
# How files begin that are brought by mistake, and what they are.
STRANGERS = [
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Excel file (.xls), or one with a password: save it as an "
        "Excel workbook (.xlsx) without a password, or as CSV.",
    ),
    (b"%PDF", "This is a PDF: copy the table into a spreadsheet, and save it as CSV."),
    (b"\x89PNG", "This is a picture, not a table: pictures are for the page Draw."),
    (b"\xff\xd8\xff", "This is a picture, not a table: pictures are for the page Draw."),
    (b"GIF8", "This is a picture, not a table: pictures are for the page Draw."),
    (b"\x1f\x8b", "This file is compressed: unpack it first."),
    (b"7z\xbc\xaf", "This file is compressed: unpack it first."),
    (b"Rar!", "This file is compressed: unpack it first."),
    (b"BZh", "This file is compressed: unpack it first."),
    (b"\xfd7zXZ", "This file is compressed: unpack it first."),
    (b"\x93NUMPY", 'This is a NumPy array: write it with numpy.savetxt(…, delimiter=",").'),
    (b"PAR1", "This is a Parquet file: write it as CSV, in pandas with frame.to_csv(…)."),
    (b"SQLite", "This is a database: export one of its tables as CSV."),
    (b"{\\rtf", "This is a document, not a table: copy the table into a spreadsheet."),
]


def read(content: bytes, reading: Reading = POINTS) -> Sheet:
    """The table in a file; TableError says what it is instead, or which row is wrong."""
    if len(content) > reading.size:
        raise TableError(
            f"The file has {len(content) / 1e6:.1f} MB; at most {reading.size / 1e6:.0f} MB are "
            f"read: {reading.advice}."
        )
    for start, words in STRANGERS:
        if content.startswith(start):
            raise TableError(words)
    if content.startswith(b"PK\x03\x04"):
        return spreadsheet.read(content, reading)
    try:
        text, encoding = decoded(content)
    except ValueError:
        raise TableError("This is not a text file: save the table as CSV or as .xlsx.") from None
    head = text[:2000].lstrip()
    if re.match(r"(\[\s*)?\{(?![|\\])", head):
        raise TableError("This is JSON, not a table: write it as CSV, in pandas with to_csv(…).")
    if head[:1] == "<":
        raise TableError(
            "This is a web page or XML, whatever its name says: open it in a "
            "spreadsheet, and save it as CSV or as .xlsx."
        )
    return delimited.read(text, encoding, reading)
