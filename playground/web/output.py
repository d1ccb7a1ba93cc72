"""What comes out: the map of the plane, and how well it fits."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.views import plane
from playground.web import layout, live, paint, readout, session
from playground.web.desk import Desk

TEST, TWO, PAINT = "Test points", "Plain colours", "Paint"
HELP = ("Test points: show the points that are not learned from, with a dark rim. Plain colours: "
        "show the answer without how sure it is. Paint: put points on the map, or take some away.")


def place(desk: Desk) -> Any:
    """The title and the map's options; returns the place that `draw` fills."""
    with st.container(key="output", gap=8):
        with st.container(key="maphead", horizontal=True, vertical_alignment="center", gap=8):
            layout.title("Output", width="stretch")
            session.remember("map_options", lambda: [TEST])
            st.pills("Map", [TEST, TWO, PAINT], selection_mode="multi", key="map_options",
                     label_visibility="collapsed", help=HELP)
        return st.container(key="stale_output" if desk.problem else "live", gap=8)


def show_tools() -> None:
    """Begin to paint."""
    chosen = st.session_state.get("map_options", [TEST])
    st.session_state["map_options"] = [*(one for one in chosen if one != PAINT), PAINT]


def draw(desk: Desk, where: Any, snapshot: Any) -> None:
    """Map, loss and accuracy, up to date."""
    chosen = st.session_state.get("map_options", [TEST])
    with where:
        if snapshot.status == "compiling":
            st.empty()
            return
        tools = paint.tools() if PAINT in chosen and not desk.problem else None
        live.chart(plane.figure(snapshot, TEST in chosen, TWO in chosen, tools), "map", 306,
                   plane.describe(snapshot), on_paint_change=lambda: painted(desk))
        readout.loss(snapshot)
        if snapshot.data.classes:
            readout.accuracy(snapshot, chance=1 / snapshot.data.classes)
        else:
            readout.error(snapshot)
        if not len(snapshot.data.train):
            st.markdown(":gray[Nothing can be learned or measured before there are points.]")
        elif len(snapshot.history["epoch"]) < 2:
            guess = "Half right is what guessing gives. " if snapshot.data.classes == 2 else ""
            st.markdown(f":gray[{guess}Both numbers turn into curves once training starts.]")


def painted(desk: Desk) -> None:
    """Carry out the strokes that the map has sent."""
    message = st.session_state["map"].paint
    if message:
        paint.heard(desk, message)
