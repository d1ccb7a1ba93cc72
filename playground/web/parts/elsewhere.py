"""A quiet line on a page about what trains on another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from playground.experiment import numerals
from playground.views import stack
from playground.web.frame import session, visit
from playground.web.frame.desk import Desk

PACE = 2.0  # seconds between two updates


@dataclass
class Busy:
    """The desks that trained when last seen, or ended unseen."""

    names: set[str] = field(default_factory=set)


def lines(here: str, pages: Mapping[str, StreamlitPage]) -> None:
    """A line, which leads there, for each page but `here` on which something trains.

    pages: every page by its name. What has ended is told until one looks at it.
    """
    busy = visit.state(Busy)
    desks = {name: desk for name in pages if (desk := session.find(name)) and desk.run}
    training = {name for name, desk in desks.items() if desk.busy}
    busy.names = (busy.names | training) - ({here} - training)
    shown = sorted(busy.names & set(desks) - {here})
    training -= {here}

    @st.fragment(run_every=PACE if training else None)
    def tick() -> None:
        for name in shown:
            st.page_link(
                pages[name],
                label=sentence(desks[name]),
                width="content",
                icon=":material/model_training:" if desks[name].busy else ":material/check_circle:",
            )
        if {name for name in training if desks[name].busy} != training:
            st.rerun()

    with st.container(key="elsewhere", gap=0):  # there without a line too: the page keeps its place
        if shown:
            tick()


def sentence(desk: Desk) -> str:
    """LeNet-5 is training: epoch 3.2, 98.1 %."""
    snapshot = desk.snapshot()
    preset = stack.preset(desk.experiment)
    name = preset.title if preset else "Your network"
    status = desk.run.status if desk.run else ""
    if snapshot is None or status == "compiling":
        return f"{name} is getting ready to train"
    metrics = snapshot.metrics["test"]
    score = (
        numerals.percent(metrics["accuracy"])
        if "accuracy" in metrics
        else f"loss {numerals.loss(metrics['loss'])}"
    )
    doing = {"running": "is training", "finished": "has finished", "diverged": "has diverged"}
    epoch = numerals.fixed(snapshot.epoch, 1)
    return f"{name} {doing.get(status, 'rests')}: epoch {epoch}, {score}"
