"""What the columns of a table are taken for, and what to know about them before they are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data import table_dates, table_kinds
from playground.data.table_columns import INDEXES, LABELS
from playground.data.table_kinds import Encoded
from playground.data.table_leaks import leak
from playground.data.tables import Column, Sheet, TableError

MOST_CLASSES = 50
FEW_NUMBERS = 10  # so many different whole numbers are classes
MOST_NUMBERS = 20_000_000  # of all inputs of all rows
MANY_GAPS = 0.2  # share of missing cells that is worth a word
FEW_ROWS = 20  # so few may count 1, 2, 3 by chance
ANSWERS = ("automatic", "classes", "values")


@dataclass(frozen=True)
class Roles:
    """What is asked of a table.

    target: the column to predict. columns: those to learn from, none: all that can be used. kinds:
    how some are read, by name. answers: one of ANSWERS.
    """

    target: str
    columns: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    answers: str = "automatic"


@dataclass(frozen=True, eq=False)
class Layout:
    """What a table's columns are taken for.

    classes: none where the target is a value. unused, leaks: sentences by column, on those that are
    left out and on those that give the answer away. notes: what else to know. gaps: which rows lack
    something in a column that is learned from, bool [N].
    """

    sheet: Sheet
    target: Column
    columns: tuple[Encoded, ...]
    classes: tuple[str, ...]
    unused: dict[str, str]
    leaks: dict[str, str]
    notes: tuple[str, ...]
    gaps: np.ndarray

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all inputs."""
        return tuple(name for column in self.columns for name in column.inputs)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many inputs each column takes; of a date each part is a column of its own."""
        return tuple(size for column in self.columns for size in column.sizes)

    @property
    def words(self) -> np.ndarray:
        """Which inputs are words, bool [inputs]."""
        return np.repeat([size > 1 for size in self.sizes], self.sizes)

    @property
    def answered(self) -> np.ndarray:
        """Which rows have an answer, bool [N]."""
        return ~self.target.missing

    def remarks(self) -> list[str]:
        """All there is to know, what matters most first."""
        return [*self.leaks.values(), *self.unused.values(), *self.notes]


def laid_out(sheet: Sheet, roles: Roles) -> Layout:
    """What the columns of a sheet are taken for; TableError says what cannot be."""
    known = {column.name: column for column in sheet.columns}
    target = roles.target or likely_target(sheet)
    if target not in known:
        raise TableError(f"There is no column “{target[:30]}”; there are {listed(known)}.")
    _check_names(known, target, roles)
    classes = _classes(known[target], roles.answers)
    used, unused = _used(known, target, roles)
    if not used:
        raise TableError(" ".join(["There is no column to learn from.", *unused.values()]))
    _check_size(used, len(sheet))
    names = [column.name for column in used]
    gaps = np.any([known[name].missing for name in names], axis=0)
    leaks = {name: leak(known[name], known[target], bool(classes)) for name in names}
    return Layout(
        sheet,
        known[target],
        tuple(used),
        classes,
        unused,
        {name: sentence for name, sentence in leaks.items() if sentence},
        (
            *_passed_over(sheet, target),
            *_notes([known[name] for name in names], known[target], bool(classes)),
        ),
        gaps,
    )


def _used(
    known: dict[str, Column], target: str, roles: Roles
) -> tuple[list[Encoded], dict[str, str]]:
    """The columns to learn from, and why others cannot be; TableError where one was asked for."""
    used, unused, kinds = [], {}, dict(roles.kinds)
    for name in roles.columns or [name for name in known if name != target]:
        try:
            if not roles.columns and name not in kinds and _counts(known[name]):
                raise TableError(f"“{name[:30]}” counts the rows.")
            used.append(table_kinds.encoded(known[name], kinds.get(name, "")))
        except TableError as error:
            if roles.columns or name in kinds:
                raise
            unused[name] = f"{error} It is left out."
    return used, unused


def usable(sheet: Sheet, target: str) -> list[str]:
    """The columns that can be learned from as they look."""
    known = {column.name: column for column in sheet.columns}
    return [column.name for column in _used(known, target, Roles(target))[0]]


def listed(names: Sequence[str] | dict[str, Column]) -> str:
    """Names for a sentence: at most twelve."""
    shown = [f"“{name[:30]}”" for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")


def likely_target(sheet: Sheet) -> str:
    """The column called as answers are, else the last one that has some answers in common."""
    called = [column for column in sheet.columns if column.name.casefold() in LABELS]
    for column in [*called, *reversed(sheet.columns)]:
        try:
            _classes(column, "automatic")
        except TableError:
            continue
        if not _counts(column):
            return column.name
    return sheet.columns[-1].name


def _passed_over(sheet: Sheet, target: str) -> list[str]:
    """Why a column that is called as answers are is not the one to predict."""
    called = [column for column in sheet.columns if column.name.casefold() in LABELS]
    if target in [column.name for column in called]:
        return []
    notes = []
    for column in called:
        try:
            _classes(column, "automatic")
        except TableError as error:
            name = column.name[:30]
            notes.append(f"“{name}” is called as answers are, and cannot be predicted. {error}")
    return notes


def _check_names(known: dict[str, Column], target: str, roles: Roles) -> None:
    for name in roles.columns:
        if name not in known or name == target:
            why = "is the one to predict" if name == target else "is not there"
            raise TableError(f"The column “{name[:30]}” {why}; there are {listed(known)}.")
    for name, _ in roles.kinds:
        if name not in known:
            raise TableError(f"The column “{name[:30]}” is not there; there are {listed(known)}.")


def _check_size(used: Sequence[Encoded], rows: int) -> None:
    inputs = sum(len(column.inputs) for column in used)
    if inputs * rows > MOST_NUMBERS:
        raise TableError(
            f"These columns become {inputs:,} inputs of {rows:,} rows, more than is read: leave "
            "out columns with many words, or read them as ordinal."
        )


def _counts(column: Column) -> bool:
    """Whether a column only counts the rows, by its name and what it holds."""
    values = column.values
    if column.name.casefold() in INDEXES and len(np.unique(values)) == len(values):
        return True
    return len(values) >= FEW_ROWS and column.counts_rows


def _classes(target: Column, answers: str) -> tuple[str, ...]:
    """The classes in order; none where the target is a value.

    Words are classes, and so are up to ten different whole numbers, unless `answers` says.
    """
    short, present = target.name[:30], ~target.missing
    known = target.values[present]
    if not present.any():
        raise TableError(f"“{short}” is empty: there is nothing to predict.")
    count = target.distinct
    if count < 2:
        raise TableError(f"All rows of “{short}” are the same: nothing to predict.")
    numeric = target.numeric and answers != "classes"
    if numeric and np.isnan(known).any():
        cell = target.shown(int((present & np.isnan(target.values)).argmax()))
        raise TableError(
            f"“{short}” holds numbers, and “{cell}” is none: mend it, or take them for classes."
        )
    if numeric and not (np.abs(known) < 1e30).all():
        raise TableError(f"“{short}” holds a number that is not finite, or far too large.")
    whole = numeric and bool((known == np.rint(known)).all()) and count <= FEW_NUMBERS
    if numeric and (answers == "values" or not whole):
        return ()
    if answers == "values":
        raise TableError(f"“{short}” holds words, and values are numbers: take classes.")
    if not target.numeric and table_dates.are_dates(target.kinds):
        raise TableError(f"“{short}” holds dates, which cannot be predicted: take another column.")
    if count > MOST_CLASSES or count > len(known) / 2:
        raise TableError(
            f"“{short}” has {count:,} classes in {len(known):,} rows: "
            + (
                "most have a single row, and nothing can be learned of them."
                if count > len(known) / 2
                else f"at most {MOST_CLASSES} are possible."
            )
            + " Take another column."
        )
    return target.kinds


def _notes(used: Sequence[Column], target: Column, classes: bool) -> list[str]:
    notes, rows = [], len(target.missing)
    for column in used:
        share = float(column.missing.mean())
        if share >= MANY_GAPS:
            notes.append(f"“{column.name[:30]}” is missing in {share:.0%} of the rows.")
    if unanswered := int(target.missing.sum()):
        notes.append(
            f"{unanswered:,} of {rows:,} rows have nothing in “{target.name[:30]}”: they are not "
            "used."
        )
    if classes:
        words, places = target.kinds, target.codes
        counts = np.bincount(places[places >= 0], minlength=len(words))
        single = [word for word, count in zip(words, counts, strict=True) if count == 1]
        if single:
            notes.append(
                f"Of {listed(single)} there is a single row: it is learned or tested, never both."
            )
    return notes
