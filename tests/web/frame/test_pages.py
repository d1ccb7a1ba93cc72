"""The Playground page without a browser: what it shows, what its widgets do."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment, edits
from playground.views.packing import unpack
from playground.web.frame import events
from playground.web.frame.desk import Desk
from playground.web.points import network_panel

APP = str(Path(__file__).resolve().parents[3] / "app.py")


@pytest.fixture
def app():
    test = AppTest.from_file(APP, default_timeout=60).run()
    assert not test.exception
    while desk(test).snapshot().status == "compiling":  # a browser would ask again by itself
        time.sleep(0.1)
    yield test.run()
    desk(test).run.close()


def desk(app):
    return app.session_state["desks"]["playground"]


def widget(kind, label):
    return next(one for one in kind if one.label == label)


def press(app, label):
    widget(app.button, label).click().run()
    assert not app.exception


def payloads(app):
    """What the live components got, by a part of their key."""
    protos = [element.proto for element in app.get("bidi_component")]
    return {
        name: unpack(proto.bytes)
        for proto in protos
        for name in ("network", "map", "loss", "accuracy")
        if f"{name}" in proto.id
    }


def words(app):
    return " ".join(element.value for element in app.markdown)


def test_the_first_visit_says_what_to_press(app):
    assert "has not learned anything yet" in words(app) and "Press **Play**" in words(app)
    assert set(payloads(app)) == {"network", "map"}
    press(app, "Dismiss")
    assert "has not learned anything yet" not in words(app)


def test_a_step_trains_one_batch_and_starts_the_curves(app):
    press(app, "Step")
    assert desk(app).snapshot().step == 1
    assert {"loss", "accuracy"} <= set(payloads(app))
    assert "*test*" in words(app)


def test_play_and_pause(app):
    press(app, "Play")
    assert desk(app).playing
    press(app, "Pause")
    assert not desk(app).playing


def test_every_word_of_the_recipe_opens_the_settings_in_force(app):
    press(app, "Dismiss")
    labels = [one.label for one in app.selectbox]
    assert {"Loss", "Optimizer", "Starting weights", "Learning rate"} <= set(labels)
    widget(app.selectbox, "Optimizer").select("adam").run()
    assert desk(app).experiment.optimizer.type == "adam"
    assert {"Beta 1", "Beta 2", "Epsilon"} <= {one.label for one in app.number_input}


def test_settings_reach_the_experiment_and_the_address(app):
    press(app, "Dismiss")
    widget(app.slider, "Noise").set_value(20).run()
    widget(app.selectbox, "Learning rate").select(0.1).run()
    experiment = desk(app).experiment
    assert (experiment.data.noise, experiment.optimizer.learning_rate) == (20, 0.1)
    assert Experiment.from_link(app.query_params["m"]) == experiment


def test_a_closed_form_shows_what_another_control_changed(app):
    press(app, "Dismiss")
    assert widget(app.selectbox, "Loss").value == "binary_cross_entropy"
    desk(app).put(("data", "type"), "reg_gauss")
    app.run()
    assert widget(app.selectbox, "Loss").value == "mse"
    press(app, "Step")
    assert desk(app).experiment.loss.type == "mse"


def test_a_link_opens_its_set_up_without_the_first_visits_line():
    wanted = Experiment.preset("spiral")
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["m"] = wanted.to_link()
    app.run()
    assert not app.exception and desk(app).experiment == wanted
    assert "has not learned anything yet" not in words(app)


def test_an_address_out_of_a_page_source_or_in_lines_opens_as_it_was_meant():
    wanted = Experiment.preset("spiral")
    link = wanted.to_link()
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["m"] = f"{link[:20]}\n {link[20:]} "
    app.query_params["amp;hide"] = "noise"
    app.run()
    assert not app.exception and not app.warning and desk(app).experiment == wanted
    assert desk(app).controls.hidden == {"noise"}
    assert set(app.query_params) == {"m", "hide"}


def test_garbage_in_the_address_gives_a_message_and_the_default():
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["m"] = "garbage"
    app.run()
    assert not app.exception
    assert "own set-up" in app.warning[0].value
    assert desk(app).experiment == Experiment.preset("circle")


def test_an_impossible_stack_says_why_and_offers_a_way_out(app):
    desk(app).change_to(edits.add_layer(desk(app).experiment, 1, {"type": "max_pool2d"}))
    app.run()
    assert not app.exception and app.error[0].value
    assert widget(app.button, "Play").disabled
    assert payloads(app)["network"]  # the last run stays
    press(app, "Undo")
    assert not app.error and not widget(app.button, "Play").disabled


def test_a_link_to_an_impossible_stack_says_why_without_a_run():
    broken = edits.add_layer(Experiment.preset("circle"), 1, {"type": "max_pool2d"})
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["m"] = Experiment.model_validate(broken).to_link()
    app.run()
    assert not app.exception and desk(app).run is None
    assert app.error[0].value and widget(app.button, "Play").disabled


def test_a_click_in_the_drawing_changes_the_network(app):
    for event, units in [
        ({"verb": "units", "layer": 0, "by": 1}, [5, 2, 1]),
        ({"verb": "add", "layer": 2}, [5, 2, 2, 1]),
        ({"verb": "move", "layer": 0, "by": 1}, [2, 5, 2, 1]),
        ({"verb": "remove", "layer": 0}, [5, 2, 1]),
        ({"verb": "units", "layer": 9, "by": 1}, [5, 2, 1]),
    ]:
        network_panel.apply(desk(app), events.read("network", "edit", event))
        assert [layer.units for layer in desk(app).experiment.layers] == units
    app.run()
    assert not app.exception
    assert [column["size"] for column in payloads(app)["network"]["columns"]] == [2, 5, 2, 1]


def test_a_notice_is_said_by_the_run_that_completes_and_then_no_more(app):
    press(app, "Step")
    desk(app).put(("layers", 0, "units"), 5)
    app.run()
    assert [toast.value for toast in app.toast] == [
        "The network has changed, so training starts again."
    ]
    app.run()
    assert not app.toast


def test_two_visitors_do_not_meet(app):
    other = AppTest.from_file(APP, default_timeout=60).run()
    press(app, "Step")
    assert desk(other).snapshot().step == 0 and desk(other).run is not desk(app).run


def test_a_map_that_is_painted_on_stays_while_the_network_gets_ready(app, monkeypatch):
    app.session_state["map_options"] = ["Paint"]
    before = app.run().get("bidi_component")
    ready = desk(app).snapshot()
    monkeypatch.setattr(Desk, "snapshot", lambda self: ready.now("compiling", "Getting ready"))
    for options in (["Paint"], []):  # a browser may repeat what it held before the tools came
        app.session_state["map_options"] = options
        [kept] = [one for one in app.run().get("bidi_component") if "map" in one.proto.id]
        assert kept.proto.bytes in [one.proto.bytes for one in before]
