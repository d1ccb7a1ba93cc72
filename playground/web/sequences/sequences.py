"""The parts of the Sequences page: what it starts with, what there is to say, and the curves."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.analysis import guessing
from playground.experiment import Experiment
from playground.training.snapshot import Snapshot
from playground.web.frame import session, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import checkup, compare, readout, transport
from playground.web.sequences import forecast, memory, rivals, writing

NAME = "sequences"
BATCHES = (1, 8, 16, 32, 64, 128, 256)
PACE = 0.35  # seconds between two updates of the curves
SLOWER = 0.5  # of a view, whose pictures cost more
CURVE, COMPARED = 84, 280  # px
MEMORY, GRADIENT, FORECAST, TEXT = "Memory", "Gradient through time", "Forecast", "Text"
COMPARE, HEALTH = "Compare", "Health"
VIEWS = {
    MEMORY: memory.draw,
    GRADIENT: rivals.draw,
    FORECAST: forecast.draw,
    TEXT: writing.draw,
    COMPARE: lambda desk, snapshot: compare.draw(desk, snapshot, desk.name, COMPARED),
    HEALTH: checkup.draw,
}


def default() -> Experiment:
    """What a first visit finds: two marked numbers to be added, and an LSTM."""
    return Experiment.preset("adding_lstm")


def refuse(experiment: Experiment) -> str:
    """Only data with an order in time belong here."""
    data = experiment.data.make()
    if data.sequence:
        return ""
    where = "Digits" if len(data.shape) == 3 else "Playground"
    return f"This set-up learns from no sequences: open it on the {where} page."


def clock(place: DeltaGenerator, snapshot: Snapshot) -> None:
    """How far the training has come, and how fast it goes."""
    transport.readings(place, snapshot)


def curves(desk: Desk, snapshot: Snapshot) -> None:
    """Loss, and what is measured besides."""
    if snapshot.status == "compiling":
        st.markdown(f":gray[:material/hourglass_top: {snapshot.message}]")
        return
    if snapshot.data.next_symbol:
        readout.bits(snapshot, CURVE, "epochs")
    else:
        readout.loss(snapshot, CURVE, "epochs")
    if snapshot.data.classes:
        readout.accuracy(snapshot, CURVE, chance=_guess(snapshot).share)
    else:
        readout.error(snapshot, CURVE)


def _guess(snapshot: Snapshot) -> guessing.Guess:
    return visit.once("sequences_guess", snapshot.data, lambda: guessing.guess(snapshot.data))


def welcome(desk: Desk) -> None:
    """Before the first step: the task, what guessing costs, and what to press."""
    snapshot = desk.snapshot()
    if snapshot is None or snapshot.step or desk.playing or desk.problem:
        return
    with st.container(key="welcome"):
        st.markdown(f"{_task(snapshot)} {_guess(snapshot).words} Press **Play** and watch.")


def _task(snapshot: Snapshot) -> str:
    """What has to be learned: the first line of the data set's own description."""
    about = type(snapshot.experiment.data.make()).__doc__ or ""
    return f"**{about.strip().splitlines()[0]}**"


# ---- views ----


def offered(desk: Desk) -> list[str]:
    """The views that make sense for the data."""
    data = desk.run.data if desk.run else None
    names = [MEMORY, GRADIENT]
    if data is not None and data.series is not None:
        names.append(FORECAST)
    if data is not None and data.next_symbol:
        names.append(TEXT)
    return [*names, COMPARE, HEALTH]


def view(desk: Desk) -> None:
    """The switch, and the view below it, which renews itself while something trains."""
    names, key = offered(desk), f"{desk.name}_view"
    if widgets.value(key) not in names:
        widgets.put(key, names[0])
    name = st.segmented_control("View", names, required=True, key=key, label_visibility="collapsed")
    if desk.run is None or desk.problem is not None:
        st.markdown(":gray[Once the layers fit, there is something to see here.]")
        return
    busy = desk.busy or rivals.busy(desk)
    pace = session.interval(desk, SLOWER) or (SLOWER if busy else None)

    @st.fragment(run_every=pace)
    def tick() -> None:
        snapshot = desk.snapshot()
        if desk.changed or busy != (desk.busy or rivals.busy(desk)):
            st.rerun()
        if snapshot is not None and snapshot.status == "compiling":
            st.markdown(":gray[The pictures come as soon as the network is ready.]")
        elif snapshot is not None:
            VIEWS[name or names[0]](desk, snapshot)

    with st.container(key="time_view", gap=8):
        tick()


def try_this(desk: Desk) -> None:
    """A question that playing answers."""
    with st.container(key="try", gap=4):
        st.markdown("**Try this**")
        st.markdown(desk.experiment.data.make().question)
