"""What stands beside the picture: how this game goes, or several of them on the same axes."""

from __future__ import annotations

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.web.frame.desk import Desk
from playground.web.gan import figures, gan, wall
from playground.web.parts import compare

GAME, COMPARE = "This game", "Compare"


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """One of the two."""
    chosen = GAME
    if not desk.untouched and not desk.controls.hides("panels"):
        chosen = st.segmented_control(
            "Look at",
            [GAME, COMPARE],
            default=GAME,
            required=True,
            key="gan_look",
            label_visibility="collapsed",
            disabled=desk.controls.fixes("panels"),
        )
    if chosen == COMPARE:
        with st.container(key="gancompare", gap=8):
            compare.draw(desk, snapshot, desk.name)
    else:
        (wall.images if gan.on_images(desk) else figures.points)(snapshot)
