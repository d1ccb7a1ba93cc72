"""The networks a page can ask: trained on Digits, taught or opened on Draw, and our own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.experiment import numerals
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from playground.web.frame import session, visit
from playground.web.frame.server import ASSETS

DIGITS = "digits"  # the desk on which networks for images are trained
TITLES = {
    "trained": "Trained here, on the Digits page",
    "supplied": "Supplied LeNet-5",
    "tuned": "Fine-tuned on your drawings",
    "linear": "Supplied, no hidden layer",
}


@st.cache_resource(show_spinner="Loading the supplied LeNet-5")
def supplied() -> Snapshot:
    """The network in assets/, one for all visitors: nobody can change a Snapshot."""
    return Run.load(str(ASSETS / "networks" / "lenet5.safetensors")).snapshot()


@st.cache_resource(show_spinner="Loading the supplied linear classifier")
def linear() -> Snapshot:
    """Ten weighted sums of pixels, to compare with."""
    return Run.load(str(ASSETS / "networks" / "linear.safetensors")).snapshot()


def known(shape: tuple[int, ...] | None = None) -> dict[str, Any]:
    """The Snapshots that can read: the network trained on Digits, if there is one, comes first.

    shape: only networks that read images of this shape.
    """
    desk = session.find(DIGITS)
    trained = desk.snapshot() if desk else None
    reads = trained is not None and trained.step and shape in (None, trained.data.shape)
    return {**({"trained": trained} if reads else {}), "supplied": supplied(), **added()}


@dataclass
class Models:
    """Networks that this visit brought or made on Draw, by the name in the menu, and its choice.

    known: the names there were when it was chosen. turn: how often it changed.
    """

    added: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    known: set[str] = field(default_factory=set)
    turn: int = 0

    def choose(self, name: str) -> None:
        """Let Draw ask another network, without a click."""
        self.name = name
        self.turn += 1


def here() -> Models:
    """This visit's."""
    return visit.state(Models)


def added() -> dict[str, Any]:
    """Networks that this visit brought or made on Draw, by the name in the menu."""
    return here().added


def title(name: str, snapshot: Snapshot) -> str:
    """What a menu calls it."""
    what = TITLES.get(name, name)
    accuracy = snapshot.metrics["test"].get("accuracy", float("nan"))
    return (
        f"{what} ({numerals.percent(accuracy)} on the test images)"
        if accuracy == accuracy
        else what
    )
