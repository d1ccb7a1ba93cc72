"""The Inside page: one image in a network, any cell worked out, filters, and changed images."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from playground.analysis.by_hand import number
from playground.analysis.cell import cell
from playground.analysis.cell.slopes import Gradients, Slopes
from playground.training.evaluation import numbers
from playground.training.snapshot import Snapshot
from playground.views import cell as cell_view
from playground.views import inside, kernels
from playground.web.frame import layout, live, session, visit, widgets
from playground.web.frame.desk import BUSY, Desk
from playground.web.frame.events import Cell
from playground.web.inside import image_choice, play, questions
from playground.web.parts import models

PACE = 0.5  # seconds for which a Snapshot is shown, at least, while its Run trains
CELL, FILTERS, PLAY = "One cell", "Filters", "Play with the image"
VALUES, SLOPES = "Values", "Gradients"
LOSS = "the loss"


@dataclass
class Inside:
    """The network that was chosen, and of each the Snapshot on show with when it came."""

    name: str | None = None
    shown: dict[str, tuple[Snapshot, float]] = field(default_factory=dict)


def chosen() -> tuple[str, Snapshot]:
    """The network that is looked into: its name and its newest Snapshot."""
    known = networks()
    now = visit.state(Inside)
    now.name = now.name or next(iter(known))
    name = now.name if now.name in known else "supplied"
    return name, known[name]


def networks() -> dict[str, Any]:
    """The networks that read images and tell classes apart."""
    return {
        name: model
        for name, model in models.known().items()
        if len(model.data.shape) == 3 and model.data.classes
    }


def desk(name: str) -> Desk | None:
    """The desk that trains it, if it can change while one looks."""
    trained = session.find(models.DIGITS) if name == "trained" else None
    if trained is not None:
        # No Play button stands here that could be out of date.
        trained.told_playing = trained.playing
    return trained


def page(name: str, snapshot: Snapshot) -> None:
    """Everything, for one Snapshot of the network."""
    snapshot = _steady(name, snapshot)
    head = st.container(key="insidehead", horizontal=True, vertical_alignment="center", gap=8)
    own = st.container()
    with head:
        _choose_network(name)
        image, label, words = image_choice.choose(snapshot, own)
    top, below = st.container(key="inside_network", gap=6), st.container(key="inside_below", gap=8)
    with below:
        widgets.suggest("inside_view", CELL)  # a click on a cell sets it, too
        view = st.segmented_control(
            "View",
            [CELL, FILTERS, PLAY, *questions.VIEWS],
            required=True,
            key="inside_view",
            label_visibility="collapsed",
        )
        body = st.container(key="inside_body", gap=8)
    look = Look(snapshot, image, label, words)
    if view == PLAY:
        with body:
            beside = play.controls(look.label is not None)
    look.change(play.changed(snapshot, image, label, look.slopes))
    with top:
        scene = _network(look)
    with body:
        if view == CELL:
            _cell(look, scene)
        elif view == FILTERS:
            _filters(look)
        elif view in questions.VIEWS:
            questions.view(view, snapshot, look.image, label)
        else:
            with beside:
                play.result(snapshot, image, look.image, label)


def _steady(name: str, snapshot: Snapshot) -> Snapshot:
    """The Snapshot to show: renewed at most twice a second while its Run trains."""
    shown = visit.state(Inside).shown
    before, now = shown.get(name), time.monotonic()
    if (
        before is not None
        and before[0].experiment == snapshot.experiment
        and (before[0] is snapshot or (snapshot.status in BUSY and now - before[1] < PACE))
    ):
        return before[0]
    shown[name] = snapshot, now
    return snapshot


def _choose_network(name: str) -> None:
    known = networks()
    if name not in known:
        st.rerun()  # its Run was reset: nothing is trained any more
    with st.container(width=372):
        wanted = st.selectbox(
            "Network",
            known,
            index=list(known).index(name),
            key="inside_choice",
            format_func=lambda choice: models.title(choice, known[choice]),
            label_visibility="collapsed",
            help="A network that you train on the Digits page appears here.",
        )
    if wanted != name:
        visit.state(Inside).name = wanted
        st.rerun()


@dataclass
class Asked:
    """The cell that was clicked, if any was: its layer, and its place there."""

    layer: int | None = None
    place: int | None = None


@dataclass(eq=False)
class Look:
    """The image in the network, and what has been asked about it."""

    snapshot: Snapshot
    image: np.ndarray
    label: int | None
    words: str
    altered: bool = False

    def change(self, image: np.ndarray) -> None:
        """Look at a changed image from here on."""
        self.altered = image is not self.image
        self.image = image

    @property
    def asked(self) -> Asked:
        """The cell; forgotten with the stack of layers."""
        return visit.once("inside_cell", self.snapshot.experiment.layers, Asked)

    @property
    def slopes(self) -> Slopes:
        """The program that gives gradients; made once for a stack of layers."""
        of = (
            self.snapshot.experiment.layers,
            self.snapshot.experiment.loss,
            self.snapshot.data.shape,
        )
        return visit.once("inside_slopes", of, lambda: Slopes(self.snapshot.network))

    def values(self) -> list[np.ndarray]:
        """The numbers that the image leaves behind in the network."""
        x = numbers(self.image[None], self.snapshot.data.scale)
        return [x[0], *(answer[0] for answer in self.snapshot.network.activations(x))]

    def gradients(self, of: str) -> Gradients:
        """By the loss, or by the score of the class called `of`."""
        x = numbers(self.image, self.snapshot.data.scale)
        if of == LOSS and self.label is not None:
            return self.slopes.of_loss(self.snapshot.network, x, self.label)
        names = self.snapshot.labels
        return self.slopes.of_score(self.snapshot.network, x, names.index(of))


def _network(look: Look) -> inside.Scene:
    """The title with its switch, and every layer."""
    values = look.values()
    with st.container(key="flowhead", horizontal=True, vertical_alignment="center", gap=8):
        verdict = _verdict(look, values[-1])
        changed = ", changed" if look.altered else ""
        layout.title(
            "Layer by layer",
            f"{look.words}{changed}{verdict}. **Click any small "
            "square** to see how its number comes about",
            width="stretch",
        )
        of = _what(look, values[-1])
    shown = values if of is None else look.gradients(of).values
    position, index = _place(look, values)
    scene = inside.scene(look.snapshot, look.image, values, shown, position, index)
    name = "Image, changed" if look.altered else "Image"
    live.show(
        "flow",
        "inside_flow",
        inside.network(scene, name),
        cell=lambda event: _hear(look, event),
    )
    return scene


def _verdict(look: Look, outputs: np.ndarray) -> str:
    """What the network reads."""
    chances = look.snapshot.probabilities(outputs.reshape(1, -1))[0]
    name = look.snapshot.labels[int(chances.argmax())]
    return f", read as {name}"


def _what(look: Look, outputs: np.ndarray) -> str | None:
    """Values (None), or gradients of what."""
    names = look.snapshot.labels
    offered = [*([LOSS] if look.label is not None else []), *names]
    kind = st.segmented_control(
        "Show",
        [VALUES, SLOPES],
        default=VALUES,
        required=True,
        key="inside_kind",
        label_visibility="collapsed",
        help="Gradients: how much the loss, or the score of a class, "
        "would grow if a number grew. Training follows them, downhill.",
    )
    if kind == VALUES:
        return None
    if look.label is None:
        best = int(outputs.argmax())
        offered = [names[best], *(score for score in names if score != names[best])]
    return st.selectbox(
        "of",
        offered,
        key="inside_of",
        width=150,
        label_visibility="collapsed",
        format_func=lambda score: f"of {score}" if score == LOSS else f"of score {score}",
    )


def _place(look: Look, values: list[np.ndarray]) -> tuple[int, tuple[int, ...]]:
    """The cell that was clicked, or one to begin with."""
    plan = look.snapshot.network.plan
    asked = look.asked
    place = inside.checked(plan, asked.layer, asked.place)
    if place is None or (
        place[0] == len(plan.rows)
        and not inside.by_softmax(look.snapshot, values[-1].reshape(1, -1))
    ):
        return inside.start(values, plan)
    return place


def _hear(look: Look, event: Cell) -> None:
    """A cell was clicked; one that this network does not have is left alone."""
    if inside.checked(look.snapshot.network.plan, event.layer, event.place) is None:
        return
    look.asked.layer, look.asked.place = event.layer, event.place
    widgets.put("inside_view", CELL)


def _cell(look: Look, scene: inside.Scene) -> None:
    """The arithmetic of the chosen cell."""
    work = cell.work(look.snapshot.network, scene.values, scene.position, scene.index)
    slope = ""
    if scene.slopes and scene.position < len(scene.shown) - 1:
        steep = float(scene.shown[scene.position + 1][scene.index])
        what = widgets.value("inside_of", LOSS)
        what = what if what == LOSS else f"the score of {what}"
        slope = (
            f"The gradient: if this number grew a little, {what} would change by "
            f"{number(steep)} times as much."
        )
    live.show(
        "inside_cell",
        "inside_cell_view",
        cell_view.payload(scene, work, slope),
        cell=lambda event: _hear(look, event),
    )


def _filters(look: Look) -> None:
    """The weights of a layer, or the gradients by them."""
    state = look.snapshot.network.state_dict()
    offered = kernels.choices(look.snapshot.network.plan, look.slopes.names)
    if not offered:
        st.markdown(":gray[This network has no weights.]")
        return
    slopes = widgets.value("inside_kind") == SLOPES
    with st.container(horizontal=True, vertical_alignment="center", gap=12):
        name = st.selectbox(
            "Layer",
            offered,
            key="inside_layer",
            width=240,
            format_func=lambda name: offered.get(name, ""),
            label_visibility="collapsed",
        )
        of = widgets.value("inside_of", LOSS)
        array = look.gradients(of).parameters[name] if slopes else state[name]
        note, payload = kernels.payload(look.snapshot.network.plan, name, array)
        what = (
            f"Gradients of {of} by the weights"
            if slopes and of == LOSS
            else (f"Gradients of the score {of} by the weights" if slopes else "Weights")
        )
        layout.title(what, f"{note}; orange −, blue +", width="stretch")
    live.show("flow", "inside_filters", payload)
