"""Points of the plane as a short text, for files and links; and read back with care.

Every number is a whole number of 4,001 steps, two letters of URL-safe base64: a coordinate counts
steps of 0.003 from −6 to 6, a value steps of 0.0005 from −1 to 1. Points stand in the order of x,
then y; of each letter of a point, first that of all points, then the next: x high, x low, y high, y
low, (value high, value low,) split and class. So the text is the same however the points were
painted, and a link squeezes it well.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np

MOST_POINTS = 1200  # so many, with values, fit into a link
MOST_CLASSES = 6
SPLITS = ("train", "validation", "test")
EDGE = 6.0
STEPS = 2000  # from the middle to the edge
LETTERS = np.frombuffer(
    (string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_").encode(), np.uint8
)
NUMBERS = np.full(256, 255, np.uint8)
NUMBERS[LETTERS] = np.arange(64)


@dataclass(frozen=True, eq=False)
class Points:
    """Some points of the plane; three arrays of one length, or [N, 2] of `places`."""

    places: np.ndarray  # [N, 2] in [−6, 6]
    answers: np.ndarray  # class numbers from 0, or values in [−1, 1]
    splits: np.ndarray  # numbers into SPLITS

    def __len__(self) -> int:
        return len(self.places)

    def only(self, which: np.ndarray) -> Points:
        """Some of the points: a mask, or numbers."""
        return Points(self.places[which], self.answers[which], self.splits[which])

    def followed_by(self, more: Points) -> Points:
        """These and more."""
        return Points(
            np.concatenate([self.places, more.places]),
            np.concatenate([self.answers, more.answers]),
            np.concatenate([self.splits, more.splits]),
        )


NOTHING = Points(np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.int64))


def next_split(existing: np.ndarray, train_fraction: float) -> int:
    """What one more point is for, so that training keeps its share of those of its kind.

    existing: the splits of the points of the same class so far. The first one trains.
    """
    train, test = (np.sum(existing == SPLITS.index(name)) for name in ("train", "test"))
    return SPLITS.index("train" if train < train_fraction * (train + test + 1) else "test")


def dealt(points: Points, task: str, train_fraction: float, seed: int) -> Points:
    """The same points, dealt anew to training and testing, of each class the same share."""
    random, splits = np.random.default_rng(seed), np.zeros(len(points), int)
    kinds = points.answers if task == "classification" else np.zeros(len(points))
    for kind in np.unique(kinds):
        own = random.permutation(np.flatnonzero(kinds == kind))
        splits[own[max(1, round(len(own) * train_fraction)) :]] = SPLITS.index("test")
    return Points(points.places, points.answers, splits)


def steps(values: np.ndarray, edge: float) -> np.ndarray:
    """Numbers from −edge to edge as whole numbers from 0 to 4000; what lies beyond is moved in."""
    return np.rint(np.clip(np.asarray(values, float) / edge, -1, 1) * STEPS).astype(int) + STEPS


def pack(points: Points, task: str) -> str:
    """Points → text."""
    x, y = steps(points.places, EDGE).T
    classes = task == "classification"
    answers = np.asarray(points.answers, int) if classes else steps(points.answers, 1.0)
    tags = 8 * np.asarray(points.splits, int) + (answers if classes else 0)
    columns = [x >> 6, x & 63, y >> 6, y & 63, tags]
    if not classes:
        columns[4:4] = [answers >> 6, answers & 63]
    order = np.lexsort((tags, answers, y, x))
    return LETTERS[np.concatenate([column[order] for column in columns])].tobytes().decode()


def unpack(text: str, task: str) -> Points:
    """Text → points; ValueError says what is wrong with it."""
    width = 5 if task == "classification" else 7
    if len(text) > width * MOST_POINTS:
        raise ValueError(f"At most {MOST_POINTS:,} points of one's own are allowed.")
    raw = NUMBERS[np.frombuffer(text.encode("latin-1", "replace"), np.uint8)].astype(int)
    if len(raw) % width or (raw > 63).any():
        raise ValueError("These points are damaged: the text is not one that we have written.")
    columns = raw.reshape(width, -1)
    x, y = 64 * columns[0] + columns[1], 64 * columns[2] + columns[3]
    splits, labels = columns[-1] >> 3, columns[-1] & 7
    answers = labels if task == "classification" else 64 * columns[4] + columns[5]
    points = Points(
        (np.stack([x, y], axis=1) - STEPS) * (EDGE / STEPS),
        labels if task == "classification" else (answers - STEPS) / STEPS,
        splits,
    )
    inside = all((column <= 2 * STEPS).all() for column in (x, y, answers))
    known = (splits < len(SPLITS)).all() and (labels < MOST_CLASSES).all()
    if not (inside and known) or pack(points, task) != text:
        raise ValueError("These points are damaged: one lies outside the map, or out of order.")
    return points
