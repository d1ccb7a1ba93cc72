"""The first visit: what this is, and which button to press."""

from __future__ import annotations

import streamlit as st

from playground.web.frame.desk import Desk
from playground.web.points import tour


def line(desk: Desk) -> None:
    """In the place of the recipe, until something has been pressed."""
    with st.container(key="welcome", horizontal=True, vertical_alignment="center", gap=16):
        st.markdown(
            "**This network has not learned anything yet.** It must tell blue circles from orange "
            "diamonds. Press **Play** and watch the background of the map.",
            width="stretch",
        )
        tour.button(desk)
        st.button("Dismiss", key="quiet_dismiss", type="tertiary", on_click=desk.touch)


def card(desk: Desk) -> None:
    """One question that playing answers."""
    with st.container(key="try", gap=4):
        if desk.untouched:
            st.markdown(
                "**Then try**  \nSwitch to the spiral. Can two neurons learn it? Add more "
                "with **+**."
            )
        else:
            st.markdown("**Try this**  \n" + desk.experiment.data.make().question)
