"""The bar on top: play, step, start over, how far it has come, how fast it goes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.web import forms, rewind
from playground.web.desk import Desk

SPEEDS = {"slow": "Slow", "normal": "Normal", "max": "Max"}


def bar(desk: Desk, verb: str = "Play") -> Any:
    """Draw the bar; returns the place of the clock, which `clock` fills with every update."""
    name, stuck = desk.name, desk.stuck
    with st.container(key="transport", horizontal=True, vertical_alignment="center", gap=8):
        st.button("Pause" if desk.playing else verb, type="primary", key=f"{name}_play", width=100,
                  icon=":material/pause:" if desk.playing else ":material/play_arrow:",
                  on_click=desk.toggle, disabled=stuck)
        st.button("Step", icon=":material/skip_next:", key=f"{name}_step", on_click=desk.step,
                  disabled=stuck, help="Learn from one batch.")
        st.button("Reset", icon=":material/replay:", key=f"{name}_reset", on_click=desk.reset,
                  disabled=stuck, help="Back to the same starting weights.")
        st.button("Reseed", icon=":material/casino:", key=f"{name}_reseed", on_click=desk.reseed,
                  disabled=stuck, help="Draw other starting weights.")
        place = st.container(key="clock", width="stretch", horizontal=True, gap=20,
                             vertical_alignment="center")
        if desk.run is None:
            clock(place, ("0", "epochs"))
        rewind.scrubber(desk)
        with st.container(key="rate", width=176):
            forms.rate(desk, ("optimizer", "learning_rate"), "Learning rate", forms.RATES)
        with st.container(key="speed", width="content"):
            _speed(desk)
    return place


def _speed(desk: Desk) -> None:
    key = f"{desk.name}_speed"
    st.session_state.setdefault(key, desk.speed)
    st.segmented_control("Speed", SPEEDS, format_func=SPEEDS.get, required=True, key=key,
                         on_change=lambda: desk.set_speed(st.session_state[key]))


def readings(place: Any, snapshot: Any) -> None:
    """Epochs so far and the pace; while the network compiles, what the page waits for."""
    if snapshot.status == "compiling":
        clock(place, (_epochs(snapshot.epoch), "epochs"), ("", "getting ready"))
    elif snapshot.status == "running" and snapshot.steps_per_second:
        clock(place, (_epochs(snapshot.epoch), "epochs"),
              (count(snapshot.epochs_per_second), "epochs/s"),
              (count(snapshot.steps_per_second), "steps/s"))
    else:
        clock(place, (_epochs(snapshot.epoch), "epochs"))


def _epochs(epoch: float) -> str:
    """Whole epochs, or two decimals while single steps count."""
    return f"{epoch:,.0f}" if epoch == round(epoch) or epoch >= 10 else f"{epoch:.2f}"


def clock(place: Any, *readings: tuple[str, str]) -> None:
    """Show readings such as ``("179", "epochs")`` in the bar."""
    with place:
        for value, unit in readings:
            st.markdown(f"**{value}** {unit}" if value else unit, width="content")


def count(number: float) -> str:
    """A whole number with thin groups: 41,200."""
    return f"{number:,.0f}"
