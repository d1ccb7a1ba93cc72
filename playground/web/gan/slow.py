"""Slow motion: one step of either network, and what it moves."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.views import gan
from playground.web.frame import visit
from playground.web.frame.desk import Desk

PLAYERS = {"discriminator": "Discriminator", "generator": "Generator"}


@dataclass
class Slow:
    """The last single step."""

    move: gan.Move | None = None


def last(snapshot: Snapshot) -> gan.Move | None:
    """The single step that led to this Snapshot, if one did."""
    move = visit.state(Slow).move
    return move if move is not None and move.fits(snapshot) else None


def half(desk: Desk) -> None:
    """One step of whoever is next."""
    desk.pause()
    before = desk.snapshot()
    desk.half_turn()
    after = desk.snapshot()
    if before is not None and after is not None and after.status != "diverged":
        visit.state(Slow).move = gan.Move(before.next_player, before, after)


def buttons(desk: Desk) -> None:
    """A button for either player's step; whose turn it is, and what the last one has moved."""
    if desk.controls.hides("step"):
        return
    snapshot = desk.snapshot()
    idle = desk.stuck or snapshot is None or snapshot.status == "compiling"
    turn = "" if idle or snapshot is None else snapshot.next_player
    with st.container(key="halfturns", horizontal=True, vertical_alignment="center", gap=8):
        for player, word in PLAYERS.items():
            st.button(
                f"{word} step",
                key=f"{desk.name}_{player}",
                icon=":material/policy:" if player == "discriminator" else ":material/draw:",
                on_click=half,
                args=(desk,),
                disabled=player != turn or desk.controls.fixes("step"),
                help="Slow motion: one step of this network alone, and what it moves.",
            )
        st.markdown(_words(desk, snapshot), width="stretch")


def _words(desk: Desk, snapshot: Snapshot | None) -> str:
    if snapshot is None or not snapshot.next_player or desk.experiment.adversarial is None:
        return ""
    steps = desk.experiment.adversarial.steps
    of = f", step {snapshot.half_steps + 1} of {steps}" if steps > 1 else ""
    turn = f":gray[Next: the {snapshot.next_player}"
    turn += f"{of}]" if snapshot.next_player == "discriminator" else "]"
    move = last(snapshot)
    if move is None or desk.playing:
        return turn
    return f"{gan.moved(move)} {turn}"
