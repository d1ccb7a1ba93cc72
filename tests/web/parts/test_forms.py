"""Forms made from the registry: every piece can be chosen, and every option set."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.experiment.controls import Controls
from playground.web.parts import forms

CHOICES = [
    (field, name)
    for field in ("optimizer", "regularization", "initializer")
    for name in registry.names(edits.KINDS[field])
]


def form():
    """One field's form, drawn for a desk that only holds an Experiment."""
    import streamlit as st

    from playground.web.parts import forms

    desk = st.session_state["desk"]
    forms.piece(desk, st.session_state["field"], "Piece")


class Desk:
    """The part of a desk that forms need."""

    name = "test"
    controls = Controls()

    def __init__(self, experiment):
        self.experiment, self.widgets = experiment, {}

    def put(self, path, value):
        self.experiment = Experiment.model_validate(edits.put(self.experiment, path, value))


def opened(field, name):
    desk = Desk(Experiment.preset("circle"))
    desk.put((field, "type"), name)
    app = AppTest.from_function(form)
    app.session_state["desk"], app.session_state["field"] = desk, field
    app.run()
    assert not app.exception
    return app, app.session_state["desk"]


@pytest.mark.parametrize(("field", "name"), CHOICES)
def test_every_option_of_every_piece_has_a_widget_with_help(field, name):
    app, _ = opened(field, name)
    assert app.selectbox[0].value == name
    options = registry.options(registry.get(edits.KINDS[field], name))
    drawn = [*app.number_input, *app.toggle, *app.selectbox[1:]]
    assert {one.label for one in drawn} == {option.title for option in options}
    assert all(one.help for one in drawn)


@pytest.mark.parametrize(("field", "name"), CHOICES)
def test_moving_a_number_reaches_the_experiment(field, name):
    app, desk = opened(field, name)
    for number, one in enumerate(app.number_input):
        app.number_input[number].set_value(type(one.min)((one.min + min(one.max, 1)) / 2)).run()
        assert not app.exception
    for one in app.number_input:
        option = one.key.partition("~")[0].split(".")[-1]
        assert edits.get(desk.experiment, (field, option)) == one.value


def test_a_widget_starts_anew_when_something_else_changed_the_value():
    app, desk = opened("optimizer", "sgd")
    before = app.selectbox[0].key
    desk.put(("optimizer", "type"), "adam")
    app.run()
    assert app.selectbox[0].key != before and app.selectbox[0].value == "adam"
    kept = app.selectbox[0].key
    app.selectbox[0].select("sgd").run()
    assert app.selectbox[0].key == kept and desk.experiment.optimizer.type == "sgd"


@pytest.mark.parametrize(("rate", "less"), [(10.0, 1.0), (0.03, 0.003), (1e-5, 1e-6)])
def test_slower_is_about_a_tenth(rate, less):
    assert forms.slower(rate) == pytest.approx(less)


def test_the_call_back_of_a_widget_that_is_gone_takes_no_choice_back(monkeypatch):
    """What a browser sends before it has drawn the newest page still holds the old widget."""
    desk, calls = Desk(Experiment.preset("circle")), []

    def widget(label, names, key, on_change, default, required):
        calls.append((key, on_change))

    monkeypatch.setitem(forms._START, widget, "default")
    monkeypatch.setattr(forms.st, "session_state", state := {})
    draw = partial(
        forms.bound,
        desk,
        ("optimizer", "type"),
        widget,
        "Optimizer",
        ["sgd", "adam"],
        required=True,
    )
    draw()
    desk.put(("optimizer", "type"), "adam")
    draw()
    (old, moved), (new, moved_now) = calls
    state[old] = "sgd"
    moved()
    assert desk.experiment.optimizer.type == "adam"
    state[new] = None  # a choice is required, and the browser has not said which
    moved_now()
    assert desk.experiment.optimizer.type == "adam"
    state[new] = "sgd"
    moved_now()
    assert desk.experiment.optimizer.type == "sgd"
