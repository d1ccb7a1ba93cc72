"""Metrics against counts and definitions that can be checked by hand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from playground.analysis import metrics

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
ANSWERS = np.array([0, 0, 1, 1, 0, 2, 2, 1, 2])


def test_scores_by_hand():
    found = metrics.scores(LABELS, ANSWERS, 4)
    assert found.accuracy == pytest.approx(6 / 9)
    assert found.precision == pytest.approx([2 / 3, 1 / 3, 1, 0])
    assert found.recall == pytest.approx([2 / 3, 1 / 2, 3 / 4, 0])
    assert found.f1 == pytest.approx([2 / 3, 2 / 5, 6 / 7, 0])
    assert found.support.tolist() == [3, 2, 4, 0]
    assert found.macro["f1"] == pytest.approx((2 / 3 + 2 / 5 + 6 / 7) / 4)
    assert found.macro["precision"] == pytest.approx(2 / 4)
    assert set(found.macro) == {"precision", "recall", "f1"}


def test_confusion_by_hand():
    counts = metrics.confusion(LABELS, ANSWERS, 4)
    assert counts.tolist() == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 1, 3, 0], [0, 0, 0, 0]]


def test_areas_are_chances_of_the_right_order():
    random = np.random.default_rng(1)
    labels, p = random.integers(0, 3, 200), random.dirichlet(np.ones(3), 200)
    for of in range(3):
        own, other = p[labels == of, of], p[labels != of, of]
        ahead = (own[:, None] > other).mean() + (own[:, None] == other).mean() / 2
        curve = metrics.roc(labels, p, of)
        assert curve.area == pytest.approx(ahead, abs=1e-12)
        assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
        assert len(curve.thresholds) == len(curve.x)


def test_average_precision_by_its_definition():
    random = np.random.default_rng(2)
    labels, p = random.integers(0, 2, 60), random.dirichlet(np.ones(2), 60)
    order = np.argsort(-p[:, 1])
    hits = labels[order] == 1
    precision = np.cumsum(hits) / np.arange(1, 61)
    curve = metrics.precision_recall(labels, p, 1)
    assert curve.area == pytest.approx(precision[hits].mean(), abs=1e-12)
    assert (curve.x[0], curve.x[-1], curve.y[-1]) == (1, 0, 1)


@pytest.mark.parametrize("measure", [metrics.roc, metrics.precision_recall])
def test_perfect_order_and_no_order(measure):
    labels, p = np.array([0, 0, 1, 1]), np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9]])
    assert measure(labels, p, 1).area == pytest.approx(1)
    for only in (0, 1):
        nothing = measure(np.full(4, only), p, 1)
        assert np.isnan(nothing.area) and nothing.x.size == nothing.y.size == 0


def test_regression_by_hand():
    targets, outputs = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.0, 3.0, 3.0, 4.0])
    found = metrics.regression(targets, outputs)
    assert found["mae"] == pytest.approx(3 / 4)
    assert found["r2"] == pytest.approx(1 - 5 / 14)
    alone = metrics.regression(targets[:1], outputs[:1])
    assert np.isnan(alone["r2"]) and alone["mae"] == 0


@pytest.mark.parametrize("right, count", [(0, 7), (7, 7), (1, 2), (9906, 10_000), (50, 100)])
def test_wilson_is_scipys(right, count):
    found = stats.binomtest(right, count).proportion_ci(0.95, "wilson")
    assert metrics.wilson(right, count) == pytest.approx((found.low, found.high), abs=1e-7)


def test_calibration_by_hand():
    sure = np.array([0.9, 0.95, 1.0, 0.62, 0.64, 0.5])  # two bins and the edge of a third
    probabilities = np.stack([sure, 1 - sure], 1)
    labels = np.array([0, 0, 1, 0, 1, 0])
    found = metrics.calibration(labels, probabilities)
    assert found.counts.tolist() == [1, 2, 1, 2]  # an edge belongs to the bin below
    assert found.sure == pytest.approx([0.5, 0.63, 0.9, 0.975])
    assert found.right == pytest.approx([1, 0.5, 1, 0.5])
    error = (0.5 + 2 * 0.13 + 0.1 + 2 * 0.475) / 6
    assert found.error == pytest.approx(error)


def test_nobody_pays_for_scikit_learn_before_asking():
    code = "import sys, playground.analysis.metrics; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
