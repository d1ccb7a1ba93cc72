"""What comes out: the map of the plane, and how well it fits."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.views import plane
from playground.web import layout, live, readout
from playground.web.desk import Desk

TEST, TWO = "Test points", "Two colours"


def place(desk: Desk) -> Any:
    """The title and the map's options; returns the place that `draw` fills."""
    with st.container(key="output", gap=8):
        with st.container(key="maphead", horizontal=True, vertical_alignment="center", gap=8):
            layout.title("Output", width="stretch")
            st.pills("Map", [TEST, TWO], selection_mode="multi", default=[TEST], key="map_options",
                     label_visibility="collapsed")
        return st.container(key="stale_output" if desk.problem else "live", gap=8)


def draw(desk: Desk, where: Any, snapshot: Any) -> None:
    """Map, loss and accuracy, up to date."""
    chosen = st.session_state.get("map_options", [TEST])
    with where:
        if snapshot.status == "compiling":
            st.empty()
            return
        live.chart(plane.figure(snapshot, TEST in chosen, TWO in chosen), "map", 306,
                   plane.describe(snapshot))
        readout.loss(snapshot)
        if snapshot.data.classes:
            readout.accuracy(snapshot, chance=1 / snapshot.data.classes)
        else:
            readout.error(snapshot)
        if len(snapshot.history["epoch"]) < 2:
            guess = "Half right is what guessing gives. " if snapshot.data.classes == 2 else ""
            st.markdown(f":gray[{guess}Both numbers turn into curves once training starts.]")
