"""The visitor's own drawings: keep them with labels, test networks on them, take them away.

They live in the session and nowhere else: closing the tab drops them.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from playground.data import stroke_files
from playground.data.picture_bounds import PictureError
from playground.training import digit_readers, evaluation
from playground.training.snapshot import Snapshot
from playground.views import drawing
from playground.web.draw import teach
from playground.web.frame import layout, live, session
from playground.web.parts import pad

KEY = "tray_tiles"


def kept() -> dict[str, Any]:
    """`drawings`: (id, image uint8 [28, 28], label) each; `version` grows with every change."""
    return session.remember(
        "tray",
        lambda: {"drawings": [], "version": 0, "next": 0, "open": False, "error": "", "files": 0},
    )


def arrays() -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, 28, 28] and labels int64 [N]."""
    all_of_them = kept()["drawings"]
    images = np.array([image for _, image, _ in all_of_them], np.uint8)
    return images.reshape(-1, 28, 28), np.array([label for *_, label in all_of_them], np.int64)


def switch() -> None:
    """The quiet button that opens and closes the tray."""
    tray = kept()
    count = len(tray["drawings"])
    st.button(
        "Close your drawings"
        if tray["open"]
        else f"Your drawings ({count})"
        if count
        else "Keep drawings, teach it your hand",
        key="quiet_tray",
        type="tertiary",
        icon=":material/collections_bookmark:",
        on_click=lambda: tray.update(open=not tray["open"], error=""),
        help="Say what you drew, and it is kept for this visit. Then see how many of your "
        "drawings a network reads, and let it learn from them.",
    )


def show(model: Snapshot) -> None:
    """The tray, if it is open."""
    tray = kept()
    if not tray["open"]:
        return
    with st.container(key="tray", gap=8):
        count = len(tray["drawings"])
        layout.title(
            "Your drawings",
            f"{count} of at most {stroke_files.MOST}, kept in this visit "
            "only: closing the tab drops them",
        )
        if not count:
            st.markdown(":gray[Draw a digit and say under the canvas what it is: it is kept here.]")
        if tray["error"]:
            st.text(tray["error"])
        if count:
            _tiles(model)
        with st.container(key="traydo", horizontal=True, vertical_alignment="center", gap=8):
            if count:
                teach.button(model, *arrays())
            _files(tray, count)
        teach.show()


def keep(image: np.ndarray, chances: np.ndarray | None) -> None:
    """Ten buttons that say what the drawing is; what the network reads is in bold."""
    if not kept()["open"]:
        return
    now = pad.drawing()
    own = bool(now["strokes"]) or now["picture"] is not None
    full = len(kept()["drawings"]) >= stroke_files.MOST
    read = None if chances is None or len(chances) != 10 else int(chances.argmax())
    with st.container(key="keep", gap=4):
        st.markdown(
            "The tray is full."
            if full
            else "Keep this as a"
            if own
            else ":gray[Draw a digit, then say here what it is.]"
        )
        with st.container(horizontal=True, gap=4):
            for digit in range(10):
                st.button(
                    f"**{digit}**" if digit == read else str(digit),
                    key=f"keep_{digit}",
                    disabled=full or not own,
                    on_click=_add,
                    args=(image[0], digit),
                )


def _add(image: np.ndarray, label: int) -> None:
    """Keep the drawing, and make room for the next."""
    _insert(image[None], [label])
    pad.clear()


def _insert(images: np.ndarray, labels: Any) -> None:
    tray = kept()
    for image, label in zip(images, labels, strict=True):
        tray["drawings"].append((tray["next"], image, int(label)))
        tray["next"] += 1
    tray.update(version=tray["version"] + 1, error="")


def _tiles(model: Snapshot) -> None:
    """All drawings, newest first; those that the chosen network misreads are marked."""
    tray = kept()
    images, labels = arrays()
    names = model.data.class_names
    answers = session.once(
        "tray_read", (model.network, tray["version"]), lambda: _answers(model, images)
    )
    right = (
        ""
        if answers is None
        else (f"The model reads **{int((answers == labels).sum())} of {len(labels)}** rightly.")
    )
    wrong = 0 if answers is None else int((answers != labels).sum())
    st.markdown(
        (right + (" Dashed: what it misreads, as what." if wrong else ""))
        or ":gray[The chosen model does not read digits.]"
    )
    live.show("tray", KEY, drawing.tray(tray["drawings"], answers, names), remove=_remove)


def _answers(model: Snapshot, images: np.ndarray) -> np.ndarray | None:
    """What the network reads, [N]; None where its classes are no digits."""
    if not digit_readers.reads_digits(model):
        return None
    numbers = evaluation.numbers(images[:, None], model.data.scale)
    return model.network.loss.classes(model.network.predict(numbers))


def _remove(number: int) -> None:
    tray = kept()
    left = [one for one in tray["drawings"] if one[0] != number]
    if len(left) < len(tray["drawings"]):
        tray.update(drawings=left, version=tray["version"] + 1)


# ---- files ----


def _files(tray: dict[str, Any], count: int) -> None:
    if count:
        images, labels = arrays()  # now: what is written later is asked for outside the session
        for name, title, write, help in (
            ("npz", "Save as NPZ", stroke_files.to_npz, "Arrays for NumPy: images and labels."),
            ("zip", "Save as ZIP", stroke_files.to_zip, "PNG images, in a folder each digit."),
        ):
            st.download_button(
                title,
                partial(write, images, labels),
                f"drawings.{name}",
                key=f"quiet_{name}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                help=help,
            )
    key = f"tray_open_{tray['files']}"  # a new key empties the widget after each file

    def opened() -> None:
        file: UploadedFile | None = st.session_state[key]
        if file is not None:
            tray["files"] += 1
            load(file.name, file.getvalue())

    with st.popover(
        "Bring some back", icon=":material/upload:", type="tertiary", key="quiet_bring"
    ):
        st.file_uploader(
            "Drawings from a file",
            ["npz", "zip"],
            key=key,
            on_change=opened,
            max_upload_size=stroke_files.LARGEST,
            help="An NPZ file with images [N, 28, 28] and labels, or a ZIP of images "
            "in folders called 0 to 9.",
        )
    if count:
        st.button(
            "Drop all",
            icon=":material/delete:",
            key="quiet_drop",
            type="tertiary",
            on_click=lambda: tray.update(drawings=[], version=tray["version"] + 1),
        )


def load(name: str, content: bytes) -> None:
    """Add the drawings in a file; what is wrong with it is said."""
    tray = kept()
    try:
        images, labels = stroke_files.read(name, content)
        room = stroke_files.MOST - len(tray["drawings"])
        if len(images) > room:
            raise PictureError(f"There are {len(images)} drawings, and room for {room}.")
    except PictureError as error:
        tray["error"] = str(error)
        return
    _insert(images, labels)
