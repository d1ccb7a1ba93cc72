"""The update by hand is the engine's, for every penalty with every optimizer and clipping."""

import pytest

from playground import Experiment, Run
from playground.analysis.one_step import next_step
from playground.engine import registry
from playground.engine.kernels import updates
from playground.engine.regularizers import Regularizer
from tests.engine.parity import settled

CIRCLE = Experiment.preset("circle")
STRONG = {  # penalties that change every step
    "l1": {"rate": 0.1},
    "l2": {"rate": 0.1},
    "elastic_net": {"l1": 0.05, "l2": 0.1},
    "max_norm": {"limit": 0.05},
}
CLIPS = [{}, {"clip_norm": 0.01}, {"clip_value": 0.001}, {"clip_norm": 0.01, "clip_value": 0.004}]
ENTRIES = [("0.weight", (1, 0)), ("1.weight", (0, 2)), ("1.bias", (1,))]


def check(experiment, epochs=1):
    run = Run(experiment)
    run.train(epochs, callback=lambda record: None)
    explanations = [next_step(run, name, index) for name, index in ENTRIES]
    run.step()
    for explanation in explanations:
        engine = run.network.parameter(explanation.name)[explanation.index]
        assert explanation.new_value == pytest.approx(engine, rel=2e-6, abs=2e-7)
        assert explanation.lines[-1].value == explanation.new_value
    return explanations


@pytest.mark.parametrize("clip", CLIPS, ids=str)
@pytest.mark.parametrize("penalty", settled("regularizer"))
@pytest.mark.parametrize("optimizer", settled("optimizer"))
def test_every_penalty_with_every_optimizer_and_clipping(optimizer, penalty, clip):
    described = {"type": penalty, **STRONG.get(penalty, {})}
    experiment = CIRCLE.changed(optimizer={"type": optimizer}, regularization=described, **clip)
    check(experiment)
    first, *_, bias = check(experiment, epochs=0)  # of long weights: a bound shortens them
    texts = [line.formula for line in first.lines]
    piece = registry.get("regularizer", penalty)
    for formula, emits in ((piece.pull, piece.before), (piece.move, piece.after)):
        changes = emits not in (Regularizer.before, Regularizer.after)
        assert (formula.text in texts) == changes
        assert formula.text not in [line.formula for line in bias.lines]


@pytest.mark.parametrize(
    "optimizer",
    [
        {"type": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {"type": "rmsprop", "centered": True, "momentum": 0.5},
        {"type": "adamw", "weight_decay": 0.2},
    ],
    ids=str,
)
def test_max_norm_with_options(optimizer):
    bound = {"type": "max_norm", "limit": 0.05}
    experiment = CIRCLE.changed(optimizer=optimizer, regularization=bound)
    check(experiment, epochs=2)
    first, *_ = check(experiment, epochs=0)
    assert first.lines[-1].formula == "p′ · c / ‖w′‖"


def test_max_norm_of_short_weights_changes_nothing():
    bound = {"type": "max_norm", "limit": 100.0}
    first, *_ = check(CIRCLE.changed(regularization=bound))
    assert [line.symbol for line in first.lines] == ["p′"]


def test_a_penalty_is_asked_itself(monkeypatch):
    """Whatever its operations do, with no formula that is known here."""

    def before(self, build, p, g, settings):
        build.op(updates.l2, p, g, build.setting(0.5), whole=True)

    def after(self, build, p, settings, rate):
        build.op(updates.l1, p, build.setting(0.2), rate, whole=True)

    piece = registry.get("regularizer", "l2")
    for name, value in (("before", before), ("after", after), ("pull", Regularizer.pull)):
        monkeypatch.setattr(piece, name, value)
    first, *_ = check(CIRCLE.changed(regularization={"type": "l2"}))
    assert [line.symbol for line in first.lines] == ["g", "p′", "p′"]
    assert "changed by the penalty" in first.lines[0].formula
