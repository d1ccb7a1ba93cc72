"""The points to learn from: which set, how noisy, how many for training, what the network sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.data import SEEDS
from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.web.frame import layout
from playground.web.frame.desk import Desk
from playground.web.parts import forms, paint, point_sets
from playground.web.parts.point_sets import OWN, count, planar
from playground.web.points import csv_points, output


def elsewhere(experiment: Experiment) -> str:
    """What to say to an Experiment that has no network, or no points of the plane."""
    if experiment.trees is not None:
        return "This set-up grows trees: open it on the Trees page."
    if experiment.data.type in planar():
        return edits.answers_only(experiment)
    source = experiment.data.make()
    if len(source.shape) != 3 and source.input_names:
        return "This set-up learns from a table: the command line trains it."
    title = registry.get("data", experiment.data.type).title
    return f"This set-up works on {title}, not on points of the plane: open it on the Digits page."


def panel(desk: Desk) -> None:
    """Everything about the data, one under the other."""
    data = desk.experiment.data
    piece = registry.get("data", data.type)
    options = {option.name: option for option in registry.options(piece)}
    number = count(data)
    with st.container(key="data", gap=8):
        words = f"{number:,} point{'s' * (number != 1)}"
        layout.title("Data", f"{words} of yours" if data.type == OWN else f"{piece.title}, {words}")
        point_sets.sets(desk, _offered(desk), put=lambda name: choose(desk, name))
        if data.type == OWN:
            forms.task(
                desk,
                "Classes: which of up to six does a point belong to? Values: what number between "
                "−1 and 1 does it have?",
                lambda task: change(desk, paint.as_task, task),
            )
        else:
            point_sets.noise(desk, options["noise"])
        _share(desk, options["train_fraction"])
        if not desk.controls.hides("points"):
            _actions(desk)
        point_sets.inputs(desk, options["features"])


def _offered(desk: Desk) -> list[str]:
    """The data sets to choose from; where a link says so, those of the same task alone."""
    if not desk.controls.fixes("problem"):
        return planar()
    task = registry.get("data", desk.experiment.data.type).task
    return [
        name
        for name in planar()
        if name == desk.experiment.data.type
        or (name != OWN and registry.get("data", name).task == task)
    ]


def choose(desk: Desk, name: str) -> None:
    """Another data set; to paint one's own, the tools come along."""
    if name == OWN:
        output.show_tools()
    paint.choose(desk, name)


def change(desk: Desk, how: Callable[..., dict[str, Any]], *facts: Any) -> None:
    """Let a function of `paint` change the visitor's own points."""
    paint.put(desk, how(desk.experiment.data.described(), *facts))


def deal_again(desk: Desk) -> None:
    """Other points of the same kind; the same weights to start from."""
    seed = (desk.experiment.data_seed + 1) % (SEEDS + 1)
    if desk.experiment.data.type == OWN:
        change(desk, paint.redealt, desk.experiment.data.train_fraction, seed)
    else:
        desk.put(("data", "seed"), seed)


def _share(desk: Desk, option: registry.Option) -> None:
    own = desk.experiment.data.type == OWN
    point_sets.share(
        desk,
        option,
        (lambda part: change(desk, paint.redealt, part, desk.experiment.data_seed))
        if own
        else None,
    )


def _actions(desk: Desk) -> None:
    """Other points, and points from and for files."""
    own = desk.experiment.data.type == OWN
    words = (
        "Deal your points anew to training and testing."
        if own
        else "Draw other points by the same rule. The starting weights stay the same."
    )
    with st.container(key="quiet_points", horizontal=True, gap=8, vertical_alignment="center"):
        st.button(
            "Deal again" if own else "New points",
            icon=":material/casino:",
            type="tertiary",
            key="points_again",
            help=words,
            on_click=deal_again,
            args=(desk,),
            disabled=desk.controls.fixes("points"),
        )
        if not desk.controls.fixes("points"):
            csv_points.menu(desk)
