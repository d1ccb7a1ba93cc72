"""Sessions: how often a page asks for news, and what happens when its visitor leaves."""

from weakref import WeakKeyDictionary

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.web.frame import session
from playground.web.frame.desk import Desk as RealDesk


class Desk:
    """A desk that notes what is done to it."""

    def __init__(self, busy=True):
        self.busy, self.heard = busy, []

    def watch(self):
        self.heard.append("watch")


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    monkeypatch.setattr(session, "_playing", WeakKeyDictionary())


def test_one_page_is_updated_four_times_a_second_and_an_idle_one_never():
    desk = Desk()
    session.beat(desk)
    assert session.interval(desk) == pytest.approx(0.25)
    assert session.interval(desk, fastest=0.45) == pytest.approx(0.45)
    desk.busy = False
    assert session.interval(desk) is None


def test_many_playing_pages_share_a_bounded_number_of_updates():
    desks = [Desk() for _ in range(40)]
    for desk in desks:
        session.beat(desk)
    pace = session.interval(desks[0])
    assert len(desks) / pace <= session.UPDATES
    for desk in desks[1:]:
        desk.busy = False
        session.interval(desk)
    assert session.interval(desks[0]) == pytest.approx(0.25)


def test_desks_that_are_gone_are_not_counted():
    for _ in range(40):
        session.beat(Desk())
    assert session.interval(Desk()) == pytest.approx(0.25)
    assert session._pages_playing() == 0


def test_a_page_that_fell_silent_is_not_counted(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(session.time, "monotonic", lambda: now)
    desks = [Desk() for _ in range(40)]
    for desk in desks:
        session.beat(desk)
    now += 60
    session.beat(desks[0])
    assert session.interval(desks[0]) == pytest.approx(0.25)


def test_every_look_is_a_heartbeat():
    desk = Desk()
    session.beat(desk)
    assert desk.heard == ["watch"]


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
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["desk"] = desk
    app.run()
    assert not app.exception and desk.run.status == "finished"
    assert app.button[0].label == "Play"
    desk.run.close()
