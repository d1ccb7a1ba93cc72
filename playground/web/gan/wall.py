"""Where both networks meet on images: a wall of fakes, who believes them, what is read in them."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from playground.analysis.census import Census, census
from playground.data.mnist import Mnist
from playground.training.snapshot import Snapshot
from playground.views import gan_images
from playground.web.frame import layout, live, session
from playground.web.gan import figures, slow
from playground.web.parts import models
from playground.web.parts.paced import paced

READ = 1000  # fakes that another network reads
READING = 3.0  # seconds between two readings while both train
FEWER = 3  # rows of the wall that leave room for what a single step has moved
BARS = 138  # px
CURVE = 138


def draw(where: Any, snapshot: Snapshot) -> None:
    """The wall, and below it some real images and some fakes with the verdict on each."""
    with where:
        if snapshot.status == "compiling":
            st.empty()
            return
        move = slow.last(snapshot)
        count = FEWER if move else gan_images.ROWS
        # Both are made in a few milliseconds: with every update, for these are what one watches.
        live.show("flow", "gan_wall", gan_images.wall(snapshot, count))
        for number, (title, note, row) in enumerate(gan_images.rows(snapshot, move)):
            layout.title(title, note)
            live.show("flow", f"gan_row{number}", row)


def images(snapshot: Snapshot) -> None:
    """Who is ahead, both losses, and which classes the fakes have."""
    figures.standing(snapshot)
    figures.losses(snapshot, CURVE)
    reader, name = _reader(snapshot)
    if reader is None:
        return
    read = paced("gan_census", snapshot, partial(_read, reader, snapshot), seconds=READING)
    layout.title(f"What {name} reads in {READ:,} fakes")
    live.chart(gan_images.shares(read), "gan_census", BARS, gan_images.words(read))
    st.markdown(gan_images.words(read))


def _read(reader: Snapshot, snapshot: Snapshot) -> Census:
    return census(reader, snapshot.game.fakes(READ))


def _reader(snapshot: Snapshot) -> tuple[Snapshot | None, str]:
    """A network that tells the classes of these images: trained on Digits, or supplied."""
    kind, desk = snapshot.experiment.data.type, session.find(models.DIGITS)
    trained = desk.snapshot() if desk else None
    if trained is not None and trained.step and trained.experiment.data == snapshot.experiment.data:
        return trained, "your network on Digits"
    return (models.supplied(), "LeNet-5") if kind == Mnist.type else (None, "")
