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


def start(preset: str | Experiment = "tree_xor", **address: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=PATIENCE)
    one = Experiment.preset(preset) if isinstance(preset, str) else preset
    for name, value in {"m": one.to_link(), **address}.items():
        app.query_params[name] = value
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


ALONE = [name for name, one in settings.offered().items() if one.hybrid is None]


@pytest.mark.parametrize("preset", ALONE)
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
    next(one for one in app.button if one.label == "Train it beside the trees").click().run()
    other = app.session_state["Other"].run
    other.pause()
    other.train(1)
    app.run()
    assert not app.exception and "answer alike on" in words(app) and "| Network |" in words(app)
    assert all(f"**{what}**" in words(app) for what in ("Accuracy", "Time", "Size", "Border"))
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


SMALL = {
    "deep_features": {
        "data": {"type": "xor", "samples": 80},
        "trees": {"type": "random_forest", "n_estimators": 3},
        "hybrid": {"type": "deep_features", "epochs": 2},
        "layers": [
            {"type": "dense", "units": 3, "activation": "tanh"},
            {"type": "dense", "units": 1},
        ],
        "loss": {"type": "binary_cross_entropy"},
    },
    "leaves": {
        "data": {"type": "table"},
        "trees": {"type": "random_forest", "n_estimators": 3, "max_depth": 2},
        "hybrid": {"type": "leaves"},
        "layers": [{"type": "dense", "units": 3}],
        "loss": {"type": "softmax_cross_entropy"},
    },
}


@pytest.mark.parametrize("kind", SMALL)
def test_a_network_and_trees_in_every_view(kind):
    one = Experiment.model_validate(SMALL[kind]).check()
    app = start(one)
    first = drawn(app, "trees_tree")["words"]
    assert ("a network learns for 2 epochs" in first) == (kind == "deep_features")
    app.button(key="trees_step").click().run()
    assert not app.exception and desk(app).snapshot().step > 0
    desk(app).run.train(6)
    app.run()
    assert drawn(app, "trees_tree")["nodes"] and not app.exception
    for view in ("What counts", "Its parts", "Compare"):
        app.segmented_control(key="trees_view").set_value(view).run()
        assert not app.exception
        if view == "What counts":
            assert ("each neuron" in words(app)) == (kind == "deep_features")
        if view == "Its parts":
            measure(app)
            assert "On the test samples" in words(app) and "The inputs →" in words(app)
    next(one for one in app.button if one.label == "Pin this run").click().run()
    assert drawn(app, "compare")["figure"]["data"]
    choice = next(one for one in app.selectbox if one.label == "Who learns what")
    choice.set_value("").run()
    assert not app.exception and desk(app).experiment.hybrid is None
    assert app.session_state["trees_view"] in ("Tree", "Compare")
    desk(app).run.close()


def measure(app: AppTest) -> None:
    next(one for one in app.button if one.label == "Measure each part").click().run()
    app.session_state["Measured"].contest.wait(PATIENCE)
    app.run()
