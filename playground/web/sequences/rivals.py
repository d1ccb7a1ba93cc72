"""RNN, LSTM and GRU on the same task, from the same seed, on one clock: how far back each one's
loss can teach, and who remembers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.experiment import Experiment, edits, numerals, time_edits
from playground.training.race import Race
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from playground.views import rivals, unrolled
from playground.web.frame import layout, live, session, visit
from playground.web.frame.desk import Desk
from playground.web.sequences import memory

CHART = 230  # px


@dataclass
class Rivals:
    """The race of one Experiment, and what it was made of."""

    race: Race | None = None
    experiment: Experiment | None = None


def here(desk: Desk) -> Rivals:
    """This visit's."""
    return visit.state(Rivals, desk.name)


def busy(desk: Desk) -> bool:
    """Whether a race is on, or measures where it stopped."""
    race = here(desk).race
    return race is not None and race.busy


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """Both charts, and the numbers."""
    now = here(desk)
    if not any(layer.type in rivals.kinds() for layer in desk.experiment.layers):
        st.markdown(":gray[Nothing remembers here: add a Simple RNN, LSTM or GRU layer.]")
        return
    if now.race is None or now.experiment != desk.experiment:
        _line_up(desk, now)
    race = now.race
    assert race is not None
    race.look()
    _head(desk, now, race)
    newest = race.newest
    if not newest:
        st.markdown(":gray[:material/hourglass_top: Three networks are getting ready.]")
        return
    left, right = st.columns(2, gap=24)
    with left:
        _gradients(desk, newest)
    with right:
        _losses(newest)
    st.markdown("\n".join(rivals.table(newest)))


def _line_up(desk: Desk, now: Rivals) -> None:
    """Three Runs that differ in the kind of memory alone."""
    if now.race is not None:
        now.race.close()
    runs = {
        kind: Run(edits.read(time_edits.with_memory(desk.experiment, kind)))
        for kind in rivals.kinds()
    }
    now.race, now.experiment = Race(runs), desk.experiment
    session.adopt(f"{desk.name} rivals", now.race)


def _head(desk: Desk, now: Rivals, race: Race) -> None:
    def toggle() -> None:
        if race.playing:
            race.pause()
        else:
            desk.pause()  # the cores are for the three
            race.play()

    def again() -> None:
        race.close()
        now.race = None

    with st.container(key="rivals_head", horizontal=True, vertical_alignment="center", gap=8):
        st.button(
            "Pause the three" if race.playing else "Train the three",
            key="rivals_play",
            icon=":material/pause:" if race.playing else ":material/play_arrow:",
            on_click=toggle,
            help="A simple RNN, an LSTM and a GRU learn side by side: same data, same seed, same "
            "number of steps. The training above rests meanwhile.",
        )
        st.button(
            "Start over",
            key="quiet_rivals_again",
            type="tertiary",
            icon=":material/replay:",
            on_click=again,
            disabled=not race.step,
        )
        layout.title(
            "Same task, same seed, same clock",
            f"step {numerals.count(race.step)} of each",
            width="stretch",
        )


def _gradients(desk: Desk, newest: dict[str, Snapshot]) -> None:
    """‖∂L/∂h_t‖ over t of the three, for the sequence on show."""
    index = visit.state(memory.Look, desk.name).index
    curves: dict[str, np.ndarray] = {}
    for kind, snapshot in newest.items():
        scene = unrolled.scene(snapshot, snapshot.data.test, index % len(snapshot.data.test))
        slope = memory.slope(snapshot, scene, 0, last=True)
        if slope is not None:
            curves[kind] = unrolled.gradient(scene, 0, slope)
    layout.title("How far back the last answer teaches", "‖∂L/∂h‖ at each step, log scale")
    live.chart(rivals.gradients(curves), "rivals_gradient", CHART, rivals.words(curves))


def _losses(newest: dict[str, Snapshot]) -> None:
    """The test loss of the three, by step."""
    layout.title("Who remembers", "test loss by step")
    live.chart(rivals.losses(newest), "rivals_loss", CHART, rivals.standing(newest))
