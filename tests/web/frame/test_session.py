"""Sessions: how often a page asks for news, and what happens when its visitor leaves."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.web.frame import session
from playground.web.frame.desk import Desk as RealDesk


def test_a_playing_page_asks_four_times_a_second_and_an_idle_one_never():
    desk = SimpleNamespace(busy=True)
    assert session.interval(desk) == pytest.approx(0.25)
    assert session.interval(desk, fastest=0.45) == pytest.approx(0.45)
    desk.busy = False
    assert session.interval(desk) is None


def test_a_run_that_ends_while_the_page_is_drawn_is_not_left_with_a_pause_button():
    def page():
        import time

        import streamlit as st

        from playground.web.frame import session
        from playground.web.parts import transport

        desk = st.session_state["desk"]
        transport.bar(desk)
        while desk.busy:  # a tiny data set is done before the page is
            time.sleep(0.01)
        session.follow(desk, lambda snapshot: None)

    described = {**Experiment.preset("circle").described(), "stop": {"epochs": 2}}
    desk = RealDesk("toy", lambda: Experiment.model_validate(described), lambda experiment: "")
    desk.ready()
    desk.play()
    looked: list[bool] = []
    desk.watch = lambda: looked.append(True)
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["desk"] = desk
    app.run()
    assert not app.exception and desk.run.status == "finished"
    assert app.button[0].label == "Play"
    assert looked  # every look is a heartbeat
    desk.run.close()
