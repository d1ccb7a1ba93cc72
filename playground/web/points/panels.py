"""What opens under the network: Numbers, Health, Compare. One at a time, and none at first."""

from __future__ import annotations

import streamlit as st

from playground.web.frame import session, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import checkup, compare
from playground.web.points import numbers

PANELS = {"Numbers": numbers.draw, "Health": checkup.draw, "Compare": compare.draw}
ICONS = {"Numbers": "calculate", "Health": "monitor_heart", "Compare": "compare_arrows"}
HEIGHT = 300  # px that an open panel takes from the network
PACE = 1.0  # seconds between two renewals of a panel, at least


def choose(desk: Desk) -> None:
    """The quiet buttons in the network's title row; a first visit has enough to look at."""
    if not desk.untouched and not desk.controls.hides("panels"):
        st.pills(
            "Look closer",
            PANELS,
            key="panel",
            label_visibility="collapsed",
            format_func=lambda name: f":material/{ICONS[name]}: {name}",
            help="Numbers: one step by hand. Health: is training going well? "
            "Compare: several runs on the same axes.",
            disabled=desk.controls.fixes("panels"),
        )


def opened() -> str | None:
    """The panel that is open."""
    return widgets.value("panel")


def open_panel(name: str) -> None:
    """Open a panel with the next run of the page; for call-backs."""
    widgets.put("panel", name)


def place(desk: Desk) -> None:
    """The open panel, which renews itself while the network trains.

    It is a fragment of its own, so that it may hold widgets and does not slow the live views. A
    change that concerns the whole page sets `desk.changed`.
    """
    name = opened()
    if not name or desk.problem:
        return
    pace = session.interval(desk)

    @st.fragment(run_every=max(PACE, pace) if pace else None)
    def tick() -> None:
        snapshot = desk.snapshot()
        if desk.changed:
            st.rerun()
        if desk.stuck and name != "Compare":
            st.markdown(":gray[There are no points to learn from yet, so nothing to look at.]")
        elif snapshot and snapshot.status != "compiling":
            PANELS[name](desk, snapshot)

    with st.container(key="open_panel", gap=8, height=HEIGHT - 10, border=False):
        tick()
