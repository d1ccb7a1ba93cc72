"""Every number that is said to change while a Run trains does so, at the next batch."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.engine import registry
from playground.experiment.parts import part
from tests.namesake import Decay

CIRCLE = Experiment.preset("circle")
LIVE = [
    (field, piece.type, option)
    for field, kind in (("optimizer", "optimizer"), ("regularization", "regularizer"))
    for piece in registry.pieces(kind)
    for option in registry.options(piece)
    if option.live
]


def trained(experiment, then=None):
    """The weights after two epochs, the Experiment being another one in the second."""
    run = Run(experiment)
    run.train(1)
    if then is not None:
        assert run.update(then) and run.experiment == then
    run.train(1)
    return run.network.parameters()


@pytest.mark.parametrize(
    ("field", "name", "option"), LIVE, ids=[f"{name}-{option.name}" for _, name, option in LIVE]
)
def test_live_options(field, name, option):
    start = CIRCLE.changed(**{field: {"type": name}})
    value = option.default / 2 if option.default else 0.5
    if option.name in ("beta_1", "beta_2", "rho", "alpha"):
        value = 0.5
    if option.name in ("limit", "epsilon"):
        value = 0.3
    other = start.changed(**{field: {"type": name, option.name: value}})
    usual, changed, from_the_start = trained(start), trained(start, other), trained(other)
    assert not np.array_equal(usual, changed)
    assert not np.array_equal(from_the_start, changed), "it held from the second epoch on"


@pytest.mark.parametrize("name", ["clip_norm", "clip_value"])
def test_clipping(name):
    start, other = CIRCLE, CIRCLE.changed(**{name: 0.01})
    usual, changed = trained(start), trained(start, other)
    assert not np.array_equal(usual, changed)
    assert np.array_equal(trained(other, start), trained(other, start))


def test_a_rate_changes_under_a_schedule():
    start = CIRCLE.changed(schedule={"type": "cosine", "epochs": 3})
    slower = start.changed(optimizer={"type": "sgd", "learning_rate": 0.001})
    assert not np.array_equal(trained(start), trained(start, slower))


def test_options_of_one_name_are_two_changes(monkeypatch):
    monkeypatch.setitem(registry._pieces["regularizer"], "decay", Decay)
    decay = part(Decay)
    start = CIRCLE.model_copy(update={"regularization": decay(type="decay", weight_decay=0.1)})
    other = start.model_copy(
        update={
            "regularization": decay(type="decay", weight_decay=0.2),
            "optimizer": start.optimizer.model_copy(update={"weight_decay": 0.3}),
            "clip_norm": 4.0,
        }
    )
    assert start.live_changes(other) == {
        ("optimizer", "weight_decay"): 0.3,
        ("regularizer", "weight_decay"): 0.2,
        ("clipping", "clip_norm"): 4.0,
    }
    usual = start.changed(regularization={"type": "l2", "rate": 0.1})
    same = other.changed(regularization={"type": "l2", "rate": 0.2})
    assert np.array_equal(trained(start, other), trained(usual, same))
