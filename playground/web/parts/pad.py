"""The pad one draws a digit on, and what is drawn on it in this session."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import streamlit as st

from playground.data import mnist, strokes
from playground.web.frame import layout, live, session
from playground.web.frame.events import Drawing

KEY = "pad"
BRUSHES = (25, 150)  # the finest and the widest
LABEL = "Draw a digit here with mouse, pen or finger"


def drawing() -> dict[str, Any]:
    """This session's drawing: its strokes over an image of the test set (`index`), or over none.

    `brush`: how wide its strokes are, of 1000.

    `version` grows with every change made here rather than on the pad; `seen` is the number of the
    last message from the pad.
    """
    empty = {"version": 1, "seen": 0, "strokes": [], "index": None, "brush": strokes.BRUSH}
    return session.remember("drawing", lambda: empty)


def image() -> np.ndarray:
    """What the network gets, uint8 [1, 28, 28]: an image of MNIST as it is, strokes prepared."""
    now, under = drawing(), _under()
    if not now["strokes"]:
        return np.zeros((1, strokes.SIDE, strokes.SIDE), np.uint8) if under is None else under[None]
    return strokes.prepare(strokes.rasterize(now["strokes"], under, now["brush"]))[None]


def _under() -> np.ndarray | None:
    """The image of the test set that was taken, [28, 28]."""
    index = drawing()["index"]
    return None if index is None else mnist.load()[1].x[index, 0]


def head() -> None:
    """The title, and the brush."""
    with st.container(key="padhead", horizontal=True, vertical_alignment="center", gap=8):
        layout.title("Draw a digit", width="stretch")
        with st.popover("Brush", icon=":material/line_weight:", type="tertiary", key="quiet_brush"):
            key, now = "draw_brush", drawing()
            st.slider(
                "Stroke width",
                *BRUSHES,
                now["brush"],
                key=key,
                step=1,
                width=240,
                on_change=lambda: now.update(brush=st.session_state[key]),
                help="In thousandths of the canvas. A digit that fills the canvas gets the "
                f"stroke width of MNIST's with {strokes.BRUSH}.",
            )


def show() -> None:
    """The canvas and its buttons."""
    now, under = drawing(), _under()
    under = None if under is None else under.ravel()
    live.show("pad", KEY, {**now, "image": under, "label": LABEL}, drawing=_hear)
    blank = not now["strokes"] and now["index"] is None
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


def _hear(message: Drawing) -> None:
    """Keep the strokes unless the drawing has been changed here since."""
    if message.version != drawing()["version"]:
        return
    try:
        drawn = strokes.checked(message.strokes)
    except ValueError as error:
        st.toast(f"That drawing could not be read: {error}.")
        return
    drawing().update(strokes=drawn, seen=message.number)


def clear() -> None:
    """An empty canvas."""
    _change([], None)


def _change(drawn: list[Any], index: int | None) -> None:
    now = drawing()
    now.update(strokes=drawn, index=index, version=now["version"] + 1)


def _undo() -> None:
    """Take the last stroke away; after the first one, the image under it."""
    now = drawing()
    _change(now["strokes"][:-1], now["index"] if now["strokes"] else None)


def _take() -> None:
    _change([], random.randrange(len(mnist.load()[1])))
