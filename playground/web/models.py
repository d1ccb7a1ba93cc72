"""The networks a page can ask: the one trained on Digits, and the one that comes with us."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.run import Run
from playground.web import digits, session
from playground.web.server import ASSETS


@st.cache_resource(show_spinner="Loading the supplied LeNet-5")
def supplied() -> Any:
    """The network in assets/, one for all visitors: nobody can change a Snapshot."""
    return Run.load(str(ASSETS / "lenet5.safetensors")).snapshot()


def known(shape: tuple[int, ...] | None = None) -> dict[str, Any]:
    """The Snapshots that can read: the network trained on Digits, if there is one, comes first.

    shape: only networks that read images of this shape.
    """
    desk = session.find(digits.NAME)
    trained = desk.snapshot() if desk else None
    reads = trained is not None and trained.step and shape in (None, trained.data.shape)
    return {**({"trained": trained} if reads else {}), "supplied": supplied()}


def title(name: str, snapshot: Any) -> str:
    """What a menu calls it."""
    accuracy = snapshot.metrics["test"]["accuracy"]
    what = "Supplied LeNet-5" if name == "supplied" else "Trained here, on the Digits page"
    return f"{what} ({100 * accuracy:.1f} % on the test images)"
