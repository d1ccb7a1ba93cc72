"""The menu of named set-ups above a stack: which it is, and others to start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from playground.experiment import Experiment, presets
from playground.web.frame import widgets
from playground.web.frame.desk import Desk


def menu(
    desk: Desk,
    known: Mapping[str, Experiment],
    now: str | None,
    take: Callable[[Experiment], object],
    other: str = "My layers",
) -> None:
    """Choose one, with a line each.

    known: the presets offered, by name. now: which of them it is; `other` says that it is none.
    take: what to do with the one chosen.
    """
    key = f"{desk.name}_preset"
    widgets.put(key, now)

    def chosen() -> None:
        if name := widgets.value(key):
            take(known[name])

    title = presets.PRESETS[now].title if now else other
    with st.popover(f"**{title}**", type="tertiary", key=f"{desk.name}_presets"):
        st.radio(
            "Start from",
            list(known),
            key=key,
            format_func=lambda name: presets.PRESETS[name].title,
            captions=[presets.PRESETS[name].about for name in known],
            on_change=chosen,
        )
