"""The recipe's last word: what it says, and that everything behind it reaches the Experiment."""

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine import registry
from playground.experiment import Experiment
from playground.web.frame.desk import Desk
from playground.web.parts import more

CIRCLE = Experiment.preset("circle")
DIGITS = Experiment.preset("mnist_linear").changed(data={"type": "mnist", "samples": 200})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "more"),
        ({"schedule": {"type": "cosine"}}, "cosine rate, more"),
        ({"clip_norm": 1.0}, "clipped gradients, more"),
        ({"clip_value": 1.0, "accumulate": 4}, "clipped gradients, 4 batches a step, more"),
        ({"shuffle": False}, "unshuffled, more"),
        ({"stop": {"epochs": 1}}, "1 epoch, more"),
        ({"stop": {"epochs": 5000, "target_loss": 0.05}}, "5,000 epochs, until loss 0.05, more"),
        ({"stop": {"target_accuracy": 0.975}}, "until 97.5 % right, more"),
        (
            {"stop": {"patience": 3}, "shuffle": False, "accumulate": 2},
            "2 batches a step, unshuffled, +1, more",
        ),
    ],
)
def test_the_sentence_names_what_is_not_as_usual(changes, words):
    assert more.label(CIRCLE.changed(**changes)) == words


def test_every_schedule_has_words():
    for name in registry.names("schedule"):
        label = more.label(CIRCLE.changed(schedule={"type": name}))
        assert (label == "more") == (name == "constant")


def form():
    import streamlit as st

    from playground.web.parts import more

    more.form(st.session_state["desk"])


def opened(experiment, topic):
    desk = Desk("test", lambda: experiment, lambda one: "")
    desk.ready()
    app = AppTest.from_function(form)
    app.session_state["desk"], app.session_state["test_more"] = desk, topic
    app.run()
    assert not app.exception
    return app, app.session_state["desk"]


def field(app, label):
    return next(
        one for one in [*app.number_input, *app.toggle, *app.selectbox] if one.label == label
    )


def test_conditions_to_stop():
    app, desk = opened(CIRCLE, "Stop")
    run = desk.run
    field(app, "After epochs").set_value(30).run()
    field(app, "At a loss of").set_value(0.05).run()
    field(app, "At an accuracy of, %").set_value(99.5).run()
    field(app, "Patience, epochs").set_value(4).run()
    field(app, "A fall is at least").set_value(0.001).run()
    field(app, "Bring back the best weights").set_value(False).run()
    assert desk.experiment.stop.model_dump() == {
        "epochs": 30,
        "target_loss": 0.05,
        "target_accuracy": 0.995,
        "patience": 4,
        "min_delta": 0.001,
        "restore_best": False,
    }
    assert desk.run is run and run.experiment == desk.experiment, "all of it while it trains"
    field(app, "After epochs").set_value(None).run()
    assert desk.experiment.stop.epochs is None
    assert all(one.help for one in [*app.number_input, *app.toggle])


def test_points_are_kept_aside_for_validation():
    app, desk = opened(CIRCLE, "Stop")
    assert "patience at the training set" in app.caption[-1].value
    app.slider[0].set_value(30).run()
    assert desk.experiment.data.validation_fraction == 0.3 and len(desk.run.data.validation) == 75
    app.run()
    assert "patience at the validation set" in app.caption[-1].value
    assert not opened(DIGITS, "Stop")[0].slider


@pytest.mark.parametrize("data", registry.names("data"))
def test_conditions_stand_for_every_kind_of_data(data):
    """Points of one's own have no share for validation."""
    desk = Desk("test", lambda: CIRCLE, lambda one: "")
    desk.experiment = Experiment.model_construct(
        **{
            **dict(CIRCLE),
            "data": type(CIRCLE)
            .model_validate({**CIRCLE.described(), "data": {"type": data}})
            .data,
        }
    )
    app = AppTest.from_function(form)
    app.session_state["desk"], app.session_state["test_more"] = desk, "Stop"
    app.run()
    assert not app.exception
    assert {"After epochs", "Patience, epochs"} <= {one.label for one in app.number_input}


def test_values_have_no_accuracy():
    app, _ = opened(Experiment.preset("reg_plane"), "Stop")
    assert "At an accuracy of, %" not in {one.label for one in app.number_input}


def test_steps():
    app, desk = opened(CIRCLE, "Steps")
    run = desk.run
    field(app, "Clip by norm").set_value(0.5).run()
    field(app, "Clip by value").set_value(0.25).run()
    assert desk.run is run, "clipping changes while it trains"
    field(app, "Batches per step").set_value(3).run()
    field(app, "Shuffle in every epoch").set_value(False).run()
    now = desk.experiment
    assert (now.clip_norm, now.clip_value, now.accumulate, now.shuffle) == (0.5, 0.25, 3, False)


def test_the_course_of_the_rate():
    app, desk = opened(CIRCLE, "Rate")
    field(app, "The learning rate").set_value("cosine").run()
    field(app, "Lowest").set_value(0.1).run()
    assert desk.experiment.schedule.described() == {"type": "cosine", "epochs": 10.0, "lowest": 0.1}


def test_images_may_be_changed_and_points_not():
    app, desk = opened(DIGITS, "Images")
    field(app, "Training images").set_value("images").run()
    field(app, "Shift").set_value(3.0).run()
    assert desk.experiment.augmentation.shift == 3.0 and desk.run.experiment == desk.experiment
    app, _ = opened(CIRCLE, "Rate")
    assert "Images" not in app.button_group[0].options
