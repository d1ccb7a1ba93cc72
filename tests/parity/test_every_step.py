"""Answers at every step, masks and a carried state, against PyTorch: twenty steps of training."""

import pytest

from tests.engine.parity import BOUNDS
from tests.parity import every_step


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("carries", [False, True])
@pytest.mark.parametrize("cell", every_step.CELLS)
def test_twenty_steps(cell, carries, dtype):
    assert every_step.error(cell, carries, dtype) <= BOUNDS[dtype]
