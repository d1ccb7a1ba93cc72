"""How a network does on a split: every answer, its mistakes, the confusion matrix.

Of sequences with an answer at every step each answer that is asked for counts as a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data import Split
from playground.engine.losses import asked
from playground.engine.stream import in_turn
from playground.training.evaluation import SLICE
from playground.training.snapshot import Snapshot

MOST_NUMBERS = 20_000_000  # probabilities that are worked out
FREQUENT = 20  # classes with a row and a column of their own, where there are many more
MANY = 30  # classes
OTHERS = "others"


@dataclass(frozen=True, eq=False)
class Judgement:
    """Every sample's label [N] and the probabilities [N, classes] a network gave it.

    images: what was read. rows [N] and steps [N]: which of them each answer is of, and after which
    of its steps, where there is an answer at every step; else both are None.
    """

    images: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    names: tuple[str, ...]
    rows: np.ndarray | None = None
    steps: np.ndarray | None = None

    @property
    def answers(self) -> np.ndarray:
        """The class with the highest probability, [N]."""
        return self.probabilities.argmax(1)

    @property
    def mistakes(self) -> np.ndarray:
        """Indices of what was read wrongly, the surest first."""
        wrong = np.flatnonzero(self.answers != self.labels)
        return wrong[np.argsort(-self.probabilities[wrong].max(1), kind="stable")]

    @property
    def confusion(self) -> np.ndarray:
        """counts[label, answer]."""
        counts = np.zeros((len(self.names),) * 2, np.int64)
        np.add.at(counts, (self.labels, self.answers), 1)
        return counts


@dataclass(frozen=True, eq=False)
class Estimates:
    """Values: what is right [N] and what a network said [N]; the rest as in a `Judgement`."""

    images: np.ndarray
    right: np.ndarray
    said: np.ndarray
    rows: np.ndarray | None = None
    steps: np.ndarray | None = None

    @property
    def worst(self) -> np.ndarray:
        """Indices of all answers, the farthest off first."""
        return np.argsort(-np.abs(self.said - self.right), kind="stable")


def judge(snapshot: Snapshot, split: str = "test") -> Judgement:
    """Ask the snapshot's network about all samples of a split, a slice at a time.

    Of very many answers with very many classes only the first samples are asked about.
    """
    part, data = snapshot.data.split(split), snapshot.data
    count = max(MOST_NUMBERS // (int(np.prod(data.answers)) * max(data.classes, 1)), 1)
    part = Split(part.x[:count], part.y[:count])
    outputs = _outputs(snapshot, part)
    labels, rows, steps = _asked(part.y, data.answers)
    if rows is not None:
        outputs = outputs[rows, steps]
    chances = [
        snapshot.probabilities(outputs[start : start + SLICE])
        for start in range(0, len(outputs), SLICE)
    ]
    return Judgement(part.x, labels, np.concatenate(chances), tuple(snapshot.labels), rows, steps)


def estimates(snapshot: Snapshot, split: str = "test") -> Estimates:
    """As `judge`, for values."""
    part = snapshot.data.split(split)
    outputs = _outputs(snapshot, part)[..., 0].astype(np.float64)
    right, rows, steps = _asked(part.y, snapshot.data.answers)
    said = outputs if rows is None else outputs[rows, steps]
    return Estimates(part.x, right.astype(np.float64), said, rows, steps)


def _outputs(snapshot: Snapshot, part: Split) -> np.ndarray:
    if snapshot.data.stateful:
        return in_turn(snapshot.network, part.x)
    slices = [
        snapshot.predict(part.x[start : start + SLICE]) for start in range(0, len(part), SLICE)
    ]
    return np.concatenate(slices)


def _asked(
    y: np.ndarray, answers: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """The answers that are asked for [N], of which sample each is, and after which step."""
    if not answers:
        return y, None, None
    rows, steps = np.nonzero(asked(y.ravel()).reshape(y.shape))
    return y[rows, steps], rows, steps


def frequent(judged: Judgement) -> Judgement:
    """Where there are many classes: the most frequent, and one class of all others."""
    if len(judged.names) <= MANY:
        return judged
    counts = np.bincount(judged.labels, minlength=len(judged.names))
    chosen = np.sort(np.argsort(-counts, kind="stable")[:FREQUENT])
    places = np.full(len(judged.names), FREQUENT)
    places[chosen] = np.arange(FREQUENT)
    answers = np.eye(FREQUENT + 1, dtype=np.float32)[places[judged.answers]]
    names = (*(judged.names[k] for k in chosen), OTHERS)
    return Judgement(
        judged.images, places[judged.labels], answers, names, judged.rows, judged.steps
    )
