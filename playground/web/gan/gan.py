"""The parts of the GAN page: what it starts with, presets, what to press, the clock."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.experiment import Experiment, numerals
from playground.training.snapshot import Snapshot
from playground.views import stack
from playground.web.frame.desk import Desk
from playground.web.parts import named, transport

NAME = "gan"
BATCHES = (16, 32, 64, 128, 256, 512)
PACE = 0.28  # seconds between updates


def default() -> Experiment:
    """What the page starts with."""
    return Experiment.preset("gan_ring")


def refuse(experiment: Experiment) -> str:
    """Only a generator with its discriminator belongs here."""
    if experiment.adversarial is not None:
        return ""
    return "In this set-up no two networks play against each other: another page opens it."


def menu(desk: Desk) -> None:
    """Named games, with a line each; each brings its data along."""
    now = stack.preset(desk.experiment)
    with st.container(key="ganpresets", horizontal=True, vertical_alignment="center", gap=8):
        named.menu(
            desk,
            stack.games(),
            now.name if now else None,
            lambda preset: desk.change_to(preset.described()),
            other="My game",
        )


def on_images(desk: Desk) -> bool:
    """Whether the samples are images, and not points."""
    return len(desk.experiment.data.make().shape) == 3


def thing(desk: Desk) -> str:
    """What one sample is called."""
    return "image" if on_images(desk) else "point"


def welcome(desk: Desk) -> None:
    """What to press, on a first visit."""
    if desk.untouched:
        with st.container(key="welcome"):
            st.markdown(
                f"The generator makes orange fakes and sees no real {thing(desk)}. The "
                "discriminator tells them from the blue ones: all the other can learn from. Press "
                "**Play** and watch."
            )


def clock(place: DeltaGenerator, snapshot: Snapshot) -> None:
    """How many turns were played, and how fast."""
    turns = numerals.count(snapshot.step), "turn" if snapshot.step == 1 else "turns"
    if snapshot.status == "compiling":
        transport.clock(place, turns, ("", "getting ready"))
    elif snapshot.status == "running" and snapshot.steps_per_second:
        pace = numerals.count(snapshot.steps_per_second), "turns/s"
        transport.clock(place, turns, pace, (numerals.epochs(snapshot.epoch), "epochs"))
    else:
        transport.clock(place, turns, (numerals.epochs(snapshot.epoch), "epochs"))


def try_this(desk: Desk) -> None:
    """A question that playing answers."""
    with st.container(key="try", gap=4):
        st.markdown(f"**Try this**  \n{_question(desk.experiment)}")


def _question(experiment: Experiment) -> str:
    adversarial = experiment.adversarial
    if len(experiment.data.make().shape) == 3:
        return "Stop, and look which digits are rare. Does a smaller rate for both bring them back?"
    if adversarial is not None and adversarial.steps > 1:
        return (
            "Fakes gather in few clouds and jump. What cures it: fewer discriminator steps, less "
            "noise, or a weight decay in its Adam?"
        )
    if adversarial is not None and adversarial.loss.make().saturates:
        return (
            "When the discriminator is sure, how long are the arrows? Compare with the "
            "non-saturating loss."
        )
    return (
        "Take the minimax loss and five discriminator steps a turn. What happens to the arrows, "
        "and to the generator?"
    )
