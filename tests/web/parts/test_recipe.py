"""The sentence has words for every piece."""

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.web.frame.desk import Desk
from playground.web.parts import recipe

WORDS = [
    (field, name)
    for field in ("loss", "optimizer", "initializer", "regularization")
    for name in registry.names(edits.KINDS[field])
]


def desk_with(field, name):
    circle = Experiment.preset("circle")
    experiment = Experiment.model_validate(edits.put(circle, (field, "type"), name))
    return Desk("test", lambda: experiment, lambda one: "")


@pytest.mark.parametrize(("field", "name"), WORDS)
def test_every_piece_reads_in_the_sentence(field, name):
    words = recipe.phrase(desk_with(field, name), field)
    assert words and "{" not in words and len(words) < 45


def test_penalties_tell_their_numbers():
    told = {
        name: recipe.phrase(desk_with("regularization", name), "regularization")
        for name in registry.names("regularizer")
    }
    assert told["none"] == "no penalty" and told["l2"] == "L2 penalty 0.001"
    assert told["elastic_net"] == "L1 and L2 penalties 0.001, 0.001"
    assert told["max_norm"] == "a bound of 3"


def page():
    import streamlit as st

    from playground.web.parts import recipe

    recipe.sentence(st.session_state["desk"], "points", range(1, 31))


@pytest.mark.parametrize("name", ["circle", "reg_plane"])
def test_every_loss_that_fits_is_offered(name):
    desk = Desk("test", lambda: Experiment.preset(name), lambda one: "")
    app = AppTest.from_function(page)
    app.session_state["desk"] = desk
    app.run()
    assert not app.exception
    losses = next(one for one in app.selectbox if one.label == "Loss")
    task = desk.experiment.data.make().task
    fitting = [piece.title for piece in registry.pieces("loss") if task in piece.tasks]
    assert [option.lower() for option in losses.options] == [title.lower() for title in fitting]


@pytest.mark.parametrize("name", registry.names("regularizer"))
def test_every_penalty_can_be_chosen_and_set(name):
    desk = desk_with("regularization", name)
    app = AppTest.from_function(page)
    app.session_state["desk"] = desk
    app.run()
    assert not app.exception
    labels = {one.label for one in [*app.number_input, *app.selectbox]}
    for option in registry.options(registry.get("regularizer", name)):
        assert ("Rate" if option.name == "rate" else option.title) in labels
