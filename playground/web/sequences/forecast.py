"""Forecast: the truth, what was foreseen one step ahead, and where the series goes by itself."""

from __future__ import annotations

import streamlit as st

from playground.analysis import forecast
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import forecast as picture
from playground.web.frame import layout, live
from playground.web.frame.desk import Desk

CHART = 330  # px
CUT, END = "From where learning ended", "From the newest value"
STEPS = (12, 24, 60, 120, 240)
BEFORE = 2  # so many times the window is shown of what came before


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """The chart, how far it is off, and from where it runs free."""
    own = forecast.series(snapshot)
    length, count = snapshot.data.shape[0], len(own.numbers)
    axis = forecast.axis(snapshot.experiment.data.make(), count + 2 * max(STEPS))
    with st.container(key="forecast_head", horizontal=True, vertical_alignment="center", gap=12):
        layout.title("Forecast", width="content")
        start = st.segmented_control(
            "Run free",
            [CUT, END],
            default=CUT,
            required=True,
            key=f"{desk.name}_forecast_from",
            label_visibility="collapsed",
        )
        steps = st.select_slider(
            "How far",
            STEPS,
            120,
            format_func=axis.span,
            key=f"{desk.name}_forecast_steps",
            width=240,
        )
    cut = own.cut or count // 2
    place = count if start == END else cut
    true, ahead = forecast.truth(snapshot), forecast.one_step(snapshot)
    free = forecast.free(snapshot, place, steps)
    first = max(0, min(cut, place) - BEFORE * length)
    shown = forecast.Track(true.places[first:], true.values[first:])
    words = _words(snapshot, ahead, free, true, axis.unit)
    live.chart(picture.figure(shown, ahead, free, own.cut, axis), "forecast", CHART, words)
    st.markdown(words + f" The axis shows {axis.word}.")


def _words(
    snapshot: Snapshot,
    ahead: forecast.Track,
    free: forecast.Track,
    true: forecast.Track,
    unit: str,
) -> str:
    """How far each is off, beside what needs no network."""
    off, alone = forecast.error(ahead, true), forecast.error(free, true)
    parts = [f"One step ahead it is off by **{numerals.loss(off)} {unit}** on average"]
    parts.append(
        f"saying the newest value again would be off by {numerals.loss(forecast.naive(snapshot))}"
    )
    if alone == alone:
        parts.append(f"running free it is off by **{numerals.loss(alone)}**")
    return "; ".join(parts) + "."
