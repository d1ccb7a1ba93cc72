"""Every layer, activation and loss against central differences in float64.

(L(p + h) − L(p − h)) / 2h needs no second formula: it is the definition of what the backward
kernels claim to compute. With h = 1e-7 its own error is about 1e-9, and a ReLU or a maximum hardly
ever changes sides in between.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.again import Again
from tests.engine.cases import CASES

STEP = 1e-7
MOST = 3  # numbers of each array that are moved alone


def difference(again: Again, array: np.ndarray, way) -> float:
    """The slope of the loss as `array`, a parameter or the input, moves that way."""
    start, losses = array.copy(), []
    for side in (1, -1):
        array[...] = start + side * STEP * way
        losses.append(again.loss())
    array[...] = start
    return (losses[0] - losses[1]) / (2 * STEP)


def check(again, array, gradient, what) -> None:
    random = np.random.default_rng(3)
    ways = list(np.eye(array.size)[random.permutation(array.size)[:MOST]])
    ways.append(random.standard_normal(array.size))  # all of its numbers at once
    ways[-1] /= np.linalg.norm(ways[-1])
    ways = [way.reshape(array.shape) for way in ways]
    found = np.array([difference(again, array, way) for way in ways])
    claimed = np.array([np.vdot(gradient, way) for way in ways])
    apart = np.abs(found - claimed).max()
    assert apart <= 1e-7 * max(1.0, np.abs(claimed).max()), f"{what}: {apart:.2g}"


TRAINING = [(case, True) for case in CASES]
PREDICTION = [(case, False) for case in CASES if case.differs_in_training]


@pytest.mark.parametrize(("case", "training"), TRAINING + PREDICTION, ids=str)
def test_gradients(case, training):
    network, (x, y) = case.network("float64"), case.batch()
    x = x.astype(np.float64)
    again = Again(network, x, y, training)
    loss, gradients, gradient_of_input = again.gradients
    assert again.loss() == loss == network.gradients(x, y, training)[0]
    told = network.loss.evaluate(network.predict(x), y)
    same = not (training and case.differs_in_training)
    assert (loss == pytest.approx(told, rel=1e-12)) == same
    copied = network.loss.reconstructs  # there a change of the input changes what is right, too
    if not case.symbols and not copied:
        check(again, x, gradient_of_input, "input")
    assert set(gradients) == {name for name, (p, *_) in network.declared.items() if p.trained}
    for name, gradient in gradients.items():
        unused = "weight_hh" in name and case.shape[0] == 1  # one step: there is no step before
        small = np.abs(gradient).max() < 1e-4
        assert small == unused, f"{name}: a gradient of zeros checks nothing"
        check(again, network.parameter(name), gradient, name)
