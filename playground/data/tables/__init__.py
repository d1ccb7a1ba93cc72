"""Tables that people bring, as text or as a spreadsheet, made into columns."""

from playground.data.tables.column import Column, TableError
from playground.data.tables.opening import LARGEST, read
from playground.data.tables.reading import TABLE, Reading
from playground.data.tables.sheet import Sheet

__all__ = ["LARGEST", "TABLE", "Column", "Reading", "Sheet", "TableError", "read"]
