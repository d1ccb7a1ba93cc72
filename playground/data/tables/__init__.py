"""Tables that people bring, as text or as a spreadsheet, made into columns."""

from playground.data.tables.opening import LARGEST, read
from playground.data.tables.sheet import Column, Sheet, TableError

__all__ = ["LARGEST", "Column", "Sheet", "TableError", "read"]
