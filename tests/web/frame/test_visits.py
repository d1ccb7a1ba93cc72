"""Visits: pause when a browser goes away, go on when it is back, close when it stays away."""

import asyncio
import threading
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from playground.web.frame import visits
from playground.web.frame.visits import Visits

PATIENCE = 300.0


class Desk:
    """A desk that notes what is done to it."""

    def __init__(self):
        self.heard = []

    def go_away(self):
        self.heard.append("away")

    def come_back(self):
        self.heard.append("back")

    def close(self):
        self.heard.append("closed")


@pytest.fixture
def open_sockets():
    return {"ann", "bob"}


@pytest.fixture
def all_visits(open_sockets):
    return Visits(lambda session: session in open_sockets, lambda: PATIENCE)


def test_who_leaves_is_paused_at_once_and_closed_later(all_visits, open_sockets):
    ann, bob = Desk(), Desk()
    all_visits.stay("ann", {"playground": ann})
    all_visits.stay("bob", {"playground": bob})
    assert not all_visits.look(0.0) and not ann.heard
    open_sockets.remove("ann")
    for now in (1.0, 2.0, 1.0 + PATIENCE):
        assert not all_visits.look(now)
    assert ann.heard == ["away"]
    assert all_visits.knows("ann") and all_visits.look(1.1 + PATIENCE) == ["ann"]
    assert not all_visits.look(2.0 + PATIENCE) and not all_visits.knows("ann")
    assert ann.heard == ["away", "closed"] and not bob.heard


@pytest.mark.parametrize("page_runs_first", [True, False])
def test_a_short_cut_costs_nothing_on_whatever_page_one_is(
    all_visits, open_sockets, page_runs_first
):
    """Two seconds without a line on a page that opens no desk lost the network of another."""
    desk = Desk()
    all_visits.stay("ann", {"digits": desk})
    open_sockets.remove("ann")
    all_visits.look(1.0)
    open_sockets.add("ann")
    if page_runs_first:
        all_visits.stay("ann", {"digits": desk})
    for now in (3.0, 340.0, 900.0):
        all_visits.look(now)
    assert desk.heard == ["away", "back"]


def test_nobody_waits_for_a_run_that_is_slow_to_pause(all_visits, open_sockets):
    class Slow(Desk):
        def go_away(self):
            begun.set()
            assert go_on.wait(20)
            super().go_away()

    begun, go_on, slow, quick = threading.Event(), threading.Event(), Slow(), Desk()
    all_visits.stay("ann", {"digits": slow})
    open_sockets.remove("ann")
    looking = threading.Thread(target=all_visits.look, args=(1.0,))
    looking.start()
    assert begun.wait(20)
    all_visits.stay("bob", {"playground": quick})  # would hang if it had to wait
    go_on.set()
    looking.join(20)
    assert slow.heard == ["away"] and not quick.heard


def test_one_visit_that_fails_keeps_nobody_waiting(monkeypatch, caplog):
    """Those closed are closed for Streamlit too, and their memory is given back."""
    looked: list[list[str] | Exception] = [ValueError("odd"), ["ann"], ["bob"]]
    closed, given = [], []

    def look(now):
        if not looked:
            raise KeyboardInterrupt
        result = looked.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(visits.visits, "look", look)
    monkeypatch.setattr(visits, "EVERY", 0)
    monkeypatch.setattr(visits, "give_back", lambda: given.append(True))
    runtime = SimpleNamespace(close_session=closed.append)
    monkeypatch.setattr(visits.Runtime, "instance", lambda: runtime)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(visits.look_after())
    assert closed == ["ann", "bob"] and "odd" in caplog.text
    assert given == [True]  # collecting what is left behind holds everybody up


def test_a_cut_of_minutes_is_survived():
    with (Path(__file__).resolve().parents[3] / ".streamlit/config.toml").open("rb") as file:
        assert tomllib.load(file)["server"]["disconnectedSessionTTL"] >= 240


@pytest.mark.parametrize(
    ("offered", "gone"),
    [
        ("streamlit, token, other-session", True),
        ("streamlit, token, mine", False),
        ("streamlit, token", False),
        ("streamlit, token, ", False),
        ("", False),
    ],
)
def test_who_comes_from_a_visit_that_is_gone_is_known(monkeypatch, offered, gone):
    class Context:
        session_id = "mine"
        headers = {"Sec-WebSocket-Protocol": offered}  # noqa: RUF012

    monkeypatch.setattr(visits, "get_script_run_ctx", lambda **_: Context())
    monkeypatch.setattr(visits.st, "context", Context())
    assert visits.lost() is gone


def test_memory_is_given_back_where_the_system_takes_it():
    visits.give_back()
