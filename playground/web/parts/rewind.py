"""The scrubber: back to any recorded moment of a run that rests."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from playground.experiment import numerals
from playground.web.frame import visit, widgets
from playground.web.frame.desk import Desk


def scrubber(desk: Desk) -> None:
    """Beside the clock, while nothing trains and there is something to go back to."""
    if desk.run is None or desk.playing or desk.stuck or desk.controls.hides("rewind"):
        return
    snapshot = desk.snapshot()
    if snapshot is None or snapshot.status in ("compiling", "running"):
        return
    if not snapshot.recordable and snapshot.step:
        st.markdown(
            ":small[:gray[too large to rewind]]",
            width="content",
            help="One moment of this network takes too much memory to keep several.",
        )
        return
    epochs = dict(snapshot.recorded)
    if len(epochs) < 2 or snapshot.step not in epochs:
        return
    of = visit.once("rewind_of", desk.run, lambda: uuid4().hex)
    key = f"{desk.name}_rewind_{of}_{len(epochs)}_{max(epochs)}"
    if widgets.value(key, snapshot.step) != snapshot.step:
        widgets.forget(key)  # a link or a reset moved the run
    with st.container(key="rewind", width=250):
        st.select_slider(
            "Rewind",
            list(epochs),
            snapshot.step,
            key=key,
            width="stretch",
            disabled=desk.controls.fixes("rewind"),
            format_func=lambda step: numerals.epochs(epochs[step]),
            on_change=lambda: desk.rewind(widgets.value(key)),
            help="Back to an earlier epoch: network, map and numbers as they were. Play goes on "
            "from there, and what came after is forgotten then.",
        )
