"""The polynomials for exp, sigmoid and tanh against NumPy in float64, over all of float32."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from playground.engine import mathematics

# Every 7919th bit pattern: all signs, exponents and subnormals; then infinities and zeros.
PATTERNS = np.arange(0, 2**32, 7919, dtype=np.uint64).astype(np.uint32).view(np.float32)
EVERYWHERE = np.concatenate([PATTERNS[np.isfinite(PATTERNS)], np.float32([0, -0.0, np.inf, -np.inf])])
USUAL = np.linspace(-20, 20, 400_001, dtype=np.float32)


def sigmoid(x):
    return np.where(x < 0, np.exp(np.minimum(x, 0)), 1) / (1 + np.exp(-np.abs(x)))


TRUTH = {"exp": np.exp, "sigmoid": sigmoid, "tanh": np.tanh}
UNITS = {"exp": 2, "sigmoid": 3, "tanh": 2}  # allowed error, in units in the last place


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


@pytest.mark.parametrize("name", TRUTH)
def test_error_in_units_of_the_last_place(name):
    apply = compiled(name)
    with np.errstate(over="ignore", under="ignore"):
        for x in (EVERYWHERE, USUAL):
            found, truth = apply(x), TRUTH[name](x.astype(np.float64))
            rounded = truth.astype(np.float32)
            same = found == rounded  # infinities among them
            inside = np.isfinite(rounded)
            assert same[~inside].all(), x[~inside & ~same]
            unit = np.spacing(np.abs(rounded[inside])).astype(np.float64)
            apart = np.abs(found[inside] - truth[inside]) / unit
            assert apart.max() <= UNITS[name], (x[inside][apart.argmax()], apart.max())


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
