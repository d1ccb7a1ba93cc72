"""What a visit keeps, the values of widgets, and those that are empty again."""

from dataclasses import dataclass, field

import pytest
import streamlit as st

from playground.web.frame import visit, widgets


@dataclass
class Basket:
    apples: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def session_state(monkeypatch):
    made = {}
    monkeypatch.setattr(st, "session_state", made)
    return made


def test_a_state_is_made_once_and_found_by_its_class(session_state):
    visit.state(Basket).apples.append("red")
    assert visit.state(Basket).apples == ["red"] and list(session_state) == ["Basket"]
    assert visit.state(Basket, "mine").apples == [] and "mine.Basket" in session_state


def test_what_is_dear_is_made_once_for_each_thing_it_is_made_of():
    calls = []

    def make():
        calls.append(1)
        return len(calls)

    assert [visit.once("sum", of, make) for of in (1, 1, 2, 2, 1)] == [1, 1, 2, 2, 3]


def test_values_are_put_suggested_and_forgotten():
    assert widgets.value("a") is None and widgets.value("a", 3) == 3
    widgets.put("a", 1)
    assert widgets.suggest("a", 2) == 1 and widgets.suggest("ab", 2) == 2
    widgets.put("b", 5)
    widgets.forget("a")
    assert [widgets.value(key) for key in ("a", "ab", "b")] == [None, None, 5]


class Uploader:
    """A widget that says what it was drawn with, and gives what it is told to."""

    def __init__(self):
        self.calls = []

    def __call__(self, label, *arguments, key, on_change, **options):
        self.calls.append((key, on_change, arguments, options))

    def give(self, value, turn=-1):
        key, changed, *_ = self.calls[turn]
        st.session_state[key] = value
        changed()


def test_a_widget_is_empty_again_after_each_value():
    widget, taken = Uploader(), []
    for value in ("one", "two"):
        widgets.emptying(widget, "A file", ["txt"], key="file", take=taken.append, help="Any.")
        widget.give(value)
    assert taken == ["one", "two"]
    assert [call[0] for call in widget.calls] == ["file_0", "file_1"]
    assert widget.calls[0][2:] == ((["txt"],), {"help": "Any."})


def test_a_value_that_comes_twice_is_taken_once():
    widget, taken = Uploader(), []
    for _ in range(2):
        widgets.emptying(widget, "A file", key="file", take=taken.append)
    widget.give("one", 0)
    widget.give("one", 0)
    widget.give(None, 1)
    assert taken == ["one"]


def test_a_value_that_is_not_whole_stays():
    widget, taken = Uploader(), []
    for count in (1, 2):
        ready = lambda files: len(files) == 2  # noqa: E731
        widgets.emptying(widget, "Two files", key="pair", take=taken.append, ready=ready)
        widget.give(["half"] * count)
    assert taken == [["half", "half"]] and {call[0] for call in widget.calls} == {"pair_0"}


def test_a_take_that_fails_leaves_an_empty_widget():
    widget = Uploader()

    def take(value):
        raise ValueError(value)

    widgets.emptying(widget, "A file", key="file", take=take)
    with pytest.raises(ValueError, match="bad"):
        widget.give("bad")
    widgets.emptying(widget, "A file", key="file", take=take)
    assert widget.calls[-1][0] == "file_1"
