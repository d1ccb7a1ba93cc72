"""The parts of the Draw page: what the network gets, what it reads, what happens inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.run import Run
from playground.views import drawing, flow
from playground.web import digits, layout, live, session
from playground.web.server import ASSETS


@st.cache_resource(show_spinner="Loading the supplied LeNet-5")
def supplied() -> Any:
    """The network in assets/, one for all visitors: nobody can change a Snapshot."""
    return Run.load(str(ASSETS / "lenet5.safetensors")).snapshot()


def models() -> dict[str, Any]:
    """The Snapshots that can read: the network trained on Digits, if there is one, comes first."""
    desk = session.find(digits.NAME)
    trained = desk.snapshot() if desk else None
    reads = trained is not None and trained.step and trained.data.shape == (1, 28, 28)
    known = {"trained": trained} if reads else {}
    return {**known, "supplied": supplied()}


def choose_model() -> Any:
    """A menu of the networks that can read."""
    known = models()
    chosen = st.selectbox("Model", known, key="draw_model", format_func=lambda name:
                          _title(name, known[name]),
                          help="A network that you train on the Digits page appears here.")
    return known[chosen]


def _title(name: str, snapshot: Any) -> str:
    accuracy = snapshot.metrics["test"]["accuracy"]
    what = "Supplied LeNet-5" if name == "supplied" else "Trained here, on the Digits page"
    return f"{what} ({100 * accuracy:.1f} % on the test images)"


def chances(snapshot: Any, image: np.ndarray) -> np.ndarray | None:
    """The probability of every class; None for an empty canvas."""
    if not image.any():
        return None
    return snapshot.probabilities(snapshot.predict(image[None]))[0]


def sees(snapshot: Any, image: np.ndarray, shares: np.ndarray | None) -> None:
    """The prepared image, and which of its pixels speak for the answer."""
    why, title = None, ""
    if shares is not None:
        top, second = drawing.order(shares)
        names = flow.labels(snapshot)
        why = drawing.reasons(snapshot, image, top, second)
        title = f"Why {names[top]} and not {names[second]}"
    live.show("flow", "prepared", drawing.prepared(image, why, title))
    note = "" if why is None else (" :small[:gray[Right: erasing a blue pixel would weaken the "
                                   f"{names[top]} against the {names[second]}; orange ones speak "
                                   "against it.]]")
    st.markdown("Your strokes are cropped, scaled to 20×20 and moved so that their centre of mass "
                f"lies in the middle of 28×28 pixels, as every image in MNIST was.{note}")


def verdict(snapshot: Any, shares: np.ndarray | None) -> None:
    """The answer with its probability, ten bars, and the runner-up."""
    layout.title("It reads")
    names = flow.labels(snapshot)
    live.show("flow", "answer", drawing.verdict(names, shares))
    st.markdown(":gray[Draw, and the answer appears while you do.]" if shares is None
                else drawing.doubt(names, shares))


def inside(snapshot: Any, image: np.ndarray) -> None:
    """The whole network at work on the drawing."""
    layout.title("The network, lit up", "each picture is one unit's answer to your drawing; "
                 "hover for its value")
    live.show("flow", "lit", flow.layers(snapshot, image, wide=True))
