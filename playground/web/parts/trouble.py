"""What went wrong, what to try, and one click to do it."""

from __future__ import annotations

import streamlit as st

from playground.engine import ShapeError
from playground.experiment import controls, edits, numerals, repairs, time_edits
from playground.training.snapshot import Snapshot
from playground.web.frame import layout
from playground.web.frame.desk import Desk
from playground.web.parts import forms


def show(desk: Desk, snapshot: Snapshot | None, layers: bool = True) -> None:
    """Say what there is to say: a link that failed, a stack that does not fit, divergence.

    layers: False where the page itself shows which layer does not fit. The place is there when
    there is nothing to say too: all that follows keeps its own, and a live part that was drawn for
    the page before still meets what it was drawn for.
    """
    if desk.notice:
        st.toast(
            layout.literal(desk.notice), icon=":material/replay:"
        )  # `session.follow` ticks it off
    with st.container():
        _say(desk, snapshot, layers)


def _say(desk: Desk, snapshot: Snapshot | None, layers: bool) -> None:
    if desk.error:
        st.warning(layout.literal(desk.error), icon=":material/warning:")
    if desk.problem:
        if layers:
            _impossible(desk, desk.problem)
    elif snapshot is not None and snapshot.status == "diverged":
        _diverged(desk, snapshot)
    elif snapshot is not None and _ended_early(snapshot):
        st.markdown(f":violet[:material/flag:] **{snapshot.message}**")


def _ended_early(snapshot: Snapshot) -> bool:
    """Whether a condition ended training; that all epochs are done, the clock tells."""
    epochs = snapshot.experiment.stop.epochs
    return snapshot.status == "finished" and (epochs is None or snapshot.epoch < epochs)


def _impossible(desk: Desk, problem: ShapeError) -> None:
    with st.container(key="fix", gap=6):
        st.error(f"**{forms.capital(problem.message)}**", icon=":material/error:")
        with st.container(horizontal=True, gap=6, vertical_alignment="center"):
            for number, repair in enumerate(repairs.repairs(desk.experiment)):
                st.button(
                    repair.label,
                    key=f"{desk.name}_fix{number}",
                    on_click=desk.change_to,
                    args=(repair.description,),
                    type="secondary" if number else "primary",
                )
            if desk.previous is not None:
                st.button(
                    "Undo", key=f"quiet_{desk.name}_undo", type="tertiary", on_click=desk.undo
                )


Changes = dict[tuple[str, ...], float]
RATE: tuple[str, ...] = ("optimizer", "learning_rate")


def _cures(desk: Desk) -> dict[str, Changes]:
    """What a new start may do better with, by the words of its button."""
    experiment, places = desk.experiment, [RATE]
    if experiment.adversarial is not None:
        places.append(("adversarial", *RATE))
    slower = forms.slower(max(edits.get(experiment, place) for place in places))
    both = " for both" if len(places) > 1 else ""
    label = f"Start again at {numerals.plain(slower)}{both}"
    cures: dict[str, Changes] = {label: dict.fromkeys(places, slower)}
    unclipped = not experiment.clip_norm
    if unclipped and (both or time_edits.remembers(experiment)):
        cures["Start again with clipped gradients"] = {("clip_norm",): 1.0}
    return cures


def _diverged(desk: Desk, snapshot: Snapshot) -> None:
    with st.container(key="fix", gap=6):
        st.error(snapshot.message, icon=":material/error:")
        with st.container(horizontal=True, gap=6, vertical_alignment="center"):
            for number, (label, changes) in enumerate(_cures(desk).items()):
                moved = {name for path in changes for name in controls.names(path)}
                held = desk.controls.forbids(moved)
                st.button(
                    label,
                    key=f"{desk.name}_cure{number}",
                    type="secondary" if number else "primary",
                    on_click=desk.restart_with,
                    args=(changes,),
                    disabled=bool(held),
                    help=held or None,
                )
            st.button("Reset", key=f"quiet_{desk.name}_again", type="tertiary", on_click=desk.reset)
