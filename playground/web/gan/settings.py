"""What plays against what: the sentence, the two stacks, the noise and the points."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import streamlit as st

from playground.engine import registry
from playground.experiment import edits, numerals, stacks
from playground.experiment.adversarial import Adversarial
from playground.experiment.adversarial_checks import DISCRIMINATOR
from playground.web.frame import layout, widgets
from playground.web.frame.desk import Desk
from playground.web.gan import gan
from playground.web.parts import forms, more, paint, point_sets, recipe, stack

STEPS = (1, 2, 3, 5, 10, 20)
NOISE = (1, 2, 4, 8, 16, 32, 64, 100, 128)
OPTIMIZER = ("adversarial", "optimizer")
WHO = {stacks.OWN: "Generator", DISCRIMINATOR: "Discriminator"}
MOST_ROWS = 9  # layers of both networks that fit one screen
DRAWN = [*get_args(Adversarial.model_fields["distribution"].annotation)]


def _help(name: str) -> str:
    return Adversarial.model_fields[name].description or ""


# ---- the sentence ----


def sentence(desk: Desk) -> None:
    """In each turn … discriminator steps using …, one of the generator using …; more."""
    word, experiment = recipe.words(desk), desk.experiment
    game = experiment.adversarial
    if game is None:
        return
    things = f"{gan.thing(desk)}s"
    with st.container(
        key="recipe", horizontal=True, vertical_alignment="center", gap=6, width="stretch"
    ):
        recipe.plain("Each turn")
        steps = f"{game.steps} discriminator step{'s' if game.steps > 1 else ''}"
        word("turn", steps, lambda: _turn(desk))
        recipe.plain("using")
        word("opponent", _optimizer(desk, OPTIMIZER), lambda: _learns(desk, OPTIMIZER))
        recipe.plain("and one of the generator using")
        own = ("optimizer",)
        word("optimizer", _optimizer(desk, own), lambda: _learns(desk, own))
        recipe.plain("on")
        size = f"{experiment.batch_size} {things}"
        word("batch", size, lambda: recipe.batch(desk, things, gan.BATCHES))
        recipe.plain("each, for the")
        word("game", registry.phrase(game.loss.make()), lambda: _game(desk))
        recipe.plain("loss, from")
        word("initializer", recipe.phrase(desk, "initializer"), lambda: recipe.start(desk))
        recipe.plain("weights;")
        word("more", more.label(experiment), lambda: _more(desk))


def _optimizer(desk: Desk, path: tuple[str, ...]) -> str:
    """Adam 0.001."""
    place = desk.experiment.adversarial if len(path) > 1 else desk.experiment
    part = getattr(place, path[-1])
    return f"{registry.phrase(part.make())} {numerals.plain(part.learning_rate)}"


def _learns(desk: Desk, path: tuple[str, ...]) -> None:
    whose = "discriminator" if len(path) > 1 else "generator"
    forms.rate(
        desk,
        (*path, "learning_rate"),
        "Learning rate",
        forms.RATES,
        help=f"How far the {whose} moves in a step. The two rates set the balance of the game: "
        "who learns too fast leaves the other without anything to learn from.",
    )
    forms.piece(
        desk,
        path,
        "Optimizer",
        without=("learning_rate",),
        help=f"How the {whose}'s gradient becomes a change of its weights.",
    )


def _turn(desk: Desk) -> None:
    now = desk.experiment.adversarial
    forms.bound(
        desk,
        ("adversarial", "steps"),
        st.select_slider,
        "Discriminator steps a turn",
        sorted({*STEPS, now.steps if now else 1}),
        help=f"{_help('steps')} More make a better judge, whose slope tells more, and turns that "
        "take longer. It acts at once.",
    )


def _game(desk: Desk) -> None:
    forms.piece(desk, ("adversarial", "loss"), "What both play for", help=_help("loss"))


def _more(desk: Desk) -> None:
    with st.popover("Penalty", type="tertiary", key=f"{desk.name}_penalty"):
        recipe.penalty(desk)
    more.form(desk)


# ---- the stacks ----


def both(desk: Desk, images: Callable[[Desk], None]) -> None:
    """From noise to fakes, and from samples to a verdict. images: draws the row of images."""
    gan.menu(desk)
    thing, shown = gan.thing(desk), _shown(desk)
    if stacks.OWN in shown:
        stack.editor(desk, lambda: layout.title("Generator"), lambda: _noise(desk), thing)
    if DISCRIMINATOR in shown:
        source = images if gan.on_images(desk) else _points
        stack.editor(
            desk, lambda: layout.title("Discriminator"), lambda: source(desk), thing, DISCRIMINATOR
        )


def _shown(desk: Desk) -> tuple[stacks.Where, ...]:
    """The stacks to show: both, or where they are too high together the one that is chosen."""
    places = stacks.of(desk.experiment)
    if desk.controls.hides("adversarial"):
        return places[:1]
    if sum(len(edits.get(desk.experiment, place)) for place in places) <= MOST_ROWS:
        return places
    key = f"{desk.name}_which"
    broken = [place for place in places if edits.problem(desk.experiment, place)]
    if broken:
        widgets.put(key, broken[0])
    else:
        widgets.suggest(key, places[0])
    chosen = st.segmented_control(
        "Which network",
        places,
        format_func=lambda place: WHO.get(place, ""),
        required=True,
        key=key,
        label_visibility="collapsed",
        width="stretch",
    )
    return (chosen or places[0],)


def _noise(desk: Desk) -> None:
    """What the generator reads."""
    now = desk.experiment.adversarial
    if now is None:
        return
    with st.container(key="io_noise", horizontal=True, vertical_alignment="center", wrap=False):
        if desk.controls.hides("adversarial"):
            st.markdown(":material/casino: Noise", width="content")
        else:
            with st.popover(":material/casino: Noise", type="tertiary", key=f"{desk.name}_noise"):
                _noise_form(desk, now)
        st.markdown(f"{now.noise} {now.distribution}", width="stretch")


def _noise_form(desk: Desk, now: Adversarial) -> None:
    forms.bound(
        desk,
        ("adversarial", "noise"),
        st.select_slider,
        "Numbers",
        sorted({*NOISE, now.noise}),
        help=f"{_help('noise')} With one, fakes lie on a line; with two, on a bent sheet; more "
        "give it more ways to reach every sample.",
    )
    forms.bound(
        desk,
        ("adversarial", "distribution"),
        st.segmented_control,
        "Drawn",
        DRAWN,
        format_func=str.capitalize,
        required=True,
        help=_help("distribution"),
    )


def _points(desk: Desk) -> None:
    """What the discriminator reads: which points, how many, how noisy."""
    data = desk.experiment.data
    piece = registry.get("data", data.type)
    with st.container(key="io", horizontal=True, vertical_alignment="center", wrap=False):
        with st.popover(
            f":material/scatter_plot: {piece.title}", type="tertiary", key=f"{desk.name}_data"
        ):
            offered = point_sets.planar()
            point_sets.sets(desk, offered, put=lambda name: paint.choose(desk, name))
            st.caption(forms.first_line(piece))
            options = {option.name: option for option in registry.options(piece)}
            if "samples" in options:
                forms.option(desk, ("data", "samples"), options["samples"])
            if "noise" in options:
                point_sets.noise(desk, options["noise"])
            features = {"features": list(data.features)}
            point_sets.take(desk, lambda points: paint.put(desk, points.described() | features))
        st.markdown(f"{point_sets.count(data):,} points, and fakes", width="stretch")
