"""What a page keeps for one visit: a dataclass of its own, found by its class.

Nothing here reaches another visitor; closing the tab drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

State = TypeVar("State")
Made = TypeVar("Made")


def key(kind: type, name: str = "") -> str:
    """Where a state lies: the name of its class, and of what it belongs to."""
    return f"{name}.{kind.__name__}" if name else kind.__name__


def state(kind: type[State], name: str = "") -> State:
    """This visit's state of a kind, made by its defaults when it is first asked for.

    name: whose it is, where there are several (a desk's, say).
    """
    place = key(kind, name)
    if place not in st.session_state:
        st.session_state[place] = kind()
    return st.session_state[place]


@dataclass
class _Once:
    """A value, and what it was made of."""

    of: Any
    value: Any


def once(name: str, of: Any, make: Callable[[], Made]) -> Made:
    """What `make` gives for `of`; made again only when that is another one."""
    known = st.session_state.get(name)
    if not isinstance(known, _Once) or known.of != of:
        known = st.session_state[name] = _Once(of, make())
    return known.value
