"""What every page promises its visitors, whichever it is; the list is the app's own."""

import threading
import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import app as root
from playground.training.run import Run
from playground.web.frame import visits

ROOT = Path(root.__file__).parent
PAGES = sorted(root.PAGES.values())
STARTS = ("Play", "Train", "Train the three", "Train it beside the trees")


@pytest.fixture
def opened(monkeypatch, tmp_path, name):
    """Visits of the app that have gone to the page called `name`."""
    script = tmp_path / "start.py"  # beside `pages/`, `AppTest` would run a page without the app
    script.write_text("import app\napp.main()\n")
    [title] = [title for title, file in root.PAGES.items() if file == name]
    navigate, page_of = st.navigation, st.Page

    def navigation(pages, **options):
        navigate(pages, **options)
        [chosen] = [page for page in pages if page.title == title]
        chosen._can_be_called = True  # `AppTest` itself stays on the first page
        return chosen

    def visit() -> AppTest:
        page = AppTest.from_file(str(script), default_timeout=60).run()
        visits_made.append(page)
        assert not page.exception
        return page

    monkeypatch.setattr(st, "navigation", navigation)
    monkeypatch.setattr(st, "Page", lambda file, **options: page_of(ROOT / file, **options))
    visits_made: list[AppTest] = []
    yield visit
    for page in visits_made:
        for guest in page.session_state["desks"].values():
            guest.close()


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
