"""Points of the plane as widgets: which set, how noisy, how many for training, what is told of
each. The Playground and Trees share them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from playground.data import FEATURES
from playground.data.own_formula import OwnFormula
from playground.data.own_points import Own
from playground.engine import registry
from playground.experiment.parts import Part
from playground.web.frame import session
from playground.web.frame.desk import Desk
from playground.web.parts import forms, formula

OWN = Own.type
PLAYGROUND = "playground"  # the desk whose points can be taken over


def planar() -> list[str]:
    """The data sets that are points of the plane, those with a choice of inputs: classes first,
    then values, and last one's own."""
    names = [
        piece
        for piece in registry.pieces("data")
        if any(option.name == "features" for option in registry.options(piece))
    ]
    last = (OWN, OwnFormula.type)
    names.sort(key=lambda piece: (*(piece.type == name for name in last), piece.task))
    return [piece.type for piece in names]


def count(data: Part) -> int:
    """How many points there are."""
    return len(data.make().unpacked()) if data.type == OWN else data.samples


def sets(desk: Desk, offered: Sequence[str], put: Callable[[str], None] | None = None) -> None:
    """The sets as pictures; of points by a formula of one's own, the formula too."""
    with st.container(key="sets"):
        forms.bound(
            desk,
            ("data", "type"),
            st.pills,
            "Data set",
            list(offered),
            required=True,
            format_func=picture,
            label_visibility="collapsed",
            width="stretch",
            put=put,
        )
    if desk.experiment.data.type == OwnFormula.type:
        formula.fields(desk)


def take(desk: Desk, put: Callable[[Part], None]) -> None:
    """The points that the Playground has, painted ones too."""
    there = session.find(PLAYGROUND)
    points = there.experiment.data if there else None
    if desk.controls.hides("points") or points is None or points == desk.experiment.data:
        return
    with st.container(key="quiet_take"):
        st.button(
            "Points of the Playground",
            icon=":material/move_down:",
            type="tertiary",
            key="points_taken",
            disabled=desk.controls.fixes("points"),
            on_click=put,
            args=(points,),
            help="The very points that the network on the Playground page learns from.",
        )


def picture(name: str) -> str:
    """A set's picture, as Markdown."""
    title = registry.get("data", name).title
    return f"![{title}](assets/data/{name}.svg)"


def noise(desk: Desk, option: registry.Option) -> None:
    """How far the answers stray."""
    forms.bound(
        desk,
        ("data", "noise"),
        st.slider,
        option.title,
        int(option.low),
        int(option.high),
        step=5,
        format="%d %%",
        help=option.help,
    )


def share(desk: Desk, option: registry.Option, put: Callable[[float], Any] | None = None) -> None:
    """How many of the points are for training."""
    forms.bound(
        desk,
        ("data", "train_fraction"),
        st.slider,
        option.title,
        round(100 * option.low),
        round(100 * option.high),
        step=10,
        format="%d %%",
        help=option.help,
        show=lambda part: round(100 * part),
        keep=lambda percent: percent / 100,
        put=put,
    )


def inputs(desk: Desk, option: registry.Option) -> None:
    """What is told of each point."""

    def keep(chosen: list[str]) -> list[str]:
        """In the order of the list; without inputs there would be nothing to learn from."""
        ordered = [name for name in FEATURES if name in chosen]
        return ordered or list(desk.experiment.data.features)

    forms.bound(
        desk,
        ("data", "features"),
        st.pills,
        option.title,
        list(FEATURES),
        selection_mode="multi",
        format_func=lambda name: FEATURES[name][0],
        help=option.help,
        show=list,
        keep=keep,
    )
