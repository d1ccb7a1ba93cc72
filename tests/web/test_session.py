"""Sessions: how often a page asks for news, and what happens when its visitor leaves."""

import pytest

from playground.web import session


class Desk:
    """A desk that notes what is done to it."""

    def __init__(self, busy=True):
        self.busy, self.heard = busy, []

    def watch(self):
        self.heard.append("watch")

    def come_back(self):
        self.heard.append("back")

    def go_away(self):
        self.heard.append("away")
        return 7

    def close(self, visit):
        self.heard.append(("close", visit))


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    monkeypatch.setattr(session, "_playing", {})


def test_one_page_is_updated_four_times_a_second_and_an_idle_one_never():
    desk = Desk()
    session.beat(desk)
    assert session.interval(desk) == pytest.approx(0.25)
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


def test_a_browser_that_leaves_pauses_its_desks_now_and_closes_them_later(monkeypatch):
    monkeypatch.setattr(session, "PATIENCE", 0.05)
    desk, sentinel = Desk(), session.Sentinel()
    sentinel.stay({"playground": desk})
    timer = sentinel.leave()
    assert desk.heard == ["back", "away"]
    timer.join(5)
    assert desk.heard == ["back", "away", ("close", 7)]
