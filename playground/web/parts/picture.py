"""A picture that a visitor brings: read once, shown with what was removed from it, and a switch."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.data import paper, picture_bounds, pictures
from playground.data.dataset import DataSet
from playground.data.picture_bounds import PictureError
from playground.data.pictures import Picture
from playground.data.preparation import MNIST, Prepared, prepared
from playground.web.frame import visit, widgets

SHOWN = 160  # pixels of the longer side
BLANK = "This picture is blank: nothing is written on it."
SWITCH = (
    "Finds the writing on a photograph of paper: light, lines, table and dust are taken away, and "
    "the largest writing is read. Off: all that differs from the picture's border is ink."
)


@dataclass(eq=False)
class Brought:
    """What was read of the last file, or why not."""

    picture: Picture | None = None
    error: str = ""


def state(key: str) -> Brought:
    """This visit's, of the file at `key`."""
    return visit.state(Brought, key)


def bring(key: str) -> Picture | None:
    """A place for a file, and the picture in it."""
    now = state(key)

    def brought() -> None:
        file = widgets.value(key)
        take(key, None if file is None else file.getvalue())

    st.file_uploader(
        "A picture",
        key=key,
        max_upload_size=picture_bounds.LARGEST,
        on_change=brought,
        label_visibility="collapsed",
        help="PNG, JPEG, GIF, BMP, WebP, TIFF or AVIF: a drawing, a scan, or a photograph of "
        "paper. It stays in this visit.",
    )
    if now.error:
        with st.container(key=f"{key}_refusal"):
            st.text(now.error)
    return now.picture


def take(key: str, content: bytes | None) -> None:
    """Read a file once and for all, or say why not."""
    now = state(key)
    now.picture, now.error = None, ""
    try:
        now.picture = None if content is None else pictures.read(content)
    except PictureError as problem:
        now.error = str(problem)


def show(key: str, picture: Picture, source: DataSet) -> Prepared:
    """What a network that learns from `source` gets of it; the switch, and what was removed."""
    with st.container(key=f"{key}_shown", horizontal=True, gap=12, vertical_alignment="center"):
        photograph = st.container(width="content")
        words = st.container(width="stretch", gap=4)
    with words:
        clean = source.handwriting
        if source.shape == MNIST:
            clean = st.toggle("Clean the paper", clean, key=f"{key}_clean", help=SWITCH)
        of = (picture, source, clean)
        result = visit.once(f"{key}_prepared", of, lambda: prepared(picture, source, clean))
        if result.blank:
            st.markdown(f":red[:material/error: {BLANK}]")
        if result.cleaned is not None:
            st.caption(paper.legend(result.cleaned))
        for note in result.notes:
            st.caption(note)
    if result.cleaned is not None:
        shown = paper.overlay(result.cleaned)
        with photograph:
            st.image(shown, width=round(SHOWN * min(1, shown.shape[1] / shown.shape[0])))
    return result
