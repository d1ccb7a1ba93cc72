"""Which images the network learns from: chosen, fetched, or one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.data import download, image_files, own_images
from playground.data.dataset import DataSet
from playground.data.lacking import DataError
from playground.data.own_images import Images
from playground.data.picture_bounds import PictureError
from playground.engine import registry
from playground.experiment import edits, numerals
from playground.web.frame import layout, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms

PACE = 0.5  # seconds between two looks at a download
ALONE = (".zip", ".npz", ".csv", ".tsv", ".txt")  # a set in one file
PLAIN = "0 to 1", "The bytes 0 to 255, divided by 255."


def row(desk: Desk) -> None:
    """The first row of the stack: the data; a popover chooses others and sets their options."""
    source = desk.experiment.data.make()
    with st.container(key="io", horizontal=True, vertical_alignment="center", wrap=False):
        with st.popover(
            f":material/image: {source.title}", type="tertiary", key=f"{desk.name}_data"
        ):
            _choice(desk)
            if wanted().name:
                _lacks(desk, wanted().name, "offer_above")
            forms.options(
                desk, ("data",), type(source), without=("key", "colour", "names", "turned")
            )
            _normalisation(desk)
        st.markdown("×".join(map(str, source.shape)), width="stretch")
    if isinstance(source, Images) and (held := own_images.held(source.key, source.colour)):
        for note in held.notes:
            st.caption(layout.literal(note))
    name = wanted().name
    if name:
        job = download.job(getattr(registry.get("data", name), "sources", ()))
        with st.container(key="offer_row", gap=6):
            if job is not None and (job.running or not download.missing(job.sources)):
                _progress(desk, name)
            else:
                _lacks(desk, name, "offer")


@dataclass
class Wanted:
    """name: the set that is wanted and not here. own: the visitor's, as long as the visit.

    error: what was wrong with the last files that were brought.
    """

    name: str = ""
    error: str = ""
    own: own_images.ImageSet | None = None

    def clear(self) -> None:
        """No set is asked for."""
        self.name = self.error = ""


def wanted() -> Wanted:
    """This visit's."""
    return visit.state(Wanted)


def lacking(source: DataSet) -> str:
    """What to say to a set-up whose images are not here; the page then offers to fetch them."""
    if isinstance(source, Images):
        there = own_images.held(source.key, source.colour) is not None
    else:
        there = not download.missing(getattr(source, "sources", ()))
    if there:
        return ""
    wanted().name = source.type
    if isinstance(source, Images):
        return "This set-up learns from images of another visit: bring the file again."
    return f"This set-up learns from {source.title}, which is not here yet."


def _choice(desk: Desk) -> None:
    sets = [
        name
        for name in registry.names("data")
        if len(registry.make("data", {"type": name}).shape) == 3
    ]
    key = f"{desk.name}_dataset"
    widgets.put(key, wanted().name or desk.experiment.data.type)
    st.radio(
        "Images to learn from",
        sets,
        key=key,
        on_change=lambda: take(desk, widgets.value(key)),
        format_func=lambda name: registry.get("data", name).title,
        captions=[forms.first_line(registry.get("data", name)) for name in sets],
    )


def _normalisation(desk: Desk) -> None:
    """How pixels reach the network; other ways than 0 to 1 are a layer at the start of the stack.

    So they travel with links, saved networks and exported code as any layer does.
    """
    layers = {piece.type: piece.normalises for piece in registry.pieces("layer")}
    ways = {"none": PLAIN} | {name: way for name, way in layers.items() if way}
    now, key = edits.normalisation(desk.experiment), f"{desk.name}_normalised"
    widgets.put(key, now)
    st.segmented_control(
        "Pixels",
        ways,
        key=key,
        required=True,
        format_func=lambda kind: ways[kind][0],
        help="Numbers around 0 of about size 1 are easier to learn from.",
        on_change=lambda: desk.change_to(edits.normalised(desk.experiment, widgets.value(key))),
    )
    st.caption(ways[now][1])


def take(desk: Desk, name: str) -> None:
    """Learn from these images, now or once they are here."""
    wanted().clear()
    source = registry.make("data", {"type": name})
    try:
        if not lacking(source):
            source.load(1)
            _learn(desk, {"type": name})
    except DataError as error:
        desk.error = str(error)


def _lacks(desk: Desk, name: str, key: str) -> None:
    """What would bring the images here."""
    if name == Images.type:
        _bring(desk, key)
    else:
        _offer(name, key)


def _bring(desk: Desk, key: str) -> None:
    """A place for files of one's own."""
    colour = st.toggle(
        "In colour",
        key=f"{key}_colour",
        help="Three channels of 32×32 pixels, as "
        "in CIFAR-10, instead of one of 28×28, as in MNIST.",
    )

    def whole(files: list[Any]) -> bool:
        """Of two IDX files the other one may still have to come."""
        names = {file.name.lower() for file in files}
        return len(names) > 1 or any(name.endswith(ALONE) for name in names)

    widgets.emptying(
        st.file_uploader,
        "Your images: a ZIP with a folder for each class, an NPZ file with x and y, two IDX files, "
        "or a CSV file with a label and the pixels in each row",
        key=f"{key}_files",
        take=lambda files: take_files(desk, {file.name: file.getvalue() for file in files}, colour),
        ready=whole,
        accept_multiple_files=True,
        max_upload_size=image_files.LARGEST,
    )
    if wanted().error:  # here, where the eye is: on a phone the top of the page is far away
        st.warning(layout.literal(wanted().error), icon=":material/warning:")
    st.caption(
        "They stay in this visit. A link or a saved set-up names them, but does not hold "
        "them. Two images of each class are enough to begin."
    )
    st.button("Not now", key=f"quiet_not_{key}", type="tertiary", on_click=wanted().clear)


def take_files(desk: Desk, files: dict[str, bytes], colour: bool) -> None:
    """Learn from images of one's own."""
    now = wanted()
    try:
        pictures = image_files.read(files, colour)
    except PictureError as error:
        now.name, now.error = Images.type, str(error)
        return
    now.clear()
    now.own = pictures
    _learn(
        desk,
        {
            "type": Images.type,
            "key": pictures.key,
            "colour": pictures.colour,
            "names": ",".join(pictures.names),
            "turned": pictures.turned,
        },
    )


def _learn(desk: Desk, data: dict[str, Any]) -> None:
    """Other images; the last layer gets an output for each class, or for each number of a copy."""
    desk.change_to(edits.on_images(desk.experiment, data))


def _fetch(files: tuple[download.Source, ...]) -> None:
    download.start(files)


def _offer(name: str, key: str) -> None:
    """What would be fetched from where, or what went wrong."""
    source = registry.get("data", name)
    size = sum(file.size for file in source.sources)
    job = download.job(source.sources)
    if job is not None and job.failure:
        st.error(job.failure, icon=":material/cloud_off:")
    host = source.sources[0].url.split("/")[2]
    st.markdown(
        f"**{source.title}** is not here yet. {numerals.megabytes(size)} would be fetched from "
        f"{host}, checked, and kept for next time. More about it: {source.home}."
    )
    with st.container(horizontal=True, gap=6, vertical_alignment="center"):
        st.button(
            "Try again" if job else f"Download {numerals.megabytes(size, 0)}",
            type="primary",
            key=key,
            icon=":material/download:",
            on_click=_fetch,
            args=(source.sources,),
            disabled=job is not None and job.running,
        )
        st.button("Not now", key=f"quiet_not_{key}", type="tertiary", on_click=wanted().clear)


@st.fragment(run_every=PACE)
def _progress(desk: Desk, name: str) -> None:
    source = registry.get("data", name)
    job = download.job(source.sources)
    if job is None or not job.running:
        if wanted().name == name and not download.missing(source.sources):
            with st.spinner(f"Reading {source.title}"):
                take(desk, name)
        st.rerun()
    size = sum(file.size for file in source.sources)
    there = numerals.fixed(job.progress * size / 1e6, 1)
    st.progress(job.progress, f"Fetching {source.title}: {there} of {numerals.megabytes(size)}")
