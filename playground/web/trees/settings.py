"""What grows on which points: the sentence, the data column, the presets."""

from __future__ import annotations

import streamlit as st

from playground.data import SEEDS, download
from playground.data.mnist import Mnist
from playground.engine import registry
from playground.experiment import Experiment, sharing
from playground.experiment.presets import PRESETS
from playground.web.frame import layout, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms, more, point_sets, recipe
from playground.web.parts.point_sets import OWN
from playground.web.trees import tables, together

OF_TABLES = {
    "newest": "Leave out the column of the first question (Columns). What does the tree ask now, "
    "and how much worse is it?",
    "mean": "Look at What counts. Is a column that lowers impurity also missed once it is "
    "shuffled?",
    "sum": "Where does the test loss turn? Look at One column after 5 stages, and after 50.",
    "votes": "Train a linear model beside it. Where do the two disagree?",
}
QUESTIONS = {
    "newest": "Turn the noise up and let the tree grow to the end. Which levels are learned by "
    "heart? Set a deepest level.",
    "mean": "Click a point near the border. How many trees say blue? Does the forest need all of "
    "them?",
    "sum": "Take a learning rate of 1, then of 0.05. Where does the test loss turn?",
    "votes": "Look at single trees: each is poor. Why is their vote so good?",
}
PIXELS = (
    "Which pixels count? Then let a network learn first: how much better do the same trees read "
    "what it sees?"
)


def default() -> Experiment:
    """What a first visit finds: a tree where a line is not enough."""
    return Experiment.preset("tree_xor")


def refuse(experiment: Experiment) -> str:
    """Only trees belong here, on points, tables, and images that are here."""
    source = experiment.data.make()
    if experiment.trees is None:
        page = "Digits" if len(source.shape) == 3 else "Playground"
        return f"This set-up trains a network: open it on the {page} page."
    if experiment.data.type in point_sets.planar() or source.input_names:
        return ""
    if not isinstance(source, Mnist):
        return "These trees grow on other data: the command line grows them."
    absent = download.missing(getattr(source, "sources", ()))
    return "Fetch these images on the Digits page first." if absent else ""


def offered() -> dict[str, Experiment]:
    """The presets that belong on this page, by name."""
    known = {name: Experiment.preset(name) for name in PRESETS}
    return {name: one for name, one in known.items() if one.trees and not refuse(one)}


# ---- the sentence ----


def sentence(desk: Desk) -> None:
    """Grow … from seed …; more. On a first visit: what to press."""
    with st.container(
        key="recipe", horizontal=True, vertical_alignment="center", gap=6, width="stretch"
    ):
        if desk.untouched:
            st.markdown("Press **Play**: the tree asks one question after the other. Now:")
        recipe.plain("Grow")
        recipe.words(desk)("trees", _phrase(desk), lambda: _kind(desk))
        together.word(desk)
        if not desk.controls.hides("initializer"):
            recipe.plain("from")
            with st.popover(
                f"seed {desk.experiment.seed}", type="tertiary", key="trees_word_initializer"
            ):
                forms.bound(
                    desk,
                    ("seed",),
                    st.number_input,
                    "Seed",
                    0,
                    SEEDS,
                    step=1,
                    help="The same seed draws the same points and grows the same trees again.",
                )
        if not desk.controls.hides("more"):
            with st.popover("more", type="tertiary", key="trees_word_more"):
                more.stop(desk)
        _presets(desk)


def _kind(desk: Desk) -> None:
    forms.piece(desk, "trees", "Trees", help="What grows, and how far.")


def _phrase(desk: Desk) -> str:
    part = desk.experiment.trees
    return registry.phrase(part.make()) if part else ""


def _presets(desk: Desk) -> None:
    if desk.controls.fixes("trees") or desk.controls.fixes("data"):
        return
    known = offered()

    def opened() -> None:
        if name := widgets.value("trees_preset"):
            desk.open_experiment(known[name])

    same = [name for name, one in known.items() if one == desk.experiment]
    with st.popover("Presets", icon=":material/bookmarks:", type="tertiary", key="quiet_presets"):
        widgets.put("trees_preset", same[0] if same else None)
        st.radio(
            "Presets",
            list(known),
            index=None,
            key="trees_preset",
            on_change=opened,
            label_visibility="collapsed",
            format_func=lambda name: PRESETS[name].title,
            captions=[PRESETS[name].about for name in known],
        )


# ---- the data ----


def data(desk: Desk) -> None:
    """The points, as on the Playground; or a table."""
    now = desk.experiment.data
    if len(now.make().shape) == 3:
        _images(desk)
        return
    if now.type not in point_sets.planar():
        tables.panel(desk)
        return
    piece = registry.get("data", now.type)
    options = {option.name: option for option in registry.options(piece)}
    with st.container(key="data", gap=8):
        own = now.type == OWN
        words = f"{point_sets.count(now):,} points"
        layout.title("Data", f"{words} of yours" if own else f"{piece.title}, {words}")
        tables.switch(desk)
        sets = [name for name in point_sets.planar() if name != OWN or own]
        if desk.controls.fixes("problem"):
            sets = [name for name in sets if registry.get("data", name).task == piece.task]
        point_sets.sets(desk, sets)
        if not own:
            point_sets.noise(desk, options["noise"])
            point_sets.share(desk, options["train_fraction"])
        experiment = desk.experiment.described()
        point_sets.take(
            desk, lambda points: desk.change_to({**experiment, "data": points.described()})
        )
        point_sets.inputs(desk, options["features"])


def _images(desk: Desk) -> None:
    """Which images, and how many of them."""
    source = desk.experiment.data.make()
    with st.container(key="data", gap=8):
        layout.title("Data", f"{source.title}, {source.sizes[0]:,} images")
        forms.options(desk, ("data",), type(source), without=("validation_fraction",))
        st.markdown(
            ":gray[A tree asks about one pixel at a time. A network sees strokes: let it learn "
            "first, and trees read what it sees.]"
        )
        _back(desk)


def _back(desk: Desk) -> None:
    """To points, with trees alone: a network of images has no use for them."""
    if desk.controls.fixes("data"):
        return
    st.button(
        "Points of the plane",
        icon=":material/scatter_plot:",
        type="tertiary",
        key="quiet_points_of_the_plane",
        on_click=lambda: desk.change_to(
            {**sharing.shared(desk.experiment, ""), "data": default().data.described()}
        ),
    )


def card(desk: Desk) -> None:
    """One question that playing answers."""
    part = desk.experiment.trees
    with st.container(key="try", gap=4):
        if part:
            hybrid = desk.experiment.hybrid
            asked = hybrid.make().question if hybrid else _question(desk, part.make().combine)
            st.markdown(f"**Try this**  \n{asked}")


def _question(desk: Desk, combine: str) -> str:
    """What to find out of trees alone."""
    if len(desk.experiment.data.make().shape) == 3:
        return PIXELS
    planar = desk.experiment.data.type in point_sets.planar()
    return (QUESTIONS if planar else OF_TABLES)[combine]
