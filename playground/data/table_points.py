"""Points out of a table, and as one: two columns of numbers, and one of classes or values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data import tables
from playground.data.own_points import NAME
from playground.data.packed import EDGE, MOST_CLASSES, MOST_POINTS, SPLITS, Points
from playground.data.table_columns import Choice, suggested
from playground.data.tables import Sheet, TableError
from playground.data.toy import COLOURS

FILL = 5.0  # what does not lie well on the map becomes −5 to 5
WIDE = 3.0  # points spread so far that lie on the map stay where they are
UNEQUAL = 8.0  # times as long as the other: such axes are hardly of one unit
LONG = 24  # letters of a class's name
SPLIT_WORDS = {"training": "train", "testing": "test", "val": "validation", "valid": "validation"}
LISTED = 8  # row numbers in a sentence


@dataclass(frozen=True)
class Table:
    """What a file holds."""

    points: Points  # with splits of its own, or all for training
    task: str
    names: tuple[str, ...]  # of the classes
    columns: tuple[str, ...]  # names of the three that were read
    split: bool  # whether the file says itself what each point is for
    left_out: tuple[int, ...]  # numbers of the rows in which something is missing
    notes: tuple[str, ...]  # what was skipped, left out and done to the numbers, in sentences


def read(content: bytes, seed: int = 1) -> Table:
    """The points of a file as it is most likely meant; TableError names the row that is wrong."""
    sheet = tables.read(content)
    return points(sheet, suggested(sheet), seed)


def points(sheet: Sheet, choice: Choice, seed: int = 1) -> Table:
    """The points of the chosen columns; TableError names the row that is wrong.

    Rows in which something is missing are left out and named. `seed` picks rows where they are
    many.
    """
    if choice.x1 == choice.x2:
        raise TableError("Both axes are the same column: take another one for x₂.")
    rows, left_out, notes = _complete(sheet, choice)
    inputs = np.stack([_numbers(sheet, k, rows) for k in (choice.x1, choice.x2)], axis=1)
    titles = [sheet.columns[k].name for k in (choice.x1, choice.x2)]
    places, said = _placed(inputs, titles, choice.same_scale)
    notes += said
    names = _classes(sheet, choice, rows)
    if names is None:
        answers, words = _scaled(
            _numbers(sheet, choice.label, rows), sheet.columns[choice.label].name
        )
        notes.append(words)
    else:
        numbers = {name: number for number, name in enumerate(names)}
        answers = np.array([numbers[sheet.columns[choice.label].words[row]] for row in rows])
    all_points = Points(places, answers, _splits(sheet, choice, rows))
    if len(all_points) > MOST_POINTS:
        chosen = np.random.default_rng(seed).choice(len(all_points), MOST_POINTS, replace=False)
        notes.append(f"A random {MOST_POINTS:,} of its {len(all_points):,} rows were taken.")
        all_points = all_points.only(chosen)
    return Table(
        all_points,
        "regression" if names is None else "classification",
        _called(names or ()),
        (*titles, sheet.columns[choice.label].name),
        choice.split is not None,
        left_out,
        sheet.notes + tuple(notes),
    )


def task(sheet: Sheet, choice: Choice) -> str:
    """What the labels look like: "classification" or "regression"."""
    rows = np.flatnonzero(~sheet.columns[choice.label].missing)
    try:
        names = _classes(sheet, choice, rows)
    except TableError:
        return "classification"
    return "regression" if names is None else "classification"


def comparable(sheet: Sheet, choice: Choice) -> bool:
    """Whether the two columns are of one length about, so that one scale serves both."""
    spans = []
    for k in (choice.x1, choice.x2):
        values = sheet.columns[k].values
        finite = values[np.isfinite(values)]
        spans.append(np.ptp(finite) if len(finite) else 0)
    return max(spans) < UNEQUAL * min(spans)


def write(points: Points, names: tuple[str, ...]) -> str:
    """The points as CSV: x1, x2, label (a class's name, or a value), split."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(["x1", "x2", "label", "split"])
    for (x, y), answer, split in zip(points.places, points.answers, points.splits, strict=True):
        label = names[int(answer)] if names else f"{answer:.4f}"
        lines.writerow([f"{x:.3f}", f"{y:.3f}", label, SPLITS[int(split)]])
    return file.getvalue()


def _complete(sheet: Sheet, choice: Choice) -> tuple[np.ndarray, tuple[int, ...], list[str]]:
    """The rows in which nothing is missing, the numbers of the others, and a sentence on them."""
    chosen = [sheet.columns[k] for k in choice.columns]
    missing = np.any([column.missing for column in chosen], axis=0)
    rows, holes = np.flatnonzero(~missing), np.flatnonzero(missing)
    numbers = tuple(sheet.numbers[int(row)] for row in holes)
    notes = []
    if len(holes) == 1:
        column = next(column for column in chosen if column.missing[holes[0]])
        cell = column.shown(holes[0])
        notes.append(
            f"Row {numbers[0]} is left out: “{short(column.name)}” is missing"
            f"{f' ({cell})' if cell else ''}."
        )
    elif numbers:
        titles = " or ".join(f"“{short(column.name)}”" for column in chosen if column.missing.any())
        listed = ", ".join(map(str, numbers[:LISTED]))
        more = f" and {len(numbers) - LISTED:,} more" * (len(numbers) > LISTED)
        notes.append(
            f"{len(numbers):,} rows are left out, as {titles} is missing: rows {listed}{more}."
        )
    if len(rows) < 2:
        raise TableError(" ".join(["At least two rows of numbers are needed.", *notes]))
    return rows, numbers, notes


def _numbers(sheet: Sheet, k: int, rows: np.ndarray) -> np.ndarray:
    """The numbers of a column; TableError names the first cell that is none."""
    column = sheet.columns[k]
    values = column.values[rows]
    bad = np.isnan(values) | (np.abs(values) > 1e30)
    if not bad.any():
        return values
    row = int(rows[bad.argmax()])
    kind = "a number" if np.isnan(column.values[row]) else "a finite number"
    raise TableError(
        f"Row {sheet.numbers[row]}: “{column.shown(row)}” is not {kind} in column {k + 1}."
    )


def _splits(sheet: Sheet, choice: Choice, rows: np.ndarray) -> np.ndarray:
    """Numbers into SPLITS as the file says them; else all are for training."""
    if choice.split is None:
        return np.zeros(len(rows), int)
    column, numbers = sheet.columns[choice.split], []
    for row in rows:
        word = column.words[row].lower()
        word = SPLIT_WORDS.get(word, word)
        if word not in SPLITS:
            raise TableError(
                f"Row {sheet.numbers[row]}: the split is “{column.shown(row)}”; it is "
                "train, validation or test."
            )
        numbers.append(SPLITS.index(word))
    return np.array(numbers)


def _classes(sheet: Sheet, choice: Choice, rows: np.ndarray) -> list[str] | None:
    """The names of the classes in order; None where the labels are values.

    Whole numbers of at most six kinds are classes, and so is everything that is not a number. The
    colours of the map are the classes that have these colours.
    """
    column, place = sheet.columns[choice.label], choice.label + 1
    known = {column.words[row] for row in rows}
    values = column.values[rows]
    numeric = not np.isnan(values).any()
    mostly = np.isnan(values).mean() < 0.1 and len(known) > 2 * MOST_CLASSES
    whole = np.isfinite(values) & (np.rint(values) == values)
    several = len(known) > MOST_CLASSES or not whole.all()
    if choice.task == "regression" or mostly or (numeric and several and not choice.task):
        return None  # `_numbers` says which row is none
    if len(known) > MOST_CLASSES:
        example = column.shown(int(rows[np.isnan(values).argmax()]))
        raise TableError(
            f"Column {place} has {len(known):,} different labels, such as “{example}”; at most "
            f"{MOST_CLASSES} classes are possible. Take another column for the class, or keep the "
            f"rows of {MOST_CLASSES}."
        )
    if len(known) < 2:
        raise TableError(
            "All rows have the same label: there is nothing to tell apart. Take "
            "another column for the class."
        )
    if known <= set(COLOURS):
        return list(COLOURS[: max(map(COLOURS.index, known)) + 1])
    return sorted(known, key=float) if numeric else sorted(known)


def short(name: str) -> str:
    """A name for a sentence."""
    return name.strip()[:20]


def _called(labels: Sequence[str]) -> tuple[str, ...]:
    """Names that may be shown: short, without signs that could be markup, all different."""
    called: list[str] = []
    for label in labels:
        name = "".join(sign if NAME.fullmatch(sign) else "-" for sign in label)[:LONG]
        while name in called:
            name = f"{name[: LONG - 2]} {len(called) + 1}"
        called.append(name)
    return tuple(called)


def _placed(
    inputs: np.ndarray, titles: list[str], same_scale: bool | None
) -> tuple[np.ndarray, list[str]]:
    """Points [N, 2] on the map, and what was done to them.

    Circles stay circles: one scale serves both axes, unless one is `UNEQUAL` times as long as the
    other. Points that lie well on the map stay where they are, and so do those whose columns are
    called as our own.
    """
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    span = high - low
    for k in (0, 1):
        if not span[k] > 1e-290:
            raise TableError(
                f"All numbers of column “{short(titles[k])}” are {low[k]:g}: the "
                "points lie on a line. Take another column."
            )
    alike = span.max() < UNEQUAL * span.min() if same_scale is None else same_scale
    inside = (low >= -EDGE) & (high <= EDGE)
    if inside.all() and (titles == ["x1", "x2"] or (alike and span.max() >= WIDE)):
        return inputs, [f"“{short(title)}” is as in the file." for title in titles]
    length = np.full(2, span.max()) if alike else span
    middle = low / 2 + high / 2
    scale = np.where(
        inside & (span >= WIDE) & (not alike) & (same_scale is None), 1, 2 * FILL / length
    )
    middle[scale == 1] = 0
    places = (inputs - middle) * scale
    notes = [
        f"“{short(titles[k])}” from {_figure(low[k])} to {_figure(high[k])} became "
        f"{_figure(places[:, k].min(), 3)} to {_figure(places[:, k].max(), 3)}."
        for k in (0, 1)
    ]
    return places, [*notes, *["Both axes were scaled alike."] * bool(alike)]


def _scaled(values: np.ndarray, title: str) -> tuple[np.ndarray, str]:
    """Values between −1 and 1, and what was done to them."""
    low, high = float(values.min()), float(values.max())
    if low >= -1 and high <= 1 and high - low >= 0.5:
        return values, f"The values of “{short(title)}” are as in the file."
    if not high - low > 1e-290:
        raise TableError(f"All values are {low:g}: there is nothing to learn. Take another column.")
    scaled = (values - low) * (2 / (high - low)) - 1
    return scaled, f"Values from {_figure(low)} to {_figure(high)} became −1 to 1."


def _figure(number: float, digits: int = 6) -> str:
    return f"{number:.{digits}g}".replace("-", "−")
