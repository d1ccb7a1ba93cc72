"""Six steps through the page for a first visit; each names a part and frames it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.web.frame import live, visit
from playground.web.frame.desk import Desk


@dataclass(frozen=True)
class Stop:
    """One step: the keyed container that it is about, and what to say of it."""

    part: str
    title: str
    text: str


STOPS = (
    Stop(
        "data",
        "The points to learn from",
        "Circles are blue, diamonds are orange. Pick another "
        "picture, make it noisier, or choose what the network is told about each point.",
    ),
    Stop(
        "network",
        "The network",
        "Each square shows what one neuron says all over the plane. "
        "Lines are weights: blue adds, dashed orange subtracts. **+** and **−** add and remove "
        "neurons; a click on a line sets its weight.",
    ),
    Stop(
        "transport",
        "Play, and go back",
        "Play trains, Step learns from one batch, Reset starts "
        "again with the same weights. Once it rests, Rewind brings any earlier epoch back.",
    ),
    Stop(
        "output",
        "What comes out",
        "The background is the answer, the signs are the points. Test "
        "points have a dark rim: the network never learns from them. Below are loss and "
        "accuracy.",
    ),
    Stop(
        "recipe",
        "The recipe",
        "Every bold word opens a setting: what is made small, how, on how "
        "many points at a time, and from which weights.",
    ),
    Stop(
        "nethead",
        "Look closer",
        "Numbers shows one step by hand, Health says what goes wrong "
        "and mends it, Compare puts runs on the same axes. Share, on the right, has the link.",
    ),
)


def button(desk: Desk) -> None:
    """The quiet way in."""
    st.button(
        "Tour again" if visit.state(Tour).seen else "Tour",
        key="quiet_tour",
        type="tertiary",
        icon=":material/explore:",
        on_click=lambda: _go(desk, 0),
        help="Six short steps through this page.",
    )


def show(desk: Desk) -> None:
    """The card of the step that the tour is at; nothing where nobody takes it."""
    at = visit.state(Tour).at
    if at is None:
        return
    stop = STOPS[at]
    last = at == len(STOPS) - 1
    with st.container(key="tour", gap=6):
        st.markdown(f"**{stop.title}** :small[:gray[{at + 1} of {len(STOPS)}]]  \n{stop.text}")
        with st.container(key="tour_buttons", horizontal=True, gap=8):
            st.button(
                "Done" if last else "Next",
                key="tour_next",
                type="primary",
                on_click=lambda: _go(desk, None if last else at + 1),
            )
            st.button("Back", key="tour_back", disabled=not at, on_click=lambda: _go(desk, at - 1))
            st.space("stretch")
            st.button(
                "Skip",
                key="tour_skip",
                type="tertiary",
                disabled=last,
                on_click=lambda: _go(desk, None),
            )
        live.show(
            "tour",
            "tour_guide",
            {"part": stop.part, "step": at},
            skip=lambda _: _go(desk, None),
        )


@dataclass
class Tour:
    """The step that it is at, and whether it was ever taken."""

    at: int | None = None
    seen: bool = False


def _go(desk: Desk, step: int | None) -> None:
    """To a step, or out of the tour. From the fifth on it is about what a first visit lacks."""
    tour = visit.state(Tour)
    tour.at, tour.seen = step, True
    if step is not None and STOPS[step].part in ("recipe", "nethead"):
        desk.touch()
