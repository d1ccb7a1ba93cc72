"""The Trees page without a browser."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.views.packing import unpack
from playground.web.trees import drawing, settings

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "trees.py")
PATIENCE = 60


def start(preset: str = "tree_xor") -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=PATIENCE)
    app.query_params["m"] = Experiment.preset(preset).to_link()
    app.run()
    while desk(app).snapshot().status == "compiling":
        time.sleep(0.1)
    assert not app.exception
    return app.run()


def desk(app: AppTest):
    return app.session_state["desks"]["trees"]


def words(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption])


def drawn(app: AppTest, name: str) -> dict:
    found = [one for one in app.get("bidi_component") if name in one.proto.id]
    return unpack(found[0].proto.bytes)


@pytest.mark.parametrize("preset", list(settings.offered()))
def test_every_preset_opens_and_grows(preset):
    app = start(preset)
    app.button(key="trees_step").click().run()
    assert not app.exception and desk(app).snapshot().step == 1
    assert drawn(app, "trees_tree")["nodes"]
    if desk(app).snapshot().data.feature_names:
        assert drawn(app, "trees_map")["figure"]["clicks"]
    assert {"Trees", "Learning rate"} & {one.label for one in app.selectbox} == {"Trees"}
    desk(app).run.close()


def test_views_open_one_after_the_other():
    app = start("boosting_circle")
    desk(app).run.train(3)
    for view in ("What counts", "Beside a network"):
        app.segmented_control(key="trees_view").set_value(view).run()
        assert not app.exception
    next(one for one in app.button if one.label == "Train a network beside it").click().run()
    other = app.session_state["Other"].run
    other.pause()
    other.train(1)
    app.run()
    assert not app.exception and "answer alike on" in words(app) and "| Network |" in words(app)
    other.close()
    desk(app).run.close()


def test_what_belongs_elsewhere_is_sent_there():
    assert "Playground page" in settings.refuse(Experiment.preset("circle"))
    assert "Digits page" in settings.refuse(Experiment.preset("lenet5"))
    assert not settings.refuse(Experiment.preset("tree_xor"))


def test_a_click_finds_the_leaf_and_a_second_one_lets_a_node_go():
    app = start()
    desk(app).run.train(9)
    snapshot = desk(app).snapshot()
    app.session_state["TreeLook"] = drawing.TreeLook()

    def ask():
        import streamlit as st

        from playground.web.frame import events
        from playground.web.trees import drawing

        desk, snapshot = st.session_state["it"]
        drawing.clicked(desk, snapshot, events.Click(x=-5.0, y=3.0))
        leaf = drawing.chosen().node
        drawing.look(desk, node=leaf)
        st.session_state["found"] = leaf, drawing.chosen()

    inner = AppTest.from_function(ask)
    inner.session_state["it"] = desk(app), snapshot
    inner.run()
    leaf, chosen = inner.session_state["found"]
    assert leaf > 0 and chosen.node == -1 and chosen.point == (-5.0, 3.0)
    desk(app).run.close()
