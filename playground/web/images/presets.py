"""Named stacks for images, and a question to begin with."""

from __future__ import annotations

import streamlit as st

from playground.experiment import Experiment
from playground.views import stack
from playground.web.frame import layout
from playground.web.frame.desk import Desk
from playground.web.parts import named


def menu(desk: Desk) -> None:
    """Named stacks for the same data, with a line each."""

    def take(preset: Experiment) -> None:
        desk.change_to({**preset.described(), "data": desk.experiment.data.described()})

    now = stack.preset(desk.experiment)
    known = stack.presets(desk.experiment.data.type)
    named.menu(desk, known, now.name if now else None, take)


def try_this() -> None:
    """A question that playing answers."""
    with st.container(key="try", gap=4):
        layout.title("Try this")
        st.markdown(
            "Delete both Max pools. Why does the number of weights explode, and does the "
            "accuracy follow?"
        )
