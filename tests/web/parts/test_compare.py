"""Comparing, going back, hiding controls, the tour: on the page, without a browser."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.analysis.pinned_runs import MOST
from playground.experiment import Experiment, controls
from playground.views.packing import unpack
from playground.web.frame.events import PinAct
from playground.web.parts import compare
from tests.web.wire import send

APP = str(Path(__file__).resolve().parents[3] / "app.py")


def opened(**query):
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    while desk(app).run and desk(app).snapshot().status == "compiling":
        time.sleep(0.1)
    return app.run()


@pytest.fixture
def app():
    test = opened()
    yield test
    desk(test).run.close()


def desk(app):
    return app.session_state["desks"]["playground"]


def labelled(kind, label):
    return [one for one in kind if one.label == label]


def press(app, label):
    labelled(app.button, label)[0].click().run()
    assert not app.exception


def words(app):
    return " ".join(element.value for element in app.markdown)


def payload(app, name):
    """What the live component called so got."""
    return next(
        unpack(element.proto.bytes)
        for element in app.get("bidi_component")
        if name in element.proto.id
    )


def train(app, epochs):
    desk(app).run.train(epochs)
    app.run()


# ---- compare ----


def test_runs_are_pinned_drawn_renamed_opened_and_removed(app):
    press(app, "Dismiss")
    app.session_state["panel"] = "Compare"
    app.run()
    assert labelled(app.button, "Pin this run")[0].disabled
    for rate in (0.03, 0.1, 0.3, 1.0):
        desk(app).put(("optimizer", "learning_rate"), rate)
        desk(app).reset()
        train(app, 3)
        press(app, "Pin this run")
    kept = app.session_state["runs.Pins"]
    assert [pin.letter for pin in kept.kept] == list("ABCD")
    table = payload(app, "runs")
    assert [row["difference"] for row in table["rows"]] == [
        "the reference",
        "learning rate 0.03 → 0.1",
        "learning rate 0.03 → 0.3",
        "learning rate 0.03 → 1",
    ]
    assert len(payload(app, "compare")["figure"]["data"]) == 4
    send(app, "runs", "act", {"verb": "rename", "run": "B", "name": "faster"})
    send(app, "runs", "act", {"verb": "remove", "run": "D"})
    send(app, "runs", "act", {"verb": "open", "run": "A"})
    assert desk(app).experiment.optimizer.learning_rate == 0.03
    assert desk(app).snapshot().step == 0
    train(app, 3)
    again = desk(app).snapshot().history["test_loss"]
    assert again.tolist() == kept.find("A").history["test_loss"].tolist()
    assert [row["name"] for row in payload(app, "runs")["rows"]] == ["Run A", "faster", "Run C"]


@pytest.mark.parametrize("verb", ["open", "remove", "rename"])
def test_an_event_that_comes_too_late_is_left_alone(app, verb):
    kept = compare.Pins()
    kept.add(desk(app).snapshot())
    compare.act(desk(app), kept, PinAct(verb=verb, run="Z"))
    assert len(kept.kept) == 1 and kept.kept[0].name == "Run A"


def test_the_run_on_the_page_shows_among_them_until_it_is_one_of_them(app):
    kept = compare.Pins()
    train(app, 2)
    assert [run.letter for run in compare._runs(kept, desk(app).snapshot())] == ["now"]
    kept.add(desk(app).snapshot())
    assert [run.letter for run in compare._runs(kept, desk(app).snapshot())] == ["A"]
    desk(app).run.train(1)
    assert [run.letter for run in compare._runs(kept, desk(app).snapshot())] == ["A", "now"]
    assert MOST >= 4


# ---- back in time ----


def test_the_scrubber_brings_network_numbers_and_clock_back(app):
    assert not labelled(app.select_slider, "Rewind")
    train(app, 2)
    before = desk(app).snapshot()
    train(app, 4)
    labelled(app.select_slider, "Rewind")[0].set_value(before.step).run()
    assert not app.exception
    now = desk(app).snapshot()
    assert (now.step, now.metrics, now.rewound) == (before.step, before.metrics, True)
    assert "**2** epochs" in words(app)
    press(app, "Step")
    assert desk(app).snapshot().recorded[-1][0] == before.step + 1
    assert labelled(app.select_slider, "Rewind")[0].value == before.step + 1


# ---- links that hide and lock ----


def test_hidden_controls_are_not_there_and_locked_ones_do_nothing():
    app = opened(
        hide="noise,reseed,loss,points,test_points,panels", lock="learning_rate,layers,data"
    )
    press(app, "Dismiss")
    assert not labelled(app.slider, "Noise") and not labelled(app.button, "Reseed")
    assert not labelled(app.selectbox, "Loss") and not labelled(app.button, "New points")
    assert labelled(app.selectbox, "Learning rate")[0].disabled
    assert labelled(app.slider, "Share for training")[0].disabled is False
    assert payload(app, "network")["editable"] is False
    assert app.query_params["hide"] and app.query_params["lock"]
    desk(app).run.close()


def test_locked_options_of_the_map_show_and_cannot_be_moved():
    app = opened(hide="two_colours", lock="test_points", m=Experiment.preset("gauss").to_link())
    locked = next(one for one in app.button_group if one.key == "map_locked")
    assert locked.disabled and locked.options == ["Test points"]
    assert locked.value == ["Test points"]  # its state shows, too
    free = next(one for one in app.button_group if one.key == "map_some")
    assert not free.disabled and free.options == ["Paint"]
    desk(app).run.close()


def test_no_remedy_moves_what_a_link_has_locked():
    wild = Experiment.preset("reg_gauss").changed(
        optimizer={"type": "sgd", "learning_rate": 10.0},
        layers=[{"type": "dense", "units": 8}, {"type": "dense", "units": 1}],
    )
    app = opened(lock="learning_rate", m=wild.to_link())
    train(app, 20)
    assert desk(app).snapshot().status == "diverged"
    assert labelled(app.button, "Start again at 1")[0].disabled
    desk(app).run.close()
    blank = Experiment.preset("circle").changed(initializer={"type": "zeros"})
    for lock, disabled in (("initializer", True), ("learning_rate", False)):
        app = opened(lock=lock, m=blank.to_link())
        app.session_state["panel"] = "Health"
        app.run()
        assert labelled(app.button, "Start from Glorot's weights")[0].disabled is disabled
        desk(app).run.close()


@pytest.mark.parametrize("name", list(controls.NAMES))
def test_the_page_stands_without_any_one_control(name):
    app = opened(hide=name, m=Experiment.preset("spiral").to_link())
    assert desk(app).controls.hides(name)
    desk(app).run.close()


def test_a_hostile_link_leaves_the_page_as_it_is_with_a_word():
    app = opened(hide="<b>x</b>,play;", lock="../..")
    assert "no control here" in app.warning[0].value and "<b>" not in app.warning[0].value
    assert labelled(app.button, "Play") and not desk(app).controls
    desk(app).run.close()


def test_a_pasted_link_replaces_what_the_address_had_hidden():
    app = opened(hide="reseed,loss", lock="data")
    press(app, "Dismiss")
    box = labelled(app.text_input, "Paste a link from TensorFlow Playground (or ours)")[0]
    box.set_value(
        "https://playground.tensorflow.org/#networkShape=3&noise_hide=true"
        "&discretize=true&showTestData=false"
    ).run()
    app.run()
    assert not app.exception
    assert desk(app).controls == controls.of(["noise"], ())
    assert app.session_state["map_options"] == ["Plain colours"]
    assert [layer.units for layer in desk(app).experiment.layers] == [3, 1]
    desk(app).run.close()


# ---- the tour ----


def test_six_steps_and_out_again(app):
    press(app, "Tour")
    for step in range(6):
        assert f"[{step + 1} of 6]" in words(app)
        press(app, "Done" if step == 5 else "Next")
    assert "of 6]" not in words(app) and app.session_state["Tour"].seen


def test_the_tour_can_be_skipped_and_is_remembered(app):
    press(app, "Tour")
    press(app, "Skip")
    assert "of 6]" not in words(app) and labelled(app.button, "Tour again")
