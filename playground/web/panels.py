"""What opens under the network: Numbers, Health, Compare. One at a time, and none at first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.web import checkup, compare, numbers
from playground.web.desk import Desk

PANELS = {"Numbers": numbers.draw, "Health": checkup.draw, "Compare": compare.draw}
HEIGHT = 300  # px that an open panel takes from the network


def choose(desk: Desk) -> None:
    """The quiet buttons in the network's title row; a first visit has enough to look at."""
    if not desk.untouched:
        st.pills("Look closer", PANELS, key="panel", label_visibility="collapsed",
                 help="Numbers: one step by hand. Health: is training going well? "
                      "Compare: several runs on the same axes.")


def opened() -> str | None:
    """The panel that is open."""
    return st.session_state.get("panel")


def draw(desk: Desk, snapshot: Any) -> None:
    """The open panel, up to date."""
    name = opened()
    if name:
        with st.container(key="open_panel", gap=8, height=HEIGHT - 10, border=False):
            PANELS[name](desk, snapshot)
