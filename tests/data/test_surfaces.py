"""Exact slopes of formulas against finite differences, the surfaces, and what is no surface."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import formula, surfaces
from playground.data.dual import PARTIALS
from playground.data.formula import FUNCTIONS, FormulaError, parse
from playground.data.surfaces import SURFACES, own

STEP = 1e-6
X, Y = np.random.default_rng(3).uniform(0.1, 0.9, (2, 60))  # where every function has a value


def differences(of, x, y):
    by_x = (of(x + STEP, y) - of(x - STEP, y)) / (2 * STEP)
    return by_x, (of(x, y + STEP) - of(x, y - STEP)) / (2 * STEP)


def agree(text, x=X, y=Y):
    rule = parse(text)
    for exact, close in zip(rule.slopes(x, y), differences(rule, x, y), strict=True):
        np.testing.assert_allclose(exact, close, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_slope(name):
    count, _ = FUNCTIONS[name]
    agree(f"{name}(x y)" if count == 1 else f"{name}(2 x, y)")


@pytest.mark.parametrize(
    "text",
    [*formula.VARIABLES, "x + y", "x - 3 y", "-x y", "x / y", "x^2 y^3", "x^y", "2^x", "x^-1.5"],
)
def test_every_sign_and_variable_has_its_slope(text):
    agree(text)


def test_negative_bases_have_slopes_where_the_power_is_a_number():
    agree("x^2 + x^3 y^2", -X, -Y)


@given(st.sampled_from(sorted(SURFACES)), st.floats(0, 1), st.floats(0, 1))
def test_slopes_of_every_surface(name, right, up):
    ground = SURFACES[name]
    x = np.array([ground.left + right * (ground.right - ground.left)])
    y = np.array([ground.bottom + up * (ground.top - ground.bottom)])
    rule = ground.formula
    for exact, close in zip(rule.slopes(x, y), differences(rule, x, y), strict=True):
        np.testing.assert_allclose(exact, close, rtol=1e-4, atol=1e-3)


def test_slopes_where_there_is_none():
    nothing = np.zeros(1)
    assert parse("abs(x) + r + sign(y)").slopes(nothing, nothing) == (0, 0)
    assert parse("floor(x) + 3").slopes(X, Y)[0].tolist() == [0] * 60
    assert parse("7").slopes(X, Y)[1].shape == X.shape
    assert np.isnan(parse("sqrt(x)").slopes(-X, Y)).all()
    with pytest.raises(TypeError):
        np.heaviside(parse("x")._node({"x": surfaces}), 0)  # what has no rule is refused


def test_every_ufunc_of_the_language_has_a_rule():
    wanted = {rule for _, rule in FUNCTIONS.values() if isinstance(rule, np.ufunc)}
    assert wanted <= set(PARTIALS)


@pytest.mark.parametrize("name", SURFACES)
def test_the_lowest_places_are_the_lowest(name):
    ground = SURFACES[name]
    x, y = np.array(ground.minima, float).T
    np.testing.assert_allclose(ground.formula(x, y), ground.lowest, atol=1e-9)
    np.testing.assert_allclose(ground.formula.slopes(x, y), 0, atol=1e-4)
    assert ground.grid(301).min() >= ground.lowest - 1e-12
    assert ground.left <= ground.start[0] <= ground.right
    assert ground.bottom <= ground.start[1] <= ground.top
    assert ground.top - ground.bottom == pytest.approx(0.8 * (ground.right - ground.left))


REFUSED = {
    "__import__('os')": "means nothing",
    "__import__": "Something is missing",
    "9**9**9": "beyond all bounds",
    "1/0": "no height",
    "x**x": "no height on",
    "x" * 300: "too long",
    "(" * 60 + "x": "nested",
    "x > y": "no comparison",
    "5": "flat",
    "sqrt(x)": "no height on",
    "exp(exp(exp(x)))": "beyond all bounds",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_surface_is_refused_in_words(text):
    with pytest.raises(FormulaError, match=REFUSED[text]):
        own(text, 4.0)


def test_a_formula_of_ones_own():
    ground = own(" x^2 + 2 y^2 ", 3.0)
    assert (ground.left, ground.top) == (-3, pytest.approx(2.4))
    assert float(ground.formula(np.array(1.0), np.array(1.0))) == 3
    assert own("", 3.0).expression == surfaces.EXAMPLE
