"""The parts of the Draw page: what the network gets, what it reads, what happens inside."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from playground.experiment import edits
from playground.formats.errors import FileError
from playground.training import digit_readers, foreign
from playground.training.snapshot import Snapshot
from playground.views import drawing, flow
from playground.web.frame import layout, live, uploads, visit, widgets
from playground.web.parts.models import added, here, known, linear, title

LARGEST = 5  # MB
KINDS = ("safetensors", "onnx")
KEPT = 4  # networks from files; the oldest makes room


@dataclass
class Comparison:
    """Whether a second network reads as well, and what was wrong with the last file."""

    on: bool = False
    error: str = ""

    def switch(self) -> None:
        """One network, or two."""
        self.on, self.error = not self.on, ""


def models() -> dict[str, Any]:
    """The networks that read drawings."""
    return known((1, 28, 28))


def choose_model() -> tuple[str, Snapshot]:
    """A menu of the networks that can read.

    A network that appears by itself gives the menu a new key: a click that is on its way from the
    browser brings the old menu's value, and would take the choice back.
    """
    choices, now = models(), here()
    if now.name not in choices or {"trained"} & (choices.keys() - now.known):
        now.choose(next(iter(choices)))  # its file has made room for others; or just trained
    now.known = set(choices)
    turn = now.turn
    key = f"draw_model_{turn}"

    def moved() -> None:
        if now.turn == turn:
            now.name = widgets.value(key)

    with st.container(key="draw_model"):
        st.selectbox(
            "Model",
            choices,
            list(choices).index(now.name),
            key=key,
            on_change=moved,
            format_func=lambda name: title(name, choices[name]),
            help="A network that you train on the Digits page appears here.",
        )
    return now.name, choices[now.name]


def chances(snapshot: Snapshot, image: np.ndarray) -> np.ndarray | None:
    """The probability of every class; None for an empty canvas."""
    if not image.any():
        return None
    return snapshot.probabilities(snapshot.predict(image[None]))[0]


def sees(snapshot: Snapshot, image: np.ndarray, shares: np.ndarray | None) -> None:
    """The prepared image, and which of its pixels speak for the answer."""
    why, title = None, ""
    if shares is not None:
        top, second = drawing.order(shares)
        names = snapshot.labels
        why = drawing.reasons(snapshot, image, top, second)
        title = f"Why {names[top]} and not {names[second]}"
    live.show("flow", "prepared", drawing.prepared(image, why, title))
    note = (
        ""
        if why is None
        else (
            " :small[:gray[Right: erasing a blue pixel would weaken the "
            f"{names[top]} against the {names[second]}; orange ones speak "
            "against it.]]"
        )
    )
    st.markdown(
        "Your strokes are cropped, scaled to 20×20 and moved so that their centre of mass "
        f"lies in the middle of 28×28 pixels, as every image in MNIST was.{note}"
    )


def verdict(name: str, snapshot: Snapshot, image: np.ndarray, shares: np.ndarray | None) -> None:
    """The answer with its probability, ten bars, the runner-up; another network's beside it."""
    compare = visit.state(Comparison)
    with st.container(key="verdicthead", horizontal=True, vertical_alignment="center", gap=8):
        layout.title("It reads", width="stretch")
        st.button(
            "One network" if compare.on else "Compare with…",
            key="quiet_compare",
            icon=":material/compare_arrows:",
            type="tertiary",
            on_click=compare.switch,
            help="Let two networks read the same drawing, side by side.",
        )
    if compare.on:
        _two(name, snapshot, image, shares, compare)
        return
    names = snapshot.labels
    live.show("flow", "answer", drawing.verdict(names, shares))
    st.markdown(
        ":gray[Draw, and the answer appears while you do.]"
        if shares is None
        else drawing.doubt(names, shares)
    )


def _two(
    name: str,
    snapshot: Snapshot,
    image: np.ndarray,
    shares: np.ndarray | None,
    compare: Comparison,
) -> None:
    """Both verdicts, and whether they agree."""
    choices = {
        other: reader for other, reader in {**models(), "linear": linear()}.items() if other != name
    }
    with st.container(key="second", horizontal=True, vertical_alignment="center", gap=8):
        if widgets.value("draw_second") not in choices:
            widgets.forget("draw_second")
        second = st.selectbox(
            "Compare with",
            choices,
            key="draw_second",
            width="stretch",
            format_func=lambda reader: title(reader, choices[reader]),
            label_visibility="collapsed",
        )
        _bring(compare)
    if compare.error:
        with st.container(key="refusal"):
            st.text(f"This file cannot be used. {compare.error}")
    if choices[second].message and second in added():
        st.text(choices[second].message)
    other, found = choices[second], chances(choices[second], image)
    for place, reader, key, shown in zip(
        st.columns(2, gap=16, wrap=False),
        (snapshot, other),
        ("answer", "second_answer"),
        (shares, found),
        strict=True,
    ):
        with place:
            live.show("flow", key, drawing.verdict(reader.labels, shown, small=True))
    if shares is None or found is None:
        st.markdown(":gray[Left: the model in the menu on the page. Right: the one chosen here.]")
    else:
        st.markdown(drawing.agreement([snapshot.labels, other.labels], [shares, found]))


def _bring(compare: Comparison) -> None:
    def opened(files: list[UploadedFile]) -> None:
        compare.error = open_file(*uploads.together(files))

    with st.popover("Open a file", type="tertiary", key="quiet_open"):
        widgets.emptying(
            st.file_uploader,
            "A trained network",
            key="draw_open",
            take=opened,
            accept_multiple_files=True,
            max_upload_size=LARGEST,
            help="Saved on the Digits page (.safetensors), or made elsewhere (.onnx). "
            "It must read images of 28×28 pixels.",
        )


def open_file(name: str, content: bytes, beside: Mapping[str, bytes]) -> str:
    """Offer the network in a file; returns what is wrong with it, or nothing."""
    if uploads.suffix(name) not in KINDS:
        return foreign.words(name) or f"It is none of {', '.join(KINDS)}."
    try:
        with tempfile.TemporaryDirectory() as folder:
            snapshot = digit_readers.read(uploads.in_folder(folder, name, content, beside))
    except (FileError, ValueError, OSError) as error:
        return edits.sentence(error)
    brought = added()
    brought[name[:40]] = snapshot
    files = [part for part in brought if part != "tuned"]
    for old in files[:-KEPT]:
        del brought[old]
    widgets.put("draw_second", name[:40])
    return ""


def inside(snapshot: Snapshot, image: np.ndarray) -> None:
    """The whole network at work on the drawing."""
    asleep = not image.any()
    layout.title(
        "The network, lit up",
        "asleep until you draw: this is its answer to nothing at all"
        if asleep
        else "each picture is one unit's answer to your drawing; hover for its value",
    )
    live.show("flow", "lit", {**flow.layers(snapshot, image, wide=True), "asleep": asleep})
