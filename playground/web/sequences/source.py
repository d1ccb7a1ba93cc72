"""Which sequences the network learns from: a task, a series or a text, or one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.data import own_series, own_text
from playground.data.lacking import MissingDataError
from playground.data.tables import TableError
from playground.engine import registry, words
from playground.experiment import time_edits
from playground.web.frame import uploads, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms

BROUGHT = ("content", "column", "key", "letters", "count")  # options that own data fill in
LARGEST = 5  # MB
TABLES = ("csv", "tsv", "xlsx", "ods")  # how a file's name ends that is no text


@dataclass
class Own:
    """What this visit brought: kept as long as it lasts."""

    text: own_text.OwnText | None = None
    series: own_series.OwnSeries | None = None


def own() -> Own:
    """This visit's."""
    return visit.state(Own)


def names() -> list[str]:
    """The data sets that have an order in time."""
    return [piece.type for piece in registry.pieces("data") if piece.sequence]


def row(desk: Desk) -> None:
    """The first row of the stack: the data; a popover chooses others and sets their options."""
    source = desk.experiment.data.make()
    with st.container(key="io", horizontal=True, vertical_alignment="center", wrap=False):
        with st.popover(
            f":material/timeline: {source.title}", type="tertiary", key=f"{desk.name}_data"
        ):
            _choice(desk)
            forms.options(desk, ("data",), type(source), without=BROUGHT)
            _bring(desk)
        st.markdown(words(source.shape), width="stretch")


def _choice(desk: Desk) -> None:
    key = f"{desk.name}_dataset"
    widgets.put(key, desk.experiment.data.type)

    def take() -> None:
        if chosen := widgets.value(key):
            change(desk, {"type": chosen})

    st.selectbox(
        "Sequences to learn from",
        names(),
        key=key,
        on_change=take,
        format_func=lambda name: registry.get("data", name).title,
    )
    st.caption(forms.first_line(registry.get("data", desk.experiment.data.type)))


def change(desk: Desk, data: dict[str, Any]) -> None:
    """Learn from other sequences with the same network, as far as it fits them."""
    desk.change_to(time_edits.on(desk.experiment, data))


# ---- one's own ----


def _bring(desk: Desk) -> None:
    """A text or a series of one's own, pasted or as a file."""
    with st.expander("Your own text or series", icon=":material/upload_file:"):
        widgets.emptying(
            st.text_area,
            "Paste a text, or numbers with spaces, commas or line breaks between",
            key=f"{desk.name}_pasted",
            take=lambda text: take(desk, text),
            max_chars=own_text.MOST_BYTES,
            height=90,
        )
        widgets.emptying(
            st.file_uploader,
            "Or a file: plain text (.txt), or a table with a column of numbers (.csv, .xlsx)",
            key=f"{desk.name}_brought",
            take=lambda file: take_file(desk, file.name, file.getvalue()),
            max_upload_size=LARGEST,
        )
        st.caption("It stays in this visit; short ones travel in the link.")


def take(desk: Desk, text: str) -> None:
    """A pasted text; nothing but numbers is a series."""
    if own_series.meant(text):
        take_series(desk, lambda: own_series.pasted(text))
    else:
        take_text(desk, text)


def take_file(desk: Desk, name: str, content: bytes) -> None:
    """A file, by its name's end: what is no table is text."""
    if uploads.suffix(name) in TABLES:
        take_series(desk, lambda: own_series.read(content))
    else:
        take_text(desk, content)


def take_text(desk: Desk, content: str | bytes) -> None:
    """Learn from a text of one's own."""
    try:
        own().text = text = own_text.read(content)
    except ValueError as error:
        _refuse(desk, str(error))
        return
    _learn(desk, text.description(), min(64, len(text.text) // 20))


def take_series(desk: Desk, read: Callable[[], own_series.OwnSeries]) -> None:
    """Learn from a series of one's own: of a file the last column that holds numbers."""
    try:
        own().series = series = read()
    except (TableError, ValueError) as error:
        _refuse(desk, str(error))
        return
    _learn(desk, series.description(), min(48, len(series.values) // 3))


def _learn(desk: Desk, data: dict[str, Any], window: int) -> None:
    """What is short gets a short window, so that some are left to test with."""
    data = {**data, "length": max(1, window)}
    try:
        registry.make("data", data).check()
    except (ValueError, MissingDataError) as error:
        _refuse(desk, str(error))
        return
    change(desk, data)


def _refuse(desk: Desk, sentence: str) -> None:
    desk.error, desk.changed = sentence, True
