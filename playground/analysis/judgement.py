"""How a network does on a split: every answer, its mistakes, the confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.training.evaluation import SLICE
from playground.training.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Judgement:
    """Every test image's label and the probabilities [N, classes] a network gave it."""

    images: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    names: tuple[str, ...]

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


def judge(snapshot: Snapshot, split: str = "test") -> Judgement:
    """Ask the snapshot's network about all samples of a split, a slice at a time."""
    part = snapshot.data.split(split)
    answers = [
        snapshot.probabilities(snapshot.predict(part.x[start : start + SLICE]))
        for start in range(0, len(part), SLICE)
    ]
    return Judgement(part.x, part.y, np.concatenate(answers), tuple(snapshot.labels))
