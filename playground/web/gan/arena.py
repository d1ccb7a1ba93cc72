"""Where both networks meet: the picture of points, or the wall of images."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.views import gan
from playground.web.frame import layout, live, widgets
from playground.web.frame.desk import Desk
from playground.web.gan import gan as gan_parts
from playground.web.gan import samples, slow, wall
from playground.web.parts import paint

PAINT = "Paint"
OPTIONS = "map_gan"  # the widget's key
HEIGHT = 478
HELP = (
    "Map: how real the discriminator finds each place. Grid: an even grid of noise, as the "
    "generator bends it. Arrows: where the discriminator's slope draws each fake. Paint: put real "
    "points on the map, or take some away."
)


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
            gan.figure(snapshot, chosen, slow.last(snapshot), tools),
            "gan_map",
            HEIGHT,
            gan.describe(snapshot),
            paint=lambda message: paint.heard(desk, message),
        )
