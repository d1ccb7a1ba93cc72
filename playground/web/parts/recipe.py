"""The settings as one sentence; each bold word opens what it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from playground.engine import registry
from playground.experiment import checks, edits
from playground.web.frame.desk import Desk
from playground.web.parts import forms, more

CONTROLS = {  # of words that are called otherwise
    "batch": "batch_size",
    "game": "adversarial",
    "turn": "adversarial",
    "opponent": "adversarial",
}


def sentence(desk: Desk, things: str, batch_sizes: Iterable[int]) -> None:
    """Minimise … using … on … at a time, starting from … weights, with … on large ones; more."""
    word = words(desk)
    experiment = desk.experiment
    losses = checks.losses(experiment.data.make().task, experiment.loss.make().reconstructs)
    size = desk.experiment.batch_size
    with st.container(
        key="recipe", horizontal=True, vertical_alignment="center", gap=6, width="stretch"
    ):
        plain("Minimise")
        word(
            "loss",
            phrase(desk, "loss"),
            lambda: forms.piece(
                desk, "loss", "Loss", names=losses, help="What the network is asked to make small."
            ),
        )
        plain("using")
        word(
            "optimizer",
            phrase(desk, "optimizer"),
            lambda: forms.piece(
                desk,
                "optimizer",
                "Optimizer",
                without=("learning_rate",),
                help="How a gradient becomes a change of the weights.",
            ),
        )
        plain("on")
        word(
            "batch",
            f"{size} {things if size > 1 else things.removesuffix('s')}",
            lambda: batch(desk, things, batch_sizes),
        )
        plain("at a time, starting from")
        word("initializer", phrase(desk, "initializer"), lambda: start(desk))
        plain("weights, with")
        word("regularization", phrase(desk, "regularization"), lambda: penalty(desk))
        plain("on large ones;")
        word("more", more.label(desk.experiment), lambda: more.form(desk))


def phrase(desk: Desk, field: str) -> str:
    """The piece in force, in the words of the sentence."""
    return registry.phrase(edits.get(desk.experiment, (field,)).make())


def plain(text: str) -> None:
    """Words of the sentence that open nothing."""
    st.markdown(text, width="content")


def words(desk: Desk) -> Callable[[str, str, Callable[[], None]], None]:
    """What draws a word by its name, its label and the form that it opens; a link may hide it."""

    def word(name: str, label: str, form: Callable[[], None]) -> None:
        if desk.controls.hides(CONTROLS.get(name, name)):
            plain(f"**{label}**")
            return
        with st.popover(label, type="tertiary", key=f"{desk.name}_word_{name}"):
            form()

    return word


def batch(desk: Desk, things: str, sizes: Iterable[int]) -> None:
    """How many samples a step looks at."""
    known = sorted({*sizes, desk.experiment.batch_size})
    forms.bound(
        desk,
        ("batch_size",),
        st.select_slider,
        f"{forms.capital(things)} per step",
        known,
        help="Small batches step often and noisily; large ones seldom and smoothly.",
    )


def start(desk: Desk) -> None:
    """The first weights, and what chance starts from."""
    forms.piece(
        desk, "initializer", "Starting weights", help="The numbers that training starts from."
    )
    forms.bound(
        desk,
        ("seed",),
        st.number_input,
        "Seed",
        0,
        None,
        step=1,
        help="The same seed draws the same points and the same weights again.",
    )


def penalty(desk: Desk) -> None:
    """Whether large weights cost something."""
    names = registry.names("regularizer")
    forms.bound(
        desk,
        ("regularization", "type"),
        st.segmented_control,
        "Penalty on large weights",
        names,
        required=True,
        format_func=lambda name: forms.capital(registry.get("regularizer", name).title),
    )
    chosen = registry.get("regularizer", edits.get(desk.experiment, ("regularization", "type")))
    st.caption(forms.first_line(chosen))
    for option in registry.options(chosen):
        if option.name == "rate":
            forms.rate(desk, ("regularization", "rate"), "Rate", forms.PENALTIES, help=option.help)
        else:
            forms.option(desk, ("regularization", option.name), option)
