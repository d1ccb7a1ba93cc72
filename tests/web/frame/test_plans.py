"""A page works out what follows from a set-up once, however many of its parts ask."""

import time
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground import engine
from playground.engine import network
from playground.experiment import edits, experiment

APP = str(Path(__file__).resolve().parents[3] / "app.py")


def desk(app):
    return app.session_state["desks"]["playground"]


@pytest.fixture
def app():
    test = AppTest.from_file(APP, default_timeout=60).run()
    assert not test.exception
    while desk(test).snapshot().status == "compiling":
        time.sleep(0.1)
    yield test.run()
    desk(test).run.close()


def test_a_live_change_plans_nothing_and_an_edit_once(app, monkeypatch):
    plans, plan = Counter(), engine.plan

    def counted(by):
        def count(layers, shape, columns=None):
            plans[by, tuple(layers), shape] += 1
            return plan(layers, shape, columns)

        return count

    experiment._planned.cache_clear()  # of what other tests have planned
    edits.problem(desk(app).experiment)
    monkeypatch.setattr(engine, "plan", counted("experiment"))
    monkeypatch.setattr(network, "plan", counted("network"))
    [rate] = [each for each in app.selectbox if each.label == "Learning rate"]
    rate.select(0.1).run()
    assert not app.exception and desk(app).experiment.optimizer.learning_rate == 0.1
    assert not plans

    desk(app).put(("layers", 0, "units"), 7)
    app.run()
    assert not app.exception and desk(app).snapshot().network.plan.rows[0].output_shape == (7,)
    assert set(plans.values()) == {1}
    assert Counter(by for by, *_ in plans) == {"experiment": 1, "network": 1}
