"""The Surface page: walkers on a surface by a formula, or the loss of a network as a surface."""

from __future__ import annotations

import streamlit as st

from playground.views import surface as views
from playground.web.frame import live, widgets
from playground.web.surface import network, settings
from playground.web.surface.ground import Ground

WALKS, LOSS = "Walkers on a surface", "A network’s own loss"


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
