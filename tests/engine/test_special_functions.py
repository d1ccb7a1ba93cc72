"""expm1, erf, sine, cosine and the gates' curves against float64, over all of float32."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit

from playground.engine.kernels import special_functions as special

PATTERNS = np.arange(0, 2**32, 1009, dtype=np.uint64).astype(np.uint32).view(np.float32)
FINITE = PATTERNS[np.isfinite(PATTERNS)]
USUAL = np.linspace(-20, 20, 400_001, dtype=np.float32)
EVERYWHERE = np.concatenate([FINITE, USUAL])
erf = np.vectorize(math.erf, otypes=[np.float64])


def gate(x):
    return np.exp(-np.logaddexp(0, -x))


# The function, where it is asked, its truth, and the error allowed in units in the last place.
CASES = {
    "expm1": (EVERYWHERE[EVERYWHERE <= 0], np.expm1, 1),
    "log": (FINITE[FINITE >= 2.0**-126], np.log, 2),
    "erf": (EVERYWHERE[::10], erf, 3.5),
    "gate": (EVERYWHERE[EVERYWHERE > -87], gate, 2.5),
    "bend": (EVERYWHERE, np.tanh, 3),
    "sin": (EVERYWHERE[np.abs(EVERYWHERE) < 1e5], np.sin, 2),
    "cos": (EVERYWHERE[np.abs(EVERYWHERE) < 1e5], np.cos, 2),
}


def over(name, x):
    """The function over a row, with the kernels' own flags."""
    function = getattr(special, name)

    @njit(error_model="numpy", fastmath={"contract"})
    def run(x, y):
        for i in range(x.size):
            y[i] = function(x[i])

    y = np.empty_like(x)
    run(x, y)
    return y


@pytest.mark.parametrize("name", CASES)
def test_within_units_of_the_last_place(name):
    x, function, units = CASES[name]
    truth = function(x.astype(np.float64))
    found = over(name, x).astype(np.float64)
    place = np.spacing(np.abs(truth).astype(np.float32)).astype(np.float64)
    # Below the smallest normal number a result may be flushed to zero.
    wrong = np.abs(found - truth) > units * place + (np.abs(truth) < 1.2e-38) * 1.2e-38
    assert not wrong.any(), f"{x[wrong][:5]}: {found[wrong][:5]}, not {truth[wrong][:5]}"


@pytest.mark.parametrize("name", CASES)
def test_float64_is_the_c_librarys(name):
    x = np.linspace(0.01, 20, 1001) if name == "log" else np.linspace(-20, 0, 1001)
    assert np.allclose(over(name, x), CASES[name][1](x), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", CASES)
def test_nan_stays_nan(name):
    assert np.isnan(over(name, np.float32([np.nan]))).all()


def test_ends():
    ends = np.float32([-np.inf, np.inf])
    assert over("erf", ends).tolist() == over("bend", ends).tolist() == [-1, 1]
    assert over("expm1", ends[:1]).tolist() == [-1]
    low, high = over("gate", ends)
    assert 0 <= low < 1e-37 and high == 1
    assert np.isnan(over("sin", ends)).all() and np.isnan(over("cos", ends)).all()


def test_angles_beyond_the_bound_count_as_the_bound():
    far, bound = np.float32([3e9, 1e30, -1e30]), np.float32([2**30, 2**30, -(2**30)])
    assert (over("sin", far) == over("sin", bound)).all()
    assert np.allclose(over("sin", bound), np.sin(bound.astype(np.float64)), atol=1e-6)
