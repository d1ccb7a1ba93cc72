"""Named stacks for images, and a question to begin with."""

from __future__ import annotations

import streamlit as st

from playground.experiment import presets
from playground.views import stack
from playground.web.frame import layout, widgets
from playground.web.frame.desk import Desk


def menu(desk: Desk) -> None:
    """Named stacks for the same data, with a line each."""
    known = stack.presets(desk.experiment.data.type)
    now = stack.preset(desk.experiment)
    key = f"{desk.name}_preset"
    widgets.put(key, now.name if now else None)

    def take() -> None:
        if chosen := widgets.value(key):
            described = known[chosen].described()
            desk.change_to({**described, "data": desk.experiment.data.described()})

    title = now.title if now else "My layers"
    with st.popover(f"**{title}**", type="tertiary", key=f"{desk.name}_presets"):
        st.radio(
            "Start from",
            known,
            key=key,
            format_func=lambda name: presets.PRESETS[name].title,
            captions=[presets.PRESETS[name].about for name in known],
            on_change=take,
        )


def try_this() -> None:
    """A question that playing answers."""
    with st.container(key="try", gap=4):
        layout.title("Try this")
        st.markdown(
            "Delete both Max pools. Why does the number of weights explode, and does the "
            "accuracy follow?"
        )
