"""Long sums keep their digits in float32: beside the engine's own float64."""

from __future__ import annotations

import pytest

from tests.engine.case import FLATTEN, Case, dense, layer
from tests.engine.compare import distances
from tests.engine.test_reference import one_batch

CONVOLUTION = layer("conv2d", filters=8, kernel_size=3, padding=1, activation="softsign")


@pytest.mark.parametrize("norm", ["layer_norm", "batch_norm", "local_response_norm"])
def test_sums_over_many_pixels(norm):
    """A bias that is there first, and parts of 256 addends, cost up to twelve times as much."""
    layers = CONVOLUTION, layer(norm), FLATTEN, dense(10)
    case = Case(norm, layers, (1, 28, 28), "softmax_cross_entropy", samples=32)
    apart = distances(one_batch(case, "float32"), one_batch(case, "float64"))
    assert apart["outputs"] < 5e-7
    assert max(apart.values()) < 1e-6
