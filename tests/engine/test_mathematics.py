"""The functions that kernels use against NumPy in float64, over all of float32."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from playground.engine.kernels import mathematics

# Every 1009th bit pattern, 8,000 for each sign and exponent and for the subnormals; then zeros and
# infinities.
PATTERNS = np.arange(0, 2**32, 1009, dtype=np.uint64).astype(np.uint32).view(np.float32)
ENDS = np.float32([0, -0.0, np.inf, -np.inf])
EVERYWHERE = np.concatenate([PATTERNS[np.isfinite(PATTERNS)], ENDS])
USUAL = np.linspace(-20, 20, 400_001, dtype=np.float32)
BELOW_ONE = np.concatenate([PATTERNS[(PATTERNS >= 0) & (PATTERNS <= 1)], np.float32([0, 1])])


def sigmoid(x):
    return np.where(x < 0, np.exp(np.minimum(x, 0)), 1) / (1 + np.exp(-np.abs(x)))


TRUTH = {"exp": np.exp, "sigmoid": sigmoid, "tanh": np.tanh}
UNITS = 2  # allowed error, in units in the last place


def compiled(name):
    """The function as kernels get it: over a row, with the kernels' own flags."""
    function = getattr(mathematics, name)

    @njit(fastmath={"contract"}, error_model="numpy")
    def run(x, y):
        for i in range(x.size):
            y[i] = function(x[i])

    def apply(x):
        y = np.empty_like(x)
        run(x, y)
        return y

    return apply


def check(name, truth, x):
    with np.errstate(over="ignore", under="ignore"):
        found, true = compiled(name)(x), truth(x.astype(np.float64))
        rounded = true.astype(np.float32)
    inside = np.isfinite(rounded)
    wrong = ~inside & (found != rounded)  # infinities are met exactly
    assert not wrong.any(), (x[wrong], found[wrong])
    unit = np.spacing(np.abs(rounded[inside])).astype(np.float64)
    apart = np.abs(found[inside] - true[inside]) / unit
    worst = apart.argmax()
    assert apart[worst] <= UNITS, (x[inside][worst], apart[worst])


@pytest.mark.parametrize("name", TRUTH)
def test_error_in_units_of_the_last_place(name):
    for x in (EVERYWHERE, USUAL):
        check(name, TRUTH[name], x)


def test_log1p_from_0_to_1():
    check("log1p", np.log1p, BELOW_ONE)


def test_every_exponent_is_among_the_numbers():
    exponents = EVERYWHERE.view(np.uint32) >> 23
    assert (np.bincount(exponents, minlength=512)[np.r_[0:255, 256:511]] > 8000).all()


@pytest.mark.parametrize("name", TRUTH)
def test_nan_stays_nan(name):
    assert np.isnan(compiled(name)(np.float32([np.nan, -np.nan]))).all()


def test_ends():
    ends = np.float32([-np.inf, np.inf])
    assert compiled("exp")(ends).tolist() == [0, np.inf]
    assert compiled("sigmoid")(ends).tolist() == [0, 1]
    assert compiled("tanh")(ends).tolist() == [-1, 1]


@pytest.mark.parametrize("name", TRUTH)
def test_float64_is_the_truth_itself(name):
    x = np.linspace(-30, 30, 10_001)
    assert np.allclose(compiled(name)(x), TRUTH[name](x), rtol=1e-14, atol=0)
    plain = [getattr(mathematics, name)(float(value)) for value in x[::1000]]
    assert np.allclose(plain, TRUTH[name](x[::1000]), rtol=1e-14, atol=0)
