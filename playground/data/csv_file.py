"""Points in a CSV file: two numbers and a class or a value in every row.

Reading is forgiving about form (header or none; comma, semicolon or tab; decimal commas where the
comma does not part columns) and strict about numbers: an error names the row and the column.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

import numpy as np

from playground.data.own_points import NAME
from playground.data.packed import EDGE, MOST_CLASSES, MOST_POINTS, SPLITS, Points
from playground.data.toy import COLOURS

LARGEST = 1_000_000  # bytes
MOST_ROWS = 20_000
FILL = 5.0  # columns are stretched to [−5, 5]
WIDE = 3.0  # a column this wide that lies on the map stays as it is
LONG = 24  # letters of a class's name


class CsvError(ValueError):
    """What is wrong with a file, for whoever brought it."""


@dataclass(frozen=True)
class Table:
    """What a file holds."""

    points: Points  # with splits of its own, or all for training
    task: str
    names: tuple[str, ...]  # of the classes
    split: bool  # whether the file says itself what each point is for
    told: tuple[str, ...]  # what has been done to the numbers, in sentences


def read(content: bytes, seed: int = 1) -> Table:
    """Read a file; CsvError names the row that is wrong. `seed` picks rows where they are many."""
    header, rows, first = _rows(content)
    marks, rows = _splits(header, rows, first)
    inputs = np.array(
        [[_number(row[k], first + i, k) for k in (0, 1)] for i, row in enumerate(rows)]
    )
    labels = [row[2].strip() for row in rows]
    told = []
    places = np.empty_like(inputs)
    for k in (0, 1):
        places[:, k], words = _stretched(inputs[:, k], header[k])
        told.append(words)
    names = _classes(labels, first)
    if names is None:
        values = np.array([_number(label, first + i, 2) for i, label in enumerate(labels)])
        answers, words = _scaled(values, header[2])
        told.append(words)
    else:
        answers = np.array([names.index(label) for label in labels])
    points = Points(places, answers, np.zeros(len(rows), int) if marks is None else marks)
    if len(points) > MOST_POINTS:
        chosen = np.random.default_rng(seed).choice(len(points), MOST_POINTS, replace=False)
        told.append(f"A random {MOST_POINTS:,} of its {len(points):,} rows were taken.")
        points = points.only(chosen)
    task = "regression" if names is None else "classification"
    return Table(points, task, _called(names or ()), marks is not None, tuple(told))


def write(points: Points, names: tuple[str, ...]) -> str:
    """The points as CSV: x1, x2, label (a class's name, or a value), split."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(["x1", "x2", "label", "split"])
    for (x, y), answer, split in zip(points.places, points.answers, points.splits, strict=True):
        label = names[int(answer)] if names else f"{answer:.4f}"
        lines.writerow([f"{x:.3f}", f"{y:.3f}", label, SPLITS[int(split)]])
    return file.getvalue()


def _rows(content: bytes) -> tuple[list[str], list[list[str]], int]:
    """Names of the columns, the rows, and the number of the first of them in the file."""
    if len(content) > LARGEST:
        raise CsvError(
            f"The file has {len(content) / 1e6:.1f} MB; at most {LARGEST / 1e6:.0f} MB are read."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CsvError("The file is not text in UTF-8: save it as CSV UTF-8.") from None
    if "\0" in text:
        raise CsvError("This is not a text file.")
    top = text.partition("\n")[0]
    mark = max("\t;,", key=top.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=mark, strict=True))
    except csv.Error as error:
        raise CsvError(f"The file is not proper CSV: {error}.") from None
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    if not lines:
        raise CsvError("The file is empty.")
    if mark != ",":
        lines = [[_decimal(cell) for cell in line] for line in lines]
    headed = not _is_number(lines[0][0])
    header = [cell.strip() for cell in lines[0]] if headed else ["column 1", "column 2", "column 3"]
    rows, first = lines[headed:], 2 if headed else 1
    _check_form(header, rows, first)
    return header, rows, first


def _check_form(header: list[str], rows: list[list[str]], first: int) -> None:
    if len(header) < 3 or (rows and len(rows[0]) < 3):
        raise CsvError("Three columns are needed: two numbers, and a class or a value.")
    if len(rows) > MOST_ROWS:
        raise CsvError(f"The file has {len(rows):,} rows; at most {MOST_ROWS:,} are read.")
    if len(rows) < 2:
        raise CsvError("At least two rows of numbers are needed.")
    width = len(rows[0])
    if width > 3 and [name.lower() for name in header[3:]] != ["split"]:
        raise CsvError(
            f"The file has {width} columns. Keep three: two numbers, and a class or a "
            "value; a fourth may be called “split”."
        )
    for number, row in enumerate(rows, first):
        if not any(cell.strip() for cell in row):
            raise CsvError(f"Row {number} is empty.")
        if len(row) != width:
            raise CsvError(
                f"Row {number} has {len(row)} column{'s' * (len(row) != 1)}, the rows "
                f"before have {width}."
            )


def _splits(header: list[str], rows: list[list[str]], first: int):
    """Numbers into SPLITS, if a fourth column has them; and the rows."""
    if len(rows[0]) < 4:
        return None, rows
    found = []
    for number, row in enumerate(rows, first):
        word = row[3].strip().lower()
        if word not in SPLITS:
            raise CsvError(
                f"Row {number}: the split is “{_short(row[3])}”; it is train, validation or test."
            )
        found.append(SPLITS.index(word))
    return np.array(found), rows


def _number(cell: str, row: int, column: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        what = f"“{_short(cell)}”" if cell.strip() else "An empty cell"
        raise CsvError(f"Row {row}: {what} is not a number in column {column + 1}.") from None
    if not math.isfinite(value) or abs(value) > 1e30:
        raise CsvError(
            f"Row {row}: “{_short(cell)}” is not a finite number in column {column + 1}."
        )
    return value


def _is_number(cell: str) -> bool:
    """Whether it reads as a number; "nan" and "inf" do, so that they are no header."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _decimal(cell: str) -> str:
    """1,5 → 1.5, in files whose columns are not parted by commas."""
    changed = cell.replace(",", ".", 1)
    return changed if _is_number(changed) else cell


def _short(cell: str) -> str:
    return cell.strip()[:20]


def _classes(labels: list[str], first: int) -> list[str] | None:
    """The names of the classes in order; None where the labels are values.

    Whole numbers of at most six kinds are classes, and so is everything that is not a number. The
    colours of the map are the classes that have these colours.
    """
    known = set(labels)
    numeric = all(_is_number(label) for label in labels)
    if numeric and (
        len(known) > MOST_CLASSES
        or not all(float(label).is_integer() for label in known if math.isfinite(float(label)))
    ):
        return None
    if numeric and not all(math.isfinite(float(label)) for label in known):
        return None  # `_number` says which row
    if "" in known:
        raise CsvError(f"Row {labels.index('') + first} has no label in column 3.")
    if len(known) > MOST_CLASSES:
        words = [label for label in known if not _is_number(label)]
        raise CsvError(
            f"Column 3 has {len(known)} different labels, such as "
            f"“{_short(min(words))}”; at most {MOST_CLASSES} classes are possible."
        )
    if len(known) < 2:
        raise CsvError("All rows have the same label: there is nothing to tell apart.")
    if known <= set(COLOURS):
        return list(COLOURS[: max(map(COLOURS.index, known)) + 1])
    return sorted(known, key=float) if numeric else sorted(known)


def _called(labels: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Names that may be shown: short, without signs that could be markup, all different."""
    called: list[str] = []
    for label in labels:
        name = "".join(sign if NAME.fullmatch(sign) else "-" for sign in label)[:LONG]
        while name in called:
            name = f"{name[: LONG - 2]} {len(called) + 1}"
        called.append(name)
    return tuple(called)


def _stretched(values: np.ndarray, name: str) -> tuple[np.ndarray, str]:
    """A column on the map, and what was done to it."""
    low, high = float(values.min()), float(values.max())
    label = f"“{_short(name)}”"
    if low >= -EDGE and high <= EDGE and (high - low >= WIDE or name in ("x1", "x2")):
        return values, f"{label} is as in the file."
    if high == low:
        raise CsvError(f"All numbers of column {label} are {low:g}: the points lie on a line.")
    scaled = (values - low) * (2 * FILL / (high - low)) - FILL
    return scaled, f"{label} from {low:.4g} to {high:.4g} was stretched to −5 to 5."


def _scaled(values: np.ndarray, name: str) -> tuple[np.ndarray, str]:
    """Values between −1 and 1, and what was done to them."""
    low, high = float(values.min()), float(values.max())
    if low >= -1 and high <= 1 and high - low >= 0.5:
        return values, f"The values of “{_short(name)}” are as in the file."
    if high == low:
        raise CsvError(f"All values are {low:g}: there is nothing to learn.")
    scaled = (values - low) * (2 / (high - low)) - 1
    return scaled, f"Values from {low:.4g} to {high:.4g} became −1 to 1."
