"""Where both networks meet on points: the picture, and slow motion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.views import gan
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.gan import gan as gan_parts
from playground.web.gan import samples, wall
from playground.web.parts import paint

PAINT = "Paint"
OPTIONS = "map_gan"  # the widget's key
HEIGHT = 478
PLAYERS = {"discriminator": "Discriminator", "generator": "Generator"}
HELP = (
    "Map: how real the discriminator finds each place. Grid: an even grid of noise, as the "
    "generator bends it. Arrows: where the discriminator's slope draws each fake. Paint: put real "
    "points on the map, or take some away."
)


@dataclass
class Slow:
    """The last single step."""

    move: gan.Move | None = None


def picture(desk: Desk) -> Any:
    """The head and the place of the picture, which `draw` fills."""
    images = gan_parts.on_images(desk)
    with st.container(key="arenahead", horizontal=True, vertical_alignment="center", gap=8):
        if images:
            layout.title("Fakes of the same noise, again and again", width="stretch")
        else:
            layout.title("Real and fake", width="stretch")
            _switches(desk)
        samples.button(desk, images)
    return st.container(key="stale_output" if desk.problem else "arena", gap=8)


def _switches(desk: Desk) -> None:
    """What the picture shows, and the tool to paint with."""
    widgets.suggest(OPTIONS, list(gan.SHOWN))
    st.pills(
        "Picture",
        [*gan.SHOWN, *([] if desk.controls.fixes("points") else [PAINT])],
        selection_mode="multi",
        key=OPTIONS,
        label_visibility="collapsed",
        help=HELP,
    )


def draw(desk: Desk, where: Any, snapshot: Snapshot) -> None:
    """The picture, up to date; while one paints it stays until the new game is ready."""
    if len(snapshot.data.shape) == 3:
        wall.draw(where, snapshot)
        return
    chosen = widgets.value(OPTIONS, list(gan.SHOWN))
    snapshot, tools = paint.shown(desk, snapshot, PAINT in chosen)
    with where:
        if snapshot.status == "compiling":
            st.empty()
            return
        live.chart(
            gan.figure(snapshot, chosen, last(snapshot), tools),
            "gan_map",
            HEIGHT,
            gan.describe(snapshot),
            paint=lambda message: paint.heard(desk, message),
        )


# ---- slow motion ----


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


def slow(desk: Desk) -> None:
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
    if move is None or desk.playing or len(snapshot.data.shape) == 3:
        return turn
    return f"{gan.moved(move)} {turn}"
