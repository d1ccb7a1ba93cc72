"""Branches that nothing joins: they change no answer and get no gradient."""

from __future__ import annotations

import numpy as np

from tests.engine.cases import Case, dense, layer


def test_a_branch_that_nobody_joins_has_gradient_zero():
    case = Case(
        "dead", (dense(4, "tanh"), dense(5, "gelu"), layer("branch", from_layer=1), dense(2)), (3,)
    )
    network = case.network()
    x, y = case.batch()
    loss, gradients = network.gradients(x, y)
    short = Case("alive", (dense(4, "tanh"), dense(2)), (3,)).network()
    state = network.state_dict()
    names = {"0.weight": "0.weight", "0.bias": "0.bias", "1.weight": "3.weight", "1.bias": "3.bias"}
    short.load_state_dict({ours: state[theirs] for ours, theirs in names.items()})
    truth, expected = short.gradients(x, y)
    assert loss == truth
    for ours, theirs in names.items():
        np.testing.assert_array_equal(gradients[theirs], expected[ours])
    assert not gradients["1.weight"].any() and not gradients["1.bias"].any()
