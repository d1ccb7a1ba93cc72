"""The visitor's own drawings: keep them with labels, test networks on them, take them away.

They live in the session and nowhere else: closing the tab drops them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import streamlit as st

from playground.data import stroke_files
from playground.data.picture_bounds import PictureError
from playground.training import digit_readers, evaluation
from playground.training.snapshot import Snapshot
from playground.views import drawing
from playground.web.draw import teach
from playground.web.frame import layout, live, visit, widgets
from playground.web.parts import pad

KEY = "tray_tiles"


@dataclass(eq=False)
class Tray:
    """drawings: (id, image uint8 [28, 28], label) each. version: grows with every change."""

    drawings: list[tuple[int, np.ndarray, int]] = field(default_factory=list)
    version: int = 0
    next: int = 0  # id
    open: bool = False
    error: str = ""

    def switch(self) -> None:
        """Open it, or close it."""
        self.open, self.error = not self.open, ""

    def add(self, images: np.ndarray, labels: Iterable[int]) -> None:
        """Keep more drawings."""
        for image, label in zip(images, labels, strict=True):
            self.drawings.append((self.next, image, int(label)))
            self.next += 1
        self.version, self.error = self.version + 1, ""

    def remove(self, number: int) -> None:
        """Take the drawing with this id out."""
        left = [drawing for drawing in self.drawings if drawing[0] != number]
        if len(left) < len(self.drawings):
            self.drawings, self.version = left, self.version + 1

    def clear(self) -> None:
        """Take all of them out."""
        self.drawings, self.version = [], self.version + 1


def here() -> Tray:
    """This visit's."""
    return visit.state(Tray)


def arrays() -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, 28, 28] and labels int64 [N]."""
    all_of_them = here().drawings
    images = np.array([image for _, image, _ in all_of_them], np.uint8)
    return images.reshape(-1, 28, 28), np.array([label for *_, label in all_of_them], np.int64)


def switch() -> None:
    """The quiet button that opens and closes the tray."""
    tray = here()
    count = len(tray.drawings)
    st.button(
        "Close your drawings"
        if tray.open
        else f"Your drawings ({count})"
        if count
        else "Keep drawings, teach it your hand",
        key="quiet_tray",
        type="tertiary",
        icon=":material/collections_bookmark:",
        on_click=tray.switch,
        help="Say what you drew, and it is kept for this visit. Then see how many of your "
        "drawings a network reads, and let it learn from them.",
    )


def show(model: Snapshot) -> None:
    """The tray, if it is open."""
    tray = here()
    if not tray.open:
        return
    with st.container(key="tray", gap=8):
        count = len(tray.drawings)
        layout.title(
            "Your drawings",
            f"{count} of at most {stroke_files.MOST}, kept in this visit "
            "only: closing the tab drops them",
        )
        if not count:
            st.markdown(":gray[Draw a digit and say under the canvas what it is: it is kept here.]")
        if tray.error:
            st.text(tray.error)
        if count:
            _tiles(model)
        with st.container(key="traydo", horizontal=True, vertical_alignment="center", gap=8):
            if count:
                teach.button(model, *arrays())
            _files(tray)
        teach.show()


def keep(image: np.ndarray, chances: np.ndarray | None) -> None:
    """Ten buttons that say what the drawing is; what the network reads is in bold."""
    tray, sheet = here(), pad.sheet()
    if not tray.open:
        return
    own = bool(sheet.strokes) or sheet.picture is not None
    full = len(tray.drawings) >= stroke_files.MOST
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
    here().add(image[None], [label])
    pad.clear()


def _tiles(model: Snapshot) -> None:
    """All drawings, newest first; those that the chosen network misreads are marked."""
    tray = here()
    images, labels = arrays()
    names = model.data.class_names
    answers = visit.once(
        "tray_read", (model.network, tray.version), lambda: _answers(model, images)
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
    live.show("tray", KEY, drawing.tray(tray.drawings, answers, names), remove=tray.remove)


def _answers(model: Snapshot, images: np.ndarray) -> np.ndarray | None:
    """What the network reads, [N]; None where its classes are no digits."""
    if not digit_readers.reads_digits(model):
        return None
    numbers = evaluation.numbers(images[:, None], model.data.scale)
    return model.network.loss.classes(model.network.predict(numbers))


# ---- files ----


def _files(tray: Tray) -> None:
    if tray.drawings:
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
    with st.popover(
        "Bring some back", icon=":material/upload:", type="tertiary", key="quiet_bring"
    ):
        widgets.emptying(
            st.file_uploader,
            "Drawings from a file",
            key="tray_open",
            take=lambda file: load(file.name, file.getvalue()),
            max_upload_size=stroke_files.LARGEST,
            help="An NPZ file with images [N, 28, 28] and labels, or a ZIP of images "
            "in folders called 0 to 9.",
        )
    if tray.drawings:
        st.button(
            "Drop all",
            icon=":material/delete:",
            key="quiet_drop",
            type="tertiary",
            on_click=tray.clear,
        )


def load(name: str, content: bytes) -> None:
    """Add the drawings in a file; what is wrong with it is said."""
    tray = here()
    try:
        images, labels = stroke_files.read(name, content)
        room = stroke_files.MOST - len(tray.drawings)
        if len(images) > room:
            raise PictureError(f"There are {len(images)} drawings, and room for {room}.")
    except PictureError as error:
        tray.error = str(error)
        return
    tray.add(images, labels)
