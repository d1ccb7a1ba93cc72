"""The pad one draws a digit on, and what is drawn on it in this session."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from playground.data import mnist, strokes
from playground.data.preparation import Prepared
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.events import Drawing
from playground.web.parts import picture

KEY = "pad"
FILE = "pad_file"  # the visitor's own picture
BRUSHES = (25, 150)  # the finest and the widest
LABEL = "Draw a digit here with mouse, pen or finger"


@dataclass(eq=False)
class Sheet:
    """A drawing: its strokes over an image of the test set (`index`), or over none.

    brush: how wide its strokes are, of 1000. version: grows with every change made here rather
    than on the pad. seen: the number of the last message from the pad. picture: what lies under
    them of a visitor's own picture, uint8 [28, 28]; then there is no index. placed: what that was
    last made of.
    """

    brush: int = strokes.BRUSH
    version: int = 1
    seen: int = 0
    index: int | None = None
    picture: np.ndarray | None = None
    placed: Prepared | None = None
    strokes: list[list[list[int]]] = field(default_factory=list)

    def change(
        self,
        drawn: list[list[list[int]]],
        index: int | None = None,
        picture: np.ndarray | None = None,
    ) -> None:
        """Another drawing, by a button."""
        self.strokes, self.index, self.picture = drawn, index, picture
        self.version += 1


def sheet() -> Sheet:
    """This visit's drawing."""
    return visit.state(Sheet)


def image() -> np.ndarray:
    """What the network gets, uint8 [1, 28, 28]: an image of MNIST as it is, strokes prepared."""
    now, under = sheet(), _under()
    if not now.strokes:
        return np.zeros((1, strokes.SIDE, strokes.SIDE), np.uint8) if under is None else under[None]
    return strokes.prepare(strokes.rasterize(now.strokes, under, now.brush))[None]


def _under() -> np.ndarray | None:
    """The visitor's picture, or the image of the test set that was taken, [28, 28]."""
    now = sheet()
    return now.picture if now.index is None else mnist.load()[1].x[now.index, 0]


def head() -> None:
    """The title, and the brush."""
    key, now = "draw_brush", sheet()

    def choose() -> None:
        now.brush = widgets.value(key)

    with st.container(key="padhead", horizontal=True, vertical_alignment="center", gap=8):
        layout.title("Draw a digit", width="stretch")
        with st.popover(
            "Picture",
            icon=":material/photo_camera:",
            type="tertiary",
            key="quiet_picture",
            help="Bring a photograph of a digit on paper, a scan, or a drawing.",
        ):
            picture.bring(FILE)
        with st.popover("Brush", icon=":material/line_weight:", type="tertiary", key="quiet_brush"):
            st.slider(
                "Stroke width",
                *BRUSHES,
                now.brush,
                key=key,
                step=1,
                width=240,
                on_change=choose,
                help="In thousandths of the canvas. A digit that fills the canvas gets the "
                f"stroke width of MNIST's with {strokes.BRUSH}.",
            )


def show() -> None:
    """The canvas, its buttons, and what was brought."""
    now, under = sheet(), _under()
    names = ("version", "seen", "strokes", "brush")
    shown: dict[str, Any] = {name: getattr(now, name) for name in names}
    shown |= {"image": None if under is None else under.ravel(), "label": LABEL}
    live.show("pad", KEY, shown, drawing=_hear)
    blank = not now.strokes and under is None
    with st.container(horizontal=True, gap=8, vertical_alignment="center"):
        st.button(
            "Clear", icon=":material/delete_sweep:", key="clear", disabled=blank, on_click=clear
        )
        st.button("Undo", icon=":material/undo:", key="undo", disabled=blank, on_click=_undo)
        st.button(
            "Take one from MNIST",
            icon=":material/shuffle:",
            type="tertiary",
            key="quiet_take",
            on_click=_take,
        )
    _bring()


def _bring() -> None:
    """A digit from a picture of the visitor's, onto the canvas."""
    brought = picture.state(FILE).picture
    if brought is None:
        return
    result, now = picture.show(FILE, brought, mnist.Mnist()), sheet()
    if now.placed is not result:
        now.placed = result
        now.change([], picture=None if result.blank else result.image[0])
        st.rerun()  # the canvas stands above


def _hear(message: Drawing) -> None:
    """Keep the strokes unless the drawing has been changed here since."""
    now = sheet()
    if message.version != now.version:
        return
    try:
        now.strokes = strokes.checked(message.strokes)
        now.seen = message.number
    except ValueError as error:
        st.toast(f"That drawing could not be read: {error}.")


def clear() -> None:
    """An empty canvas."""
    picture.take(FILE, None)
    sheet().change([])


def _undo() -> None:
    """Take the last stroke away; after the first one, the image under it."""
    now = sheet()
    if now.strokes:
        now.change(now.strokes[:-1], now.index, now.picture)
    else:
        clear()


def _take() -> None:
    picture.take(FILE, None)
    sheet().change([], random.randrange(len(mnist.load()[1])))
