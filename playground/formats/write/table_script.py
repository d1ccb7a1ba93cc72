"""What a NumPy program needs to read rows of a table as they are: gaps, words, dates, scales."""

from __future__ import annotations

import numpy as np

from playground.data.table_fit import TableData
from playground.data.tables.numerals import MISSING

PROGRAM = '''

# ---- rows of the table, as they are ----

COLUMNS = [  # what is read of a row, how, and the words that were known
{columns}
]
CLASSES = {classes!r}
CENTRE, SCALE = {centre!r}, {scale!r}  # of a value
FILL = {fill!r}  # whether gaps are filled


def numbers(cell, kind, words):
    """The inputs that one cell becomes; NaN where it holds nothing."""
    text = f"{{cell:.12g}}" if isinstance(cell, float) else str(cell).strip()
    missing = cell is None or text.casefold() in A["missing"]
    if missing and not FILL:
        raise ValueError("a row has a gap, and no rows with gaps were learned from")
    if kind == "one_hot":
        return [float(not missing and text == word) for word in words]
    if missing or (kind == "ordinal" and text not in words):
        return [float("nan")] * (3 if kind == "calendar" else 1)
    if kind == "ordinal":
        return [words.index(text)]
    if kind == "number":
        return [float(text)]
    date = datetime.fromisoformat(text)
    if kind == "days":
        return [(date - datetime(1970, 1, 1)).total_seconds() / 86_400]
    return [date.year, date.month, date.isoweekday()]


def inputs(rows):
    """x of rows: dictionaries by column, such as csv.DictReader gives."""
    cells = [[(row.get(name), kind, words) for name, kind, words in COLUMNS] for row in rows]
    x = np.array([[k for cell in row for k in numbers(*cell)] for row in cells], np.float64)
    x = np.where(np.isnan(x), A["fills"], x)
    return ((x - A["mean"]) / A["deviation"]).astype(np.float32)


def answers(rows):
    """The class of each row, or its value in the units of the table."""
    given = outputs(inputs(rows))
    if not CLASSES:
        return (given[:, 0] * SCALE + CENTRE).tolist()
    best = given.argmax(axis=1)
    if given.shape[1] == 1 and len(A["present"]) > 1:
        best = (given[:, 0] > 0 if {strict!r} else given[:, 0] >= 0).astype(int)
    return [CLASSES[number] for number in A["present"][best]]
'''


def program(table: TableData, strict: bool) -> str:
    """The lines that follow `outputs`. strict: whether 0 speaks for the first of two classes."""
    columns = [
        f"    {(column.name, column.kind, column.words)!r}," for column in table.layout.columns
    ]
    return PROGRAM.format(
        columns="\n".join(columns),
        classes=table.layout.classes,
        centre=table.fitted.centre,
        scale=table.fitted.scale,
        fill=table.fill,
        strict=strict,
    )


def arrays(table: TableData) -> dict[str, np.ndarray]:
    """What it reads from the file beside it."""
    fitted = table.fitted
    return {
        "fills": fitted.fills,
        "mean": fitted.mean,
        "deviation": fitted.deviation,
        "missing": np.array(sorted(MISSING)),
    }
