"""A small network on the same points, and what tells it from the trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.analysis.trees import nodes
from playground.experiment import Experiment, edits, numerals
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from playground.views import plane
from playground.web.frame import layout, live, session, visit
from playground.web.frame.desk import BUSY, Desk

EPOCHS = 300
RESOLUTION = 60
BORDERS = {
    "newest": "A tree cuts straight across, one input at a time: its border has corners.",
    "mean": "Each tree's border has corners; the mean of many rounds them off.",
    "sum": "Boosting adds many small steps: corners that come close to a curve.",
    "votes": "Votes of small trees make a border of many short straight pieces.",
    "median": "The middle of what many trees say: steps, rounded off.",
}


@dataclass
class Other:
    """The network that stands beside the trees."""

    run: Run | None = None


def busy() -> bool:
    """Whether it trains."""
    run = visit.state(Other).run
    return run is not None and run.status in BUSY


def network(data: Experiment) -> Experiment:
    """The Playground's network, or the one it starts with, on these data."""
    there = session.find("playground")
    base = there.experiment if there and there.problem is None else Experiment.preset("circle")
    before = base.data.make().classes
    description = {**base.described(), "data": data.data.described(), "seed": data.seed}
    edits.follow_classes(description, before)
    description["stop"] = {"epochs": EPOCHS}
    return Experiment.model_validate(description).check()


def start(desk: Desk) -> None:
    """Train it, in the background."""
    other = visit.state(Other)
    if other.run is not None:
        other.run.close()
    other.run = Run(network(desk.experiment))
    other.run.play("max")


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """The button, then both side by side."""
    run = visit.state(Other).run
    fits = run is not None and run.experiment.data == desk.experiment.data
    if run is None or not fits:
        st.markdown(
            f"A network of the Playground learns the same points for {EPOCHS} epochs, and both "
            "are compared."
        )
        if st.button("Train a network beside it", icon=":material/play_arrow:", type="primary"):
            start(desk)
            st.rerun()
        return
    other = run.snapshot()
    if other.status == "compiling":
        st.markdown(f":material/hourglass_top: {other.message}")
        return
    if snapshot.data.feature_names:
        layout.title("Both on the same points", "left: the trees, right: the network")
        left, right = st.columns(2, gap=16)
        for place, one, key in ((left, snapshot, "trees_here"), (right, other, "trees_other")):
            with place:
                live.chart(plane.figure(one, False), key, 250, plane.describe(one))
    st.markdown(_table(snapshot, other))
    st.markdown(_words(snapshot, other))


def _table(trees: Snapshot, other: Snapshot) -> str:
    metric = "accuracy" if trees.data.classes else "mae"
    title = "Right on the test points" if trees.data.classes else "Mean error on the test points"
    write = numerals.percent if trees.data.classes else numerals.loss
    rows = [
        (title, *(write(one.metrics["test"][metric]) for one in (trees, other))),
        ("Test loss", *(numerals.loss(one.metrics["test"]["loss"]) for one in (trees, other))),
        ("Time to train", *(numerals.duration(seconds(one)) for one in (trees, other))),
        (
            "Numbers it consists of",
            numerals.count(nodes.ensemble(trees).size),
            numerals.count(other.network.plan.parameters),
        ),
    ]
    lines = ["| | Trees | Network |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def seconds(snapshot: Snapshot) -> float:
    """How long training took, measuring apart."""
    return snapshot.seconds_per_epoch * snapshot.epoch


def _words(trees: Snapshot, other: Snapshot) -> str:
    alike = float(np.mean(_sides(trees) == _sides(other)))
    if not trees.data.feature_names:
        return f"They answer alike on **{numerals.percent(alike, 0)}** of the test rows."
    border = BORDERS[nodes.ensemble(trees).combine if trees.step else "newest"]
    return (
        f"{border} A network's neurons weigh all inputs together: its border may slant and bend. "
        f"They answer alike on **{numerals.percent(alike, 0)}** of the map."
    )


def _sides(snapshot: Snapshot) -> np.ndarray:
    """The answer in words of the map: a class, or whether a value is above 0."""
    if not snapshot.data.feature_names:
        outputs = snapshot.predict(snapshot.data.test.x)
        classes = snapshot.data.classes
        return snapshot.network.loss.classes(outputs) if classes else outputs[:, 0] > 0
    answer = snapshot.plane(RESOLUTION)
    return np.floor(answer) if snapshot.data.classes > 2 else answer > 0
