"""Tables in the files of spreadsheets: Excel's (.xlsx, .xlsm) and OpenDocument's (.ods).

Both are ZIPs of XML. Before anything is unpacked, its size is bounded; a document type, the door
for entities that grow without end, is in neither format and refused.
"""

from __future__ import annotations

import datetime
import io
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree

from playground.data.tables import sheet
from playground.data.tables.column import Cell, TableError
from playground.data.tables.reading import POINTS, Reading
from playground.data.tables.sheet import Sheet

MOST_STYLES = 1_500_000  # bytes of a part that is neither numbers nor words
MOST_PARTS = 2_000
MOST_SHEETS = 30  # that are looked at
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
LARGE = "This spreadsheet is too large: {}, or save it as CSV."
DAMAGED = "This spreadsheet is damaged: open it, and save it as CSV or as .xlsx."
Row = tuple[int, list[Cell]]


def read(content: bytes, reading: Reading = POINTS) -> Sheet:
    """The first sheet with a table in it; TableError for any other ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            _check_size(parts, reading)
            if "xl/workbook.bin" in names:
                raise TableError("This is a binary Excel file (.xlsb): save it as .xlsx or CSV.")
            if not names & {"xl/workbook.xml", "content.xml"}:
                raise TableError(
                    "This is a ZIP or a document without a table: bring the table in "
                    "it as CSV or as .xlsx."
                )
            _refuse_doctypes(archive)
            if "xl/workbook.xml" in names:
                return _chosen("Excel", list(_workbook(content, reading)), reading)
            with archive.open("content.xml") as part:
                return _chosen("OpenDocument", list(_open_document(part, reading)), reading)
    except TableError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        AssertionError,
    ):  # what openpyxl lets out for a damaged file
        raise TableError(DAMAGED) from None


def _check_size(parts: list[zipfile.ZipInfo], reading: Reading) -> None:
    """TableError where reading the parts would take long; pictures are not read."""
    read = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    large = any(
        part.file_size > MOST_STYLES
        for part in read
        if not re.search(r"worksheets/|content\.xml", part.filename)
    )
    unpacked = sum(part.file_size for part in read)
    if len(parts) > MOST_PARTS or unpacked > reading.unpacked or large:
        raise _too_large(reading)


def _too_large(reading: Reading) -> TableError:
    return TableError(LARGE.format(reading.advice))


def _refuse_doctypes(archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        if part.filename.lower().endswith((".xml", ".rels")):
            start = archive.read(part).replace(b"\0", b"")
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise TableError(DAMAGED)


def _chosen(kind: str, tables: list[tuple[str, list[Row]]], reading: Reading) -> Sheet:
    """The first sheet with enough columns and two rows, or the fullest."""
    least = 2 if reading.named else 3

    def fits(rows: list[Row]) -> bool:
        return sum(sum(cell != "" for cell in cells) >= least for _, cells in rows) > 1

    full = [(title, rows) for title, rows in tables if rows]
    if not full:
        raise TableError("This spreadsheet is empty.")
    title, rows = next(
        (table for table in full if fits(table[1])), max(full, key=lambda table: len(table[1]))
    )
    said = (f"Of {len(tables)} sheets, “{title[:40]}” was read.",) if len(tables) > 1 else ()
    width = max(len(cells) for _, cells in rows)
    return sheet.made(
        [(number, cells + [""] * (width - len(cells))) for number, cells in rows],
        (kind,),
        said,
        reading=reading,
    )


def _trimmed(cells: list[Cell]) -> list[Cell]:
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _workbook(content: bytes, reading: Reading) -> Iterator[tuple[str, list[Row]]]:
    """Excel's visible sheets: title and rows."""
    import openpyxl  # takes a third of a second, and few bring a spreadsheet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which say nothing of numbers
        book: Any = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        for page in [page for page in book.worksheets if page.sheet_state == "visible"][
            :MOST_SHEETS
        ]:
            page.reset_dimensions()  # some programs write them wrong
            rows, filled = [], 0
            lines = page.iter_rows(max_row=2 * reading.rows, values_only=True)
            for number, entries in enumerate(lines, 1):
                filled += len(entries)
                if filled > reading.sheet_cells:
                    raise _too_large(reading)
                if cells := _trimmed([_cell(entry) for entry in entries[: reading.sheet_columns]]):
                    rows.append((number, cells))
            yield page.title, rows


def _cell(entry: Any) -> Cell:
    """A cell as a number or a word."""
    if entry is None:
        return ""
    if isinstance(entry, bool):
        return str(entry)
    if isinstance(entry, int | float):
        return float(entry)
    if isinstance(entry, datetime.datetime):
        return entry.isoformat(" ")
    return str(entry).strip()[:1000]


def _open_document(part: IO[bytes], reading: Reading) -> Iterator[tuple[str, list[Row]]]:
    """The sheets of an OpenDocument file: title and rows."""
    title, number, filled = "", 0, 0
    rows: list[Row] = []
    for event, element in ElementTree.iterparse(part, ("start", "end")):
        if element.tag == f"{TABLE}table":
            if event == "end":
                yield title, rows
            title, rows, number = element.get(f"{TABLE}name", ""), [], 0
        elif event == "end" and element.tag == f"{TABLE}table-row":
            cells = _trimmed(_open_document_row(element, reading.sheet_columns))
            times = int(element.get(f"{TABLE}number-rows-repeated", 1))
            if cells:
                filled += times * len(cells)
                if filled > reading.sheet_cells:
                    raise _too_large(reading)
                rows += [(number + k + 1, list(cells)) for k in range(times)]
            number += times
            element.clear()


def _open_document_row(row: ElementTree.Element, most: int) -> list[Cell]:
    cells: list[Cell] = []
    for element in row:
        if element.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        number = element.get(f"{OFFICE}value")
        words = "\n".join("".join(line.itertext()) for line in element.findall(f"{TEXT}p"))
        kind = element.get(f"{OFFICE}value-type", "")
        cell: Cell = words.strip()[:1000]
        if kind == "boolean":
            cell = element.get(f"{OFFICE}boolean-value", "").title()
        elif number is not None and kind in ("float", "percentage", "currency"):
            cell = float(number)
        times = min(int(element.get(f"{TABLE}number-columns-repeated", 1)), most)
        cells += itertools.repeat(cell, times)
    return cells[:most]
