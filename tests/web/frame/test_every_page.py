"""What every page promises its visitors, whichever it is; the list is the app's own."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from playground.training.run import Run
from playground.web.frame import visits
from tests.web.frame.conftest import PAGES

STARTS = ("Play", "Train", "Train the three", "Train it beside the trees")


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def training() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name in ("run", "A race")}


def runs(page: AppTest) -> list[Run]:
    """All that trains for a visit, wherever its pages keep it."""
    state = {key: page.session_state[key] for key in page.session_state}
    held = [vars(thing) for thing in state.values() if hasattr(thing, "__dict__")]
    desks = [vars(desk) for desk in state.get("desks", {}).values()]
    parts = [part for names in (*held, *desks) for part in names.values()]
    return [part for part in parts if isinstance(part, Run)]


def start(page: AppTest) -> None:
    """Press whatever trains."""
    while waiting := [button for button in page.button if button.label in STARTS]:
        if waiting[-1].disabled:
            return
        waiting[-1].click().run()
        assert not page.exception
        if waiting[-1].label == "Play":
            return


@pytest.fixture
def looked(monkeypatch):
    """The desks of whoever said that somebody is there."""
    heard = []
    monkeypatch.setattr(visits, "stay", heard.append)
    return heard


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_that_somebody_is_there_and_that_what_was_trained_is_lost(
    name, opened, looked, monkeypatch
):
    monkeypatch.setattr(visits, "lost", lambda: True)
    page = opened()
    guests = page.session_state["desks"]
    assert looked == [guests]
    assert any("started again" in words.value for words in page.markdown)
    page.run()
    assert len(looked) == 2
    other = opened()
    assert not {id(run) for run in runs(page)} & {id(run) for run in runs(other)}


VIEWS = {  # where more than the page's own network trains
    "trees": ("trees_view", "Beside a network"),
    "sequences": ("sequences_view", "Gradient through time"),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_trains_on_a_page_rests_without_its_visitor_and_ends_with_the_visit(name, opened):
    before = training()
    page = opened()
    if name in VIEWS:
        key, view = VIEWS[name]
        page.segmented_control(key=key).set_value(view).run()
    start(page)
    guests = page.session_state["desks"]
    for guest in list(guests.values()):
        guest.go_away()
    until(lambda: not any(run.status == "running" for run in runs(page)))
    until(lambda: training() <= before)
    for guest in list(guests.values()):
        guest.come_back()
    for guest in list(guests.values()):
        guest.close()
    until(lambda: training() <= before)
