"""The values of widgets, by their keys; and widgets that are empty again after each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.web.frame import visit


def value(key: str, otherwise: Any = None) -> Any:
    """What the widget called `key` holds; `otherwise` before it was ever shown."""
    return st.session_state.get(key, otherwise)


def put(key: str, value: Any) -> None:
    """Let a widget show a value; before it is drawn, or in a call-back."""
    st.session_state[key] = value


def suggest(key: str, value: Any) -> Any:
    """The widget's value: this one, unless it has one already."""
    return st.session_state.setdefault(key, value)


def forget(start: str) -> None:
    """Drop the values of all widgets whose keys begin so."""
    for key in [key for key in st.session_state if str(key).startswith(start)]:
        del st.session_state[key]


@dataclass
class _Turns:
    """How often each emptying widget has given its value."""

    of: Counter[str] = field(default_factory=Counter)


def emptying(
    widget: Callable[..., Any],
    label: str,
    *arguments: Any,
    key: str,
    take: Callable[[Any], object],
    ready: Callable[[Any], bool] = bool,
    **options: Any,
) -> None:
    """A widget that is empty again once `take` has had its value: for files and pasted text.

    Streamlit empties none, so each value gives it a new key. ready: whether the value is whole;
    until then it stays. What the browser sends a second time is not taken again.
    """
    turns = visit.state(_Turns).of
    turn = turns[key]
    name = f"{key}_{turn}"

    def changed() -> None:
        given = value(name)
        if turns[key] == turn and ready(given):
            turns[key] += 1
            take(given)

    widget(label, *arguments, key=name, on_change=changed, **options)
