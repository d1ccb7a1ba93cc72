"""Named set-ups for sequences: data and network together."""

from __future__ import annotations

from functools import cache

import streamlit as st

from playground.engine import registry
from playground.experiment import Experiment, presets
from playground.web.frame import widgets
from playground.web.frame.desk import Desk


@cache
def known() -> dict[str, Experiment]:
    """The presets that learn from sequences, by name."""
    return {
        name: Experiment.preset(name)
        for name, preset in presets.PRESETS.items()
        if registry.get("data", preset.experiment["data"]["type"]).sequence
    }


def name(experiment: Experiment) -> str | None:
    """Which preset has these data and layers."""
    for key, preset in known().items():
        if preset.layers == experiment.layers and preset.data == experiment.data:
            return key
    return None


def menu(desk: Desk) -> None:
    """Choose one, with a line each."""
    now, key = name(desk.experiment), f"{desk.name}_preset"
    widgets.put(key, now)

    def take() -> None:
        if chosen := widgets.value(key):
            desk.change_to(known()[chosen].described())

    title = presets.PRESETS[now].title if now else "My network"
    with st.popover(f"**{title}**", type="tertiary", key=f"{desk.name}_presets"):
        st.radio(
            "Start from",
            list(known()),
            key=key,
            format_func=lambda name: presets.PRESETS[name].title,
            captions=[presets.PRESETS[name].about for name in known()],
            on_change=take,
        )
