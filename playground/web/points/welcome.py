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
            st.markdown("**Try this**  \n" + _question(desk))


def _question(desk: Desk) -> str:
    data = desk.experiment.data
    if data.type == "spiral":
        if {"sin_x1", "sin_x2"} <= set(data.features):
            return (
                "Switch off sin x₁ and sin x₂, then play. How many neurons does the spiral "
                "need now?"
            )
        return "Switch on sin x₁ and sin x₂. Why does the spiral become easier?"
    if data.type == "xor":
        return "Take x₁x₂ as the only input. How many hidden neurons are still needed?"
    if data.type == "circle":
        return (
            "Take x₁² and x₂² as the only inputs and remove all hidden layers. Why does one "
            "neuron suffice?"
        )
    if data.type == "gauss":
        return "Turn the noise up to 50 %. Can any network get every test point right?"
    return "Make the learning rate ten times larger while it runs. What does the loss do?"
