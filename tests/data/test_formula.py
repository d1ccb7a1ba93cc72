"""Formulas that people type: what they mean, what is refused and why; and points by them."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import formula
from playground.data.formula import FormulaError, parse
from playground.data.own_formula import EXAMPLES, OwnFormula
from playground.experiment import Experiment, ValidationError

X, Y = np.random.default_rng(1).uniform(-3, 3, (2, 50))
R = np.hypot(X, Y)
MEANINGS = {
    "2x": 2 * X,
    "-x^2": -(X**2),
    "2^-1 x": X / 2,
    "2^3^2 x / 512": X,
    "(-x)**2": X * X,
    "x y": X * Y,
    "3(x+1)(y-1)": 3 * (X + 1) * (Y - 1),
    "x1 − x₂": X - Y,
    "X² + Y³": X**2 + Y**3,
    "√r": np.sqrt(R),
    "2 sin(x) cos(π y)": 2 * np.sin(X) * np.cos(np.pi * Y),
    "ln(e) x": X,
    "max(x, y) - min(x, y)": abs(X - Y),
    "angle": np.arctan2(Y, X),
    "1e-1 x · .5": X / 20,
    "y > 2 sin(x)": Y - 2 * np.sin(X),
    "y = x²": Y - X**2,
    "1 < r ≤ 3": np.minimum(R - 1, 3 - R),
    "x > 0 and y > 0": np.minimum(X, Y),
    "x > 0 or not y > 0": np.maximum(X, -Y),
    "7": np.full(50, 7.0),
}
NONE = {
    "": "no formula",
    "  ": "no formula",
    "__import__('os')": "means nothing",
    "x.real": "means nothing",
    "import os": "“import” is not known",
    "foo(x)": "“foo” is not known",
    "x" * 300: "too long",
    "(" * 150: "nested",
    "-" * 150 + "x": "nested",
    "2^" * 90 + "x": "nested",
    "sin x": "sin(x)",
    "sin(x, y)": "one number",
    "min(x)": "2 numbers",
    "x +": "ends too early",
    "* x": "missing before “*”",
    "(x": "not closed",
    "x)": "too much",
    "0,5 x": "decimals with a point",
    "1..2": "sign is missing",
    "x <": "ends too early",
}


@pytest.mark.parametrize("text", MEANINGS)
def test_what_is_meant(text):
    assert np.allclose(parse(text)(X, Y), MEANINGS[text], rtol=1e-12)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_formula_is_told(text):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert NONE[text] in str(caught.value)


@given(st.text("xyr12.e^*()+-/<>=,sincominaxlg and or not²√", max_size=200))
def test_any_text_is_a_formula_or_a_sentence(text):
    try:
        values = parse(text)(X, Y)
    except FormulaError as error:
        assert str(error)[-1] in ".)" or "example" in str(error)
    else:
        assert values.shape == X.shape and values.dtype == np.float64


def test_huge_powers_cost_nothing():
    """Numbers are float64: there is no work in 9**9**9, as there is with Python's integers."""
    start = time.process_time()
    parse("1 + 1")(X, Y)
    plain = time.process_time() - start
    start = time.process_time()
    assert np.isinf(parse("9**9**9 + 9**9**9**9")(X, Y)).all()
    assert time.process_time() - start < 100 * plain + 0.01


@pytest.mark.parametrize(
    ("task", "expression", "reason"),
    [
        ("classification", "9**9**9", "almost nowhere"),
        ("classification", "1/0", "almost nowhere"),
        ("classification", "log(-r)", "almost nowhere"),
        ("classification", "x > 9", "would be orange"),
        ("classification", "1", "would be blue"),
        ("regression", "x > 0", "no comparison"),
        ("regression", "eval(x)", "not known"),
    ],
)
def test_rules_that_teach_nothing_are_refused(task, expression, reason):
    data = {"type": "own_formula", "task": task, "expression": expression}
    with pytest.raises(ValidationError, match=reason):
        Experiment.preset("circle").changed(data=data)


@pytest.mark.parametrize("expression", EXAMPLES["classification"])
def test_points_are_blue_where_it_holds(expression):
    data = OwnFormula(expression=expression, samples=300).load(3)
    points = data.train.points.astype(float)
    holds = formula.parse(expression)(*points.T) > 0
    sure = abs(formula.parse(expression)(*points.T)) > 1e-5  # places are kept in float32
    assert (data.train.y == holds)[sure].all() and sure.mean() > 0.9
    assert set(data.train.y) == {0, 1} and np.abs(points).max() <= 6


@pytest.mark.parametrize("expression", [*EXAMPLES["regression"], "x^3", "x^x"])
def test_values_are_what_it_says_within_one(expression):
    data = OwnFormula(task="regression", expression=expression, samples=300).load(3)
    heights = formula.parse(expression)(*data.train.points.astype(float).T)
    share = data.train.y / heights
    assert np.abs(data.train.y).max() <= 1 and np.isfinite(heights).all()
    inside = np.abs(data.train.y) < 1
    assert np.allclose(share[inside], np.median(share[inside]), rtol=1e-3)


def test_noise_moves_what_is_asked_and_draws_the_same_again():
    plain, noisy, again = (
        OwnFormula(expression="x > 0", noise=noise).load(5) for noise in (0, 50, 50)
    )
    assert ((plain.train.x[:, 0] > 0) == plain.train.y).all()
    assert 0.05 < ((noisy.train.x[:, 0] > 0) != noisy.train.y).mean() < 0.5
    assert (noisy.train.x == again.train.x).all() and (noisy.train.y == again.train.y).all()
