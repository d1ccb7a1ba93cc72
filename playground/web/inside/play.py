"""Play with the image: sliders, a step that misleads, and the answers before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from playground.analysis.cell.changes import Changes, mislead
from playground.analysis.cell.slopes import Slopes
from playground.experiment import numerals
from playground.training.evaluation import numbers
from playground.training.snapshot import Snapshot
from playground.views import flow
from playground.web.frame import live, visit, widgets

SLIDERS = (  # name, title, from, to, step, help
    ("right", "Shift right", -10, 10, 1, "Pixels; to the left below 0."),
    ("down", "Shift down", -10, 10, 1, "Pixels; upwards below 0."),
    ("turn", "Turn", -180, 180, 5, "Degrees clockwise."),
    ("blur", "Blur", 0.0, 3.0, 0.1, "Pixels over which each spreads."),
    ("noise", "Noise", 0.0, 0.6, 0.02, "Its deviation, as a share of full ink."),
    (
        "mislead",
        "Mislead",
        0.0,
        0.3,
        0.01,
        "Every pixel moves by this share of full ink, in the "
        "direction that raises the loss: the fast gradient sign method.",
    ),
)


@dataclass
class Play:
    """What is set, kept while the sliders are not on the page; the defaults change nothing."""

    turn: int = 0
    right: int = 0
    down: int = 0
    blur: float = 0.0
    noise: float = 0.0
    mislead: float = 0.0
    invert: bool = False
    seed: int = 1

    @property
    def nothing(self) -> bool:
        """Whether the image stays as it is."""
        return self == Play(seed=self.seed)

    def again(self) -> None:
        """Other noise."""
        self.seed += 1

    def reset(self) -> None:
        """Back to the image."""
        vars(self).update(vars(Play(seed=self.seed)))


def controls(known: bool) -> Any:
    """The sliders; returns the place beside them. known: whether the image's class is known."""
    now = visit.state(Play)

    def keep(name: str) -> None:
        setattr(now, name, widgets.value(f"play_{name}"))

    left, right = st.columns([400, 800], gap=32)
    with left, st.container(key="play", gap=4):
        halves = st.columns(2, gap=24)
        for place, (name, title, low, high, step, told) in enumerate(SLIDERS):
            widgets.put(f"play_{name}", getattr(now, name))
            more = "" if known or name != "mislead" else " Away from what it reads now."
            with halves[place % 2]:
                st.slider(
                    title,
                    low,
                    high,
                    step=step,
                    key=f"play_{name}",
                    help=told + more,
                    on_change=keep,
                    args=(name,),
                )
        with st.container(horizontal=True, vertical_alignment="center", gap=8):
            widgets.put("play_invert", now.invert)
            st.toggle("Invert", key="play_invert", on_change=keep, args=("invert",))
            st.button(
                "Other noise",
                icon=":material/casino:",
                key="quiet_noise",
                type="tertiary",
                on_click=now.again,
                disabled=not now.noise,
            )
            st.button(
                "Back to the image",
                icon=":material/undo:",
                key="quiet_unchanged",
                type="tertiary",
                on_click=now.reset,
                disabled=now.nothing,
            )
    return right


def changed(snapshot: Snapshot, image: np.ndarray, label: int | None, slopes: Slopes) -> np.ndarray:
    """The image with what is set; itself where nothing is."""
    now = visit.state(Play)
    settings = {name: value for name, value in vars(now).items() if name != "mislead"}
    changes = Changes(**settings)
    result = changes.apply(image) if changes else image
    if not now.mislead:
        return result
    x = numbers(result, snapshot.data.scale)
    aim = answer(snapshot, image) if label is None else label
    return mislead(result, slopes.of_loss(snapshot.network, x, aim).values[0], now.mislead)


def answer(snapshot: Snapshot, image: np.ndarray) -> int:
    """The class that the network reads."""
    return int(snapshot.network.loss.classes(snapshot.predict(image[None]))[0])


def result(snapshot: Snapshot, before: np.ndarray, after: np.ndarray, label: int | None) -> None:
    """Both images and what the network reads in them."""
    outputs = snapshot.predict(np.stack([before, after]))
    chances, names = snapshot.probabilities(outputs), snapshot.labels
    stages = []
    for image, shares, name in ((before, chances[0], "Before"), (after, chances[1], "After")):
        bars = flow.bars(shares, names, width=190, thick=10) | {
            "name": f"{name}: read as {names[int(shares.argmax())]}"
        }
        stages += [flow.picture(image, 150, name), bars]
    live.show("flow", "inside_played", flow.plain(*stages, height=210))
    st.markdown(told(names, chances, label))


def told(names: list[str], chances: np.ndarray, label: int | None) -> str:
    """One sentence: what was read, and what is read now."""
    old, new = (int(one.argmax()) for one in chances)
    was, now = (numerals.sureness(float(chances[i, k])) for i, k in ((0, old), (1, new)))
    right = "" if label is None or new == label else f" It is a **{names[label]}**."
    if np.array_equal(chances[0], chances[1]):
        return f"It reads **{names[old]}**, {was}. Move a slider: the network above follows."
    if old == new:
        return f"Still **{names[new]}**: {was} before, {now} now.{right}"
    return f"It read **{names[old]}**, {was}, and now reads **{names[new]}**, {now}.{right}"
