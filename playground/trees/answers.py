"""What the outputs of trees mean: shares of classes, log-odds, votes, or values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

TINY = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Answers:
    """How outputs [N, k] become probabilities, classes and a loss, as scikit-learn has it.

    count: how many classes there are; 0: the outputs are values. present: those that the training
    rows have, one a column; of two classes a single column is the log-odds, or the lead, of the
    second. kind: "shares" of classes, "log_odds" of boosting, "votes" of AdaBoost, or "values".
    """

    reconstructs: ClassVar[bool] = False  # as a network's loss may
    count: int
    present: tuple[int, ...]
    kind: str

    @property
    def width(self) -> int:
        """How many outputs there are."""
        paired = self.kind in ("log_odds", "votes") and len(self.present) == 2
        return 1 if paired or not self.count else len(self.present)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """What is believed of each class: [N, count]."""
        belief = np.zeros((len(outputs), self.count))
        belief[:, self.present] = self._shares(outputs)
        return belief

    def _shares(self, outputs: np.ndarray) -> np.ndarray:
        if self.kind == "shares":
            return outputs
        if len(self.present) < 2:
            return np.ones((len(outputs), len(self.present)))
        if self.kind == "votes":  # p = softmax(votes / (K − 1)), as in SAMME
            if self.width == 1:
                outputs = np.hstack([-outputs, outputs]) / 2
            return _softmax(outputs / max(len(self.present) - 1, 1))
        if self.width == 1:
            second = 1 / (1 + np.exp(-np.clip(outputs, -700, 700)))
            return np.hstack([1 - second, second])
        return _softmax(outputs)

    def classes(self, outputs: np.ndarray) -> np.ndarray:
        """The class that each row of outputs speaks for."""
        if self.width > 1 or len(self.present) == 1:
            return np.array(self.present)[outputs.argmax(axis=1)]
        second = outputs[:, 0] > 0 if self.kind == "votes" else outputs[:, 0] >= 0
        return np.array(self.present)[second.astype(np.int64)]

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        """−mean ln p of the right class, p at least 2.2e-16; of values the mean squared error."""
        if not self.count:
            return float(np.mean((outputs[:, 0] - np.asarray(y, np.float64)) ** 2))
        right = self.probabilities(outputs)[np.arange(len(y)), y]
        return float(-np.mean(np.log(np.clip(right, TINY, 1 - TINY))))


def _softmax(z: np.ndarray) -> np.ndarray:
    """e^z / Σ e^z, row by row."""
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
