"""What comes out: the map of the plane, and how well it fits."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.experiment.tensorflow_playground import Opened
from playground.training.snapshot import Snapshot
from playground.views import plane
from playground.web.frame import layout, live, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import paint, readout

TEST, TWO, PAINT = "Test points", "Plain colours", "Paint"
CONTROLS = {TEST: "test_points", TWO: "two_colours", PAINT: "points"}
OPTIONS = "map_options"  # the widget's key
HELP = (
    "Test points: show the points that are not learned from, with a dark rim. Plain colours: "
    "show the answer without how sure it is. Paint: put points on the map, or take some away."
)


def place(desk: Desk) -> Any:
    """The title and the map's options; returns the place that `draw` fills."""
    with st.container(key="output", gap=8):
        with st.container(key="maphead", horizontal=True, vertical_alignment="center", gap=8):
            layout.title("Output", width="stretch")
            _options(desk)
            readout.options()
        return st.container(key="stale_output" if desk.problem else "live", gap=8)


def _options(desk: Desk) -> None:
    """How the map is shown; what a link hides is not there, what it locks cannot be moved."""
    chosen = widgets.suggest(OPTIONS, [TEST])
    free = [option for option, name in CONTROLS.items() if not desk.controls.fixes(name)]
    locked = [option for option, name in CONTROLS.items() if name in desk.controls.locked]
    if len(free) == len(CONTROLS):
        _pills(free, OPTIONS)
        return
    standing = list(chosen)
    widgets.put(OPTIONS, standing)  # it is no widget's own now

    def choose() -> None:
        fixed = [option for option in standing if option not in free]
        widgets.put(OPTIONS, fixed + widgets.value("map_some"))

    for key, offered in (("map_some", free), ("map_locked", locked)):
        if offered:
            widgets.put(key, [option for option in standing if option in offered])
            _pills(
                offered,
                key,
                on_change=choose if offered is free else None,
                disabled=offered is locked,
            )


def _pills(offered: list[str], key: str, **options: Any) -> None:
    st.pills(
        "Map",
        offered,
        selection_mode="multi",
        key=key,
        label_visibility="collapsed",
        help=HELP,
        **options,
    )


def choose_options(link: Opened) -> None:
    """Show the map as a link of the reference wants it; for call-backs."""
    wanted = {TEST: link.test_points, TWO: link.two_colours}
    widgets.put(OPTIONS, [option for option, on in wanted.items() if on])


def show_tools() -> None:
    """Begin to paint."""
    chosen = widgets.value(OPTIONS, [TEST])
    widgets.put(OPTIONS, [*(option for option in chosen if option != PAINT), PAINT])


def draw(desk: Desk, where: Any, snapshot: Snapshot) -> None:
    """Map, loss and accuracy, up to date."""
    chosen = widgets.value(OPTIONS, [TEST])
    snapshot, tools = paint.shown(desk, snapshot, PAINT in chosen)
    with where:
        if snapshot.status == "compiling":
            st.empty()
            return
        live.chart(
            plane.figure(snapshot, TEST in chosen, TWO in chosen, tools),
            "map",
            306,
            plane.describe(snapshot),
            paint=lambda message: paint.heard(desk, message),
        )
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
