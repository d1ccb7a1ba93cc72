"""How good answers are: scores, confusion, curves and their areas, by scikit-learn.

A number is of the samples that were handed in: whoever shows it says of which split they are.
scikit-learn is imported when the first number is asked for, because that alone takes 3 seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Z95 = 1.959964  # the normal distribution has 95 % of its mass within so many deviations


@dataclass(frozen=True, eq=False)
class Scores:
    """How often answers are right; arrays hold a number for each class.

    precision: of the answers "this class", the share that is right. recall: of the samples of the
    class, the share that was found. f1: their harmonic mean. A share of nothing counts as 0.
    """

    accuracy: float
    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray  # how many samples each class has

    @property
    def macro(self) -> dict[str, float]:
        """The means over the classes, each class counting alike."""
        names = ("precision", "recall", "f1")
        return {name: float(np.mean(getattr(self, name))) for name in names}


@dataclass(frozen=True, eq=False)
class Curve:
    """What a threshold on the probability of one class trades against what, and the area below."""

    x: np.ndarray
    y: np.ndarray
    thresholds: np.ndarray
    area: float  # NaN where the samples are all of the class, or none is


@dataclass(frozen=True, eq=False)
class Calibration:
    """Whether sureness is earned: answers in bins of their probability, empty bins left out."""

    sure: np.ndarray  # the mean probability of the bin's answers
    right: np.ndarray  # the share of them that is right
    counts: np.ndarray

    @property
    def error(self) -> float:
        """Expected calibration error: the mean of |right − sure| over all answers."""
        return float(np.sum(self.counts * np.abs(self.right - self.sure)) / self.counts.sum())


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, by E. B. Wilson (1927): it never leaves [0, 1].

    (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
    """
    share, part = right / count, Z95 * Z95 / count
    middle = share + part / 2
    half = Z95 * math.sqrt(share * (1 - share) / count + part / count / 4)
    return max(0.0, (middle - half) / (1 + part)), min(1.0, (middle + half) / (1 + part))


def scores(labels: np.ndarray, answers: np.ndarray, classes: int) -> Scores:
    """Accuracy, and precision, recall and F1 of each class, from class numbers."""
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    each = precision_recall_fscore_support(
        labels, answers, labels=range(classes), zero_division=0.0
    )
    return Scores(float(accuracy_score(labels, answers)), *each)


def confusion(labels: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """counts[label, answer]."""
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(labels, answers, labels=range(classes))


def roc(labels: np.ndarray, probabilities: np.ndarray, of: int) -> Curve:
    """The receiver operating characteristic of class `of` against the rest.

    x: the share of the other classes' samples that pass the threshold; y: the share of the class's
    own. probabilities is [N, classes]. An area of 0.5 is chance, 1 perfect order.
    """
    from sklearn.metrics import auc, roc_curve

    own, chances = _one_against_rest(labels, probabilities, of)
    if own.all() or not own.any():
        return _no_curve()
    x, y, thresholds = roc_curve(own, chances)
    return Curve(x, y, thresholds, float(auc(x, y)))


def precision_recall(labels: np.ndarray, probabilities: np.ndarray, of: int) -> Curve:
    """Precision (y) against recall (x) of class `of`; the area is the average precision.

    It sums precision × the recall gained at each threshold, without drawing lines between them.
    The last point, recall 0 and precision 1, has no threshold.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    own, chances = _one_against_rest(labels, probabilities, of)
    if own.all() or not own.any():
        return _no_curve()
    y, x, thresholds = precision_recall_curve(own, chances)
    return Curve(x, y, thresholds, float(average_precision_score(own, chances)))


def calibration(labels: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> Calibration:
    """How often the likeliest class is right, against how probable the network finds it."""
    from sklearn.calibration import calibration_curve

    sure = np.asarray(probabilities, np.float64).max(1).clip(0, 1)
    hit = np.asarray(probabilities).argmax(1) == labels
    right, mean = calibration_curve(hit, sure, n_bins=bins, strategy="uniform")
    places = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure)
    counts = np.bincount(places, minlength=bins)
    return Calibration(mean, right, counts[counts > 0])


def regression(targets: np.ndarray, outputs: np.ndarray) -> dict[str, float]:
    """r2: the share of the targets' variance that is explained, NaN for fewer than two samples;
    mae: the mean absolute error."""
    from sklearn.metrics import mean_absolute_error, r2_score

    enough = len(targets) > 1
    return {
        "r2": float(r2_score(targets, outputs)) if enough else float("nan"),
        "mae": float(mean_absolute_error(targets, outputs)),
    }


def _one_against_rest(
    labels: np.ndarray, probabilities: np.ndarray, of: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which samples are of the class, and how probable the network finds it."""
    return np.asarray(labels) == of, np.asarray(probabilities)[:, of]


def _no_curve() -> Curve:
    nothing = np.zeros(0)
    return Curve(nothing, nothing, nothing, float("nan"))
