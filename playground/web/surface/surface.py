"""The Surface page: walkers on a surface by a formula, or the loss of a network as a surface."""

from __future__ import annotations

import streamlit as st

from playground.analysis.curve_readings import RaceReadings
from playground.analysis.descent import floor, walks
from playground.data.grammar import FormulaError
from playground.views import surface as views
from playground.web.frame import live, widgets
from playground.web.parts import goal
from playground.web.parts.learning import current
from playground.web.surface import network, settings
from playground.web.surface.ground import Ground, here

WALKS, LOSS = "Walkers on a surface", "A network’s own loss"


@goal.of("surface")
def read() -> RaceReadings:
    """What a lesson's goal asks of all of this visit's walkers together."""
    lesson, descent = current(), here().descent
    if lesson and lesson.walks and descent.surface != lesson.preset:
        raise FormulaError("This goal belongs to another surface: the one of the lesson.")
    found = walks(descent)
    return RaceReadings(found, floor(descent.ground, found))


def page(now: Ground) -> None:
    """The switch between both, and the chosen one."""
    widgets.suggest("surface_view", WALKS)
    view = st.segmented_control(
        "View",
        (WALKS, LOSS),
        key="surface_view",
        required=True,
        label_visibility="collapsed",
    )
    if view == LOSS:
        network.page()
    else:
        _walks(now)


def _walks(now: Ground) -> None:
    """Settings on the left, the walks on the right."""
    left, right = st.columns([300, 908], gap=24)
    with left, st.container(key="surface_controls", gap=10):
        settings.controls(now)
        _try_this()
    with right, st.container(key="surface_walks", gap=8):
        live.show(
            "surface", "surface", views.payload(now.descent, now.goal, now.seen), start=now.move
        )


def _try_this() -> None:
    with st.container(key="try", gap=4):
        st.markdown(
            "**Try this**  \nOn *Two hollows* only one walker ends in the deeper one. Which, and "
            "why? Then take its swing away."
        )
