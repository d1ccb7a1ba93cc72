"""Which columns of a table are most likely meant as the two axes and as the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data.packed import MOST_CLASSES
from playground.data.tables import Column, Sheet, TableError

LABELS = (
    "label",
    "labels",
    "class",
    "classes",
    "target",
    "category",
    "species",
    "kind",
    "group",
    "outcome",
    "diagnosis",
    "cluster",
    "klasse",
    "art",
    "classe",
    "clase",
    "类",
    "类别",
    "标签",
    "класс",
)
INDEXES = (
    "",
    "index",
    "id",
    "idx",
    "no",
    "no.",
    "nr",
    "nr.",
    "#",
    "row",
    "rownames",
    "unnamed: 0",
    "序号",
)
FEW = 6  # rows; so few numbers may be 1, 2, 3 by chance
AXES = (("x1", "x2"), ("x", "y"), ("x0", "x1"), ("x_1", "x_2"))


@dataclass(frozen=True)
class Choice:
    """Numbers of columns, from 0, and how to read them.

    task: "classification" or "regression"; "" as the column of labels suggests. same_scale: whether
    both axes are scaled alike; None where their lengths suggest it.
    """

    x1: int
    x2: int
    label: int
    split: int | None = None
    task: str = ""
    same_scale: bool | None = None

    @property
    def columns(self) -> tuple[int, ...]:
        """All that are read."""
        return (self.x1, self.x2, self.label, *(() if self.split is None else (self.split,)))


def suggested(sheet: Sheet) -> Choice:
    """The columns to begin with; TableError where there are too few, of numbers or at all."""
    count = len(sheet.columns)
    if count < 3:
        raise TableError(
            "Three columns are needed: two numbers, and a class or a value. The file has "
            f"{'one' if count == 1 else count or 'none'}."
        )
    if len(sheet) < 2:
        raise TableError("At least two rows of numbers are needed.")
    names = [column.name.casefold() for column in sheet.columns]
    split = names.index("split") if count > 3 and "split" in names else None
    rest = [k for k in range(count) if k != split]
    others = [k for k in rest if not _is_index(sheet, names, k)]
    rest = others if len(others) >= 3 else rest
    numbers = [k for k in rest if sheet.columns[k].numeric]
    if len(numbers) < 2:
        raise TableError(
            "Two columns of numbers are needed, and "
            + (f"only “{sheet.columns[numbers[0]].name[:20]}” is one." if numbers else "none is.")
        )
    label = _label(sheet, names, rest, numbers)
    axes = [k for k in numbers if k != label]
    if len(axes) < 2:
        raise TableError("Beside two columns of numbers, one with a class or a value is needed.")
    plain = axes if len(rest) == 3 else [k for k in axes if not _is_index(sheet, names, k)]
    x1, x2 = (plain if len(plain) > 1 else axes)[:2]
    for pair in AXES:
        places = [names.index(name) for name in pair if name in names]
        if len(places) == 2 and set(places) <= set(axes):
            x1, x2 = places
            break
    return Choice(x1, x2, label, split)


def _label(sheet: Sheet, names: list[str], rest: list[int], numbers: list[int]) -> int:
    """The column called as labels are; else the last of a few words; else the last one."""
    words = [k for k in rest if k not in numbers]
    if len(rest) == 3 and len(words) < 2:
        called = [k for k in rest if names[k] in LABELS]
        return (words or called or rest)[-1]
    free = [k for k in rest if k in words or len(numbers) > 2]  # two are left for the axes
    few = [k for k in free if 2 <= _kinds(sheet.columns[k]) <= MOST_CLASSES]
    called = [k for k in few if names[k] in LABELS]
    numeric = [k for k in free if k in numbers and not _is_index(sheet, names, k)]
    return (called or [k for k in few if k in words] or numeric or words or rest)[-1]


def _kinds(column: Column) -> int:
    """How many different entries it has; counted no further than is of interest."""
    kinds: set[str] = set()
    for row in np.flatnonzero(~column.missing):
        kinds.add(column.words[row])
        if len(kinds) > MOST_CLASSES:
            break
    return len(kinds)


def _is_index(sheet: Sheet, names: list[str], k: int) -> bool:
    """Whether a column only counts the rows: by its name, or by what it holds."""
    unnamed = sheet.columns[k].name == f"column {k + 1}"
    if names[k] in INDEXES or names[k].startswith("unnamed: "):
        return True
    if unnamed and k == 0 and sheet.headed:  # as R and pandas write the names of rows
        return True
    column = sheet.columns[k]
    return column.counts_rows and (unnamed or (k == 0 and len(column.values) >= FEW))
