"""What follows from a frozen Experiment is worked out once."""

import pytest

from playground import engine
from playground.engine import network
from playground.experiment import Experiment, ValidationError, checks, edits

CIRCLE = Experiment.preset("circle")


@pytest.fixture
def planned(monkeypatch):
    """The stacks that are planned from now on, in words."""
    stacks, plan = [], engine.plan

    def counted(layers, shape, columns=None):
        stacks.append(" ".join(str(getattr(layer, "units", layer.type)) for layer in layers))
        return plan(layers, shape, columns)

    for module in (engine, network):
        monkeypatch.setattr(module, "plan", counted)
    return stacks


def stack(*units, **changes):
    return CIRCLE.changed(layers=[{"type": "dense", "units": n} for n in (*units, 1)], **changes)


def test_a_stack_is_planned_once(planned):
    experiment = stack(31, 7)
    assert experiment.plan() is experiment.plan()
    experiment.check().mismatch()
    for rate in (0.001, 0.1, 1.0):
        experiment.changed(optimizer={"type": "sgd", "learning_rate": rate}).check()
    Experiment.from_link(experiment.to_link())
    assert planned == ["31 7 1"]
    assert experiment.plan().parameters == 3 * 31 + 32 * 7 + 8


def test_other_layers_and_other_data_are_other_plans(planned):
    stack(32, 7).plan(), stack(32, 8).plan()
    more = stack(32, 8, data={"type": "circle", "features": ["x1", "x2", "x1_x2"]})
    assert more.plan().input_shape == (3,) and more.plan().parameters == 4 * 32 + 33 * 8 + 9
    assert planned == ["32 7 1", "32 8 1", "32 8 1"]


def test_a_stack_that_does_not_fit_is_planned_once_too(planned):
    broken = CIRCLE.changed(layers=[{"type": "dense", "units": 33}, {"type": "max_pool2d"}])
    errors = []
    for _ in range(3):
        with pytest.raises(engine.ShapeError) as caught:
            broken.plan()
        errors.append(caught.value)
    assert planned == ["33 max_pool2d"]
    assert len(set(map(id, errors))) == 3 and len({error.message for error in errors}) == 1
    assert errors[0].position == errors[2].position == 1 and errors[2].fixes == errors[0].fixes
    assert edits.problem(broken).message == errors[0].message and len(planned) == 1


def test_what_is_checked_and_fits_is_not_checked_again(monkeypatch):
    asked, problem = [], checks.problem
    monkeypatch.setattr(checks, "problem", lambda e: asked.append(e) or problem(e))
    experiment = stack(34)
    for _ in range(4):
        assert experiment.check() is experiment
    assert asked == [experiment]


def test_what_is_refused_is_refused_again():
    for _ in range(2):
        with pytest.raises(ValidationError, match="at least one layer"):
            CIRCLE.changed(layers=[]).check()
        with pytest.raises(ValidationError, match="2 outputs"):
            CIRCLE.changed(layers=[{"type": "dense", "units": 2}]).check()
