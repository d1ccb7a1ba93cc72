"""The panels under the network, without a browser."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.views.packing import unpack
from playground.web.frame import events
from playground.web.points import network_panel
from playground.web.points.numbers import Question

APP = str(Path(__file__).resolve().parents[3] / "app.py")


def start(experiment=None):
    test = AppTest.from_file(APP, default_timeout=60)
    if experiment:
        test.query_params["m"] = experiment.to_link()
    test.run()
    while desk(test).snapshot().status == "compiling":
        time.sleep(0.1)
    return test.run()


@pytest.fixture
def app():
    test = start()
    desk(test).step()
    yield test.run()
    desk(test).run.close()


def desk(app):
    return app.session_state["desks"]["playground"]


def show(app, name):
    app.session_state["panel"] = name
    app.run()
    assert not app.exception


def edit(app, event):
    network_panel.apply(desk(app), events.read("network", "edit", event))


def words(app):
    return " ".join(element.value for element in app.markdown)


def test_no_panel_is_open_at_first(app):
    assert not [one for one in app.selectbox if one.label == "Neuron"]


def test_the_settings_of_a_layer_show_its_curve(app):
    app.session_state["Settings"].layer = 0
    for name, title in (("tanh", "tanh"), ("relu", "ReLU")):
        desk(app).put(("layers", 0, "activation"), name)
        app.run()
        assert not app.exception
        drawn = [
            unpack(one.proto.bytes)
            for one in app.get("bidi_component")
            if "activation.curve" in one.proto.id
        ]
        assert [one["figure"]["layout"]["title"]["text"] for one in drawn] == [title]


def test_numbers_follow_the_lists(app):
    show(app, "Numbers")
    assert "Step 2" in words(app) and r"\frac{\partial L}{\partial w}" in words(app)
    neuron, number = (
        next(one for one in app.selectbox if one.label == label)
        for label in ("Neuron", "Its number")
    )
    assert neuron.options[0] == "Hidden 1, neuron 1"
    assert number.options == ["weight from Input x₁", "weight from Input x₂", "bias"]
    neuron.select((1, 1)).run()
    number = next(one for one in app.selectbox if one.label == "Its number")
    assert len(number.options) == 5
    number.select(-1).run()
    assert "w a bias, so its a is 1" in words(app)
    told = app.session_state["Question"].answer
    assert (told.name, told.index) == ("1.bias", (1,))


def test_the_step_that_is_shown_is_the_step_that_is_taken(app):
    show(app, "Numbers")
    told = app.session_state["Question"].answer
    next(one for one in app.button if one.label == "Take this step").click().run()
    assert desk(app).snapshot().step == told.step
    engine = desk(app).snapshot().network.state_dict()[told.name][told.index]
    assert abs(engine - told.new_value) < 1e-6
    assert app.session_state["Question"].answer.step == told.step + 1


def test_numbers_wait_for_a_pause(app):
    show(app, "Numbers")
    desk(app).play()
    app.run()
    assert "Press **Pause** to look at one step" in words(app)
    desk(app).pause()


def test_what_cannot_be_told_apart_is_said():
    layers = [
        {"type": "dense", "units": 3, "activation": "tanh"},
        {"type": "dropout"},
        {"type": "dense", "units": 1},
    ]
    app = start(Experiment.preset("circle").changed(layers=layers))
    show(app, "Numbers")
    assert "act on each other" in app.info[0].value
    desk(app).run.close()


def test_health_of_a_sound_network(app):
    show(app, "Health")
    assert "Nothing looks wrong" in words(app)


def test_one_click_cures():
    app = start(Experiment.preset("circle").changed(initializer={"type": "zeros"}))
    desk(app).step()
    show(app, "Health")
    assert "Symmetric start" in words(app)
    app.button(key="remedy0").click().run()
    assert desk(app).experiment.initializer.type == "glorot_uniform"
    assert "Symmetric start" not in words(app)
    desk(app).run.close()


def test_a_layer_is_added_after_another_and_set(app):
    edit(app, {"verb": "add", "layer": 1, "kind": "dropout"})
    assert [layer.type for layer in desk(app).experiment.layers] == [
        "dense",
        "dropout",
        "dense",
        "dense",
    ]
    app.session_state["Settings"].layer = 1
    app.run()
    rate = next(one for one in app.number_input if one.label == "Rate")
    rate.set_value(0.2).run()
    assert desk(app).experiment.layers[1].rate == 0.2


def test_an_unknown_kind_becomes_a_dense_layer(app):
    edit(app, {"verb": "add", "layer": 0, "kind": "conv2d"})
    assert desk(app).experiment.layers[0].type == "dense"


def test_a_curve_of_its_own_is_changed_where_it_stands(app):
    edit(app, {"verb": "activation", "layer": 0, "name": "relu"})
    assert desk(app).experiment.layers[0].activation == "relu"
    layers = [
        {"type": "dense", "units": 3},
        {"type": "activation", "name": "tanh"},
        {"type": "dense", "units": 1},
    ]
    desk(app).change_to({**desk(app).experiment.described(), "layers": layers})
    edit(app, {"verb": "activation", "layer": 1, "name": "elu"})
    assert desk(app).experiment.layers[1].name == "elu"


@pytest.mark.parametrize(("to", "origin"), [(1, -3), (1, 99), (1, "x"), ([], 0), (77, 0)])
def test_a_choice_that_is_none_is_left_alone(app, to, origin):
    app.session_state["Question"] = Question(choice=(0, to, origin))
    show(app, "Numbers")
    assert "Step 2" in words(app)


def test_a_choice_on_a_first_visit_shows_how_to_close_the_panel():
    app = start()
    edit(app, {"verb": "choose", "layer": 0, "to": 1, "from": None})
    assert not desk(app).untouched
    desk(app).run.close()
