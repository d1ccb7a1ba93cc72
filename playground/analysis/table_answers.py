"""What a trained network or trees say of new rows of a table, as CSV."""

from __future__ import annotations

import csv
import io

import numpy as np

from playground.data.table_fit import NewRows, TableData
from playground.training.snapshot import Snapshot


def table_of(snapshot: Snapshot) -> TableData:
    """The table of a Snapshot; ValueError where it learned from something else."""
    if snapshot.data.table is None:
        raise ValueError("This run has no table.")
    return snapshot.data.table


def answers(snapshot: Snapshot, rows: NewRows) -> tuple[list[str], list[list[str]]]:
    """Heads and cells: the class and how sure it is of each, or the value in its own units."""
    table = table_of(snapshot)
    outputs, target = snapshot.predict(rows.x), table.layout.target.name
    names = snapshot.data.class_names
    if not names:
        return [target], [[f"{value:.6g}"] for value in table.values(outputs[:, 0])]
    chances = snapshot.probabilities(outputs)
    heads = [target, *(f"p({name})" for name in names)]
    best = snapshot.network.loss.classes(outputs)
    return heads, [
        [names[int(number)], *(f"{share:.4f}" for share in shares)]
        for number, shares in zip(np.ravel(best), chances, strict=True)
    ]


def example(snapshot: Snapshot, most: int = 20) -> str:
    """Some rows of the table as CSV, without the answer: what new rows look like."""
    table = table_of(snapshot)
    sheet = table.layout.sheet
    known = {column.name: column for column in sheet.columns}
    columns = [known[column.name] for column in table.layout.columns]
    rows = np.flatnonzero(~table.layout.gaps)[:most]
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow([column.name for column in columns])
    lines.writerows([[column.word(int(row)) for column in columns] for row in rows])
    return file.getvalue()


def csv_text(snapshot: Snapshot, rows: NewRows, whole: bool = False) -> str:
    """The answers as CSV, a line a row; whole: behind the columns of the rows themselves."""
    heads, cells = answers(snapshot, rows)
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    columns = rows.sheet.columns if whole else ()
    lines.writerow([*(column.name for column in columns), *heads])
    for row, answer in enumerate(cells):
        lines.writerow([*(column.word(row) for column in columns), *answer])
    return file.getvalue()
