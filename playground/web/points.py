"""The points to learn from: which set, how noisy, how many for training, what the network sees."""

from __future__ import annotations

import streamlit as st

from playground.data import FEATURES
from playground.engine import registry
from playground.experiment import Experiment
from playground.web import forms, layout
from playground.web.desk import Desk


def planar() -> list[str]:
    """The data sets that are points of the plane: those with a choice of inputs."""
    return [piece.type for piece in registry.pieces("data")
            if any(option.name == "features" for option in registry.options(piece))]


def elsewhere(experiment: Experiment) -> str:
    """What to say to an Experiment that has no points of the plane."""
    if experiment.data.type in planar():
        return ""
    title = registry.get("data", experiment.data.type).title
    return f"This set-up works on {title}, not on points of the plane: open it on the Digits page."


def panel(desk: Desk) -> None:
    """Everything about the data, one under the other."""
    data = desk.experiment.data
    piece = registry.get("data", data.type)
    options = {option.name: option for option in registry.options(piece)}
    with st.container(key="data", gap=8):
        layout.title("Data", f"{piece.title}, {data.samples:,} points")
        with st.container(key="sets"):
            forms.bound(desk, ("data", "type"), st.pills, "Data set", planar(), required=True,
                        format_func=_picture, label_visibility="collapsed", width="stretch")
        noise, share = options["noise"], options["train_fraction"]
        forms.bound(desk, ("data", "noise"), st.slider, noise.title, int(noise.minimum),
                    int(noise.maximum), step=5, format="%d %%", help=noise.help)
        forms.bound(desk, ("data", "train_fraction"), st.slider, share.title,
                    round(100 * share.minimum), round(100 * share.maximum), step=10,
                    format="%d %%", help=share.help, show=lambda part: round(100 * part),
                    keep=lambda percent: percent / 100)
        _inputs(desk, options["features"])


def _picture(name: str) -> str:
    title = registry.get("data", name).title
    return f"![{title}](assets/data/{name}.svg)"


def _inputs(desk: Desk, option: registry.Option) -> None:
    def keep(chosen: list[str]) -> list[str]:
        """In the order of the list; a network without inputs would have nothing to learn from."""
        ordered = [name for name in FEATURES if name in chosen]
        return ordered or list(desk.experiment.data.features)

    forms.bound(desk, ("data", "features"), st.pills, option.title, list(FEATURES),
                selection_mode="multi", format_func=lambda name: FEATURES[name][0],
                help=option.help, show=list, keep=keep)
