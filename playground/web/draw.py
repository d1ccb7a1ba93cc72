"""The parts of the Draw page: what the network gets, what it reads, what happens inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.views import drawing, flow
from playground.web import layout, live
from playground.web.models import known, title


def models() -> dict[str, Any]:
    """The networks that read drawings."""
    return known((1, 28, 28))


def choose_model() -> Any:
    """A menu of the networks that can read."""
    choices = models()
    chosen = st.selectbox("Model", choices, key="draw_model", format_func=lambda name:
                          title(name, choices[name]),
                          help="A network that you train on the Digits page appears here.")
    return choices[chosen]


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
