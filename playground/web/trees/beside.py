"""A small network on the same points, and what tells it from the trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.analysis.trees import nodes
from playground.engine import registry
from playground.experiment import Experiment, edits, numerals
from playground.training.resting import Resting
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from playground.views import plane
from playground.views import table_map as views
from playground.web.frame import layout, live, session, visit, widgets
from playground.web.frame.desk import BUSY, Desk
from playground.web.trees import difference, learned, table_output
from playground.web.trees.difference import Side

EPOCHS, FEWEST = 300, 5
LOOKS = 150_000  # at rows in all: a large table gets fewer epochs
NETWORK, LINEAR = "A network", "A linear model"
KIND = "trees_beside"  # the widget's key
RESOLUTION = 60
BORDERS = {
    "newest": "A tree cuts straight across, one input at a time: its border has corners.",
    "mean": "Each tree's border has corners; the mean of many rounds them off.",
    "sum": "Boosting adds many small steps: corners that come close to a curve.",
    "votes": "Votes of small trees make a border of many short straight pieces.",
    "median": "The middle of what many trees say: steps, rounded off.",
}


@dataclass
class Other(Resting):
    """The network that stands beside the trees; it rests and ends with its visit."""

    run: Run | None = None

    @property
    def playing(self) -> bool:
        """Whether it trains, or gets ready to."""
        return self.run is not None and self.run.status in BUSY

    def play(self) -> None:
        """Train to its end, as fast as it goes."""
        if self.run is not None:
            self.run.play("max")

    def pause(self) -> None:
        """No step more."""
        if self.run is not None:
            self.run.pause()

    def close(self) -> None:
        """Nothing stands beside the trees."""
        if self.run is not None:
            self.run.close()
        self.run, self._resume = None, False


def busy() -> bool:
    """Whether it trains."""
    return visit.state(Other).playing


def network(data: Experiment, linear: bool = False, numbers: int = learned.FIRST) -> Experiment:
    """The Playground's network, or the one it starts with, on these data, of images LeNet-5;
    linear: its last layer alone, which weighs the inputs and adds them up. numbers: that each word
    of a table gets, where they are learned."""
    if _images(data):
        known = {"data": data.data.described(), "seed": data.seed}
        name = "mnist_linear" if linear else "lenet5"
        return Experiment.preset(name).changed(**known).check()
    there = session.find("playground")
    base = there.experiment if there and there.problem is None else Experiment.preset("circle")
    before = base.data.make().classes
    description = {**base.described(), "data": data.data.described(), "seed": data.seed}
    if linear:
        description["layers"] = description["layers"][-1:]
    edits.follow_classes(description, before)
    if not linear:
        edits.follow_words(description)
        if registry.get("layer", description["layers"][0]["type"]).embeds:
            description["layers"][0]["output_dim"] = numbers
    description["stop"] = {"epochs": epochs(data)}
    return Experiment.model_validate(description).check()


def epochs(data: Experiment) -> int:
    """How long it trains."""
    return min(max(LOOKS // max(data.data.make().sizes[0], 1), FEWEST), EPOCHS)


def start(desk: Desk) -> None:
    """Train it, in the background."""
    other = visit.state(Other)
    other.close()
    session.adopt(f"{desk.name} beside", other)
    other.run = Run(network(desk.experiment, widgets.value(KIND) == LINEAR, learned.numbers()))
    other.play()


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """The button, then both side by side."""
    run = visit.state(Other).run
    widgets.suggest(KIND, NETWORK)
    what = widgets.value(KIND)
    st.segmented_control(
        "Beside the trees",
        [NETWORK, LINEAR],
        key=KIND,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: visit.state(Other).close(),
    )
    if what == NETWORK and getattr(desk.experiment.data, "words", "") == "learned":
        learned.ask(lambda: visit.state(Other).close())
    fits = run is not None and run.experiment.data == desk.experiment.data
    if run is None or not fits:
        st.markdown(_promise(desk.experiment, what))
        if st.button("Train it beside the trees", icon=":material/play_arrow:", type="primary"):
            start(desk)
            st.rerun()
        return
    other = run.snapshot()
    if other.status == "compiling":
        st.markdown(f":material/hourglass_top: {other.message}")
        return
    _maps(snapshot, other)
    st.markdown(_table(snapshot, other))
    st.markdown(_words(snapshot, other))
    learned.draw(other)


def _maps(snapshot: Snapshot, other: Snapshot) -> None:
    """What both answer over one plane."""
    through = None if snapshot.data.feature_names else table_output.plane(snapshot)
    if through is None and not snapshot.data.feature_names:
        return
    samples = "rows" if through else "points"
    layout.title(f"Both on the same {samples}", "left: the trees, right: beside them")
    pairs = ((snapshot, "trees_here"), (other, "trees_other"))
    for place, (shown, key) in zip(st.columns(2, gap=16), pairs, strict=True):
        with place:
            if through is None:
                live.chart(plane.figure(shown, False), key, 250, plane.describe(shown))
            else:
                figure = views.figure(shown, through, ["test"])
                live.chart(figure, key, 270, views.describe(shown, through))


def _images(experiment: Experiment) -> bool:
    return len(experiment.data.make().shape) == 3


def _promise(experiment: Experiment, what: str) -> str:
    """What the button does."""
    if _images(experiment):
        whose = "LeNet-5" if what == NETWORK else LINEAR
        return f"{whose} learns the same images for five epochs, and both are compared."
    samples = "rows" if experiment.data.make().input_names else "points"
    whose = "The network of the Playground" if what == NETWORK else LINEAR
    return (
        f"{whose} learns the same {samples} for {epochs(experiment)} epochs, and both are compared."
    )


def _table(trees: Snapshot, other: Snapshot) -> str:
    metric = "accuracy" if trees.data.classes else "mae"
    samples = "rows" if trees.data.table else "points"
    title = f"{'Right' if trees.data.classes else 'Mean error'} on the test {samples}"
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
    name = _title(other)
    lines = [f"| | Trees | {name} |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def seconds(snapshot: Snapshot) -> float:
    """How long training took, measuring apart."""
    return snapshot.seconds_per_epoch * snapshot.epoch


def _title(other: Snapshot) -> str:
    return "Network" if len(other.experiment.layers) > 1 else "Linear model"


def _words(trees: Snapshot, other: Snapshot) -> str:
    """Accuracy, time, size, border; and how far both agree."""
    samples = "rows" if trees.data.table else "points"
    samples = "images" if _images(trees.experiment) else samples
    metric, classes = ("accuracy" if trees.data.classes else "mae"), bool(trees.data.classes)
    sides = (
        Side(
            "the trees", trees.metrics["test"][metric], seconds(trees), nodes.ensemble(trees).size
        ),
        Side(
            f"the {_title(other).lower()}",
            other.metrics["test"][metric],
            seconds(other),
            other.network.plan.parameters,
        ),
    )
    told = difference.words(*sides, classes, f"test {samples}")
    return f"{told}  \n{_border(trees, other)}{_agreement(trees, other)}"


def _border(trees: Snapshot, other: Snapshot) -> str:
    """How the lines between classes run, where a map shows them."""
    of_values = trees.data.table is not None and not trees.data.classes
    if of_values or _images(trees.experiment):
        return ""
    own = BORDERS[nodes.ensemble(trees).combine if trees.step else "newest"]
    beside = (
        "A network's neurons weigh all inputs together: its border may slant and bend."
        if len(other.experiment.layers) > 1
        else "A linear model weighs all inputs together, once: its border is straight, and may "
        "slant."
    )
    return f"**Border**: {own[0].lower()}{own[1:]} {beside}  \n"


def _agreement(trees: Snapshot, other: Snapshot) -> str:
    if trees.data.table is not None and not trees.data.classes:
        x, table = trees.data.test.x, trees.data.table
        apart = table.fitted.scale * float(np.mean(np.abs(trees.predict(x) - other.predict(x))))
        return (
            f"On the test rows their answers lie **{numerals.short(apart, 3)}** apart on average."
        )
    alike = float(np.mean(_sides(trees) == _sides(other)))
    where = (
        "map" if trees.data.feature_names else "test rows" if trees.data.table else "test images"
    )
    return f"They answer alike on **{numerals.percent(alike, 0)}** of the {where}."


def _sides(snapshot: Snapshot) -> np.ndarray:
    """The answer in words of the map: a class, or whether a value is above 0."""
    if not snapshot.data.feature_names:
        outputs = snapshot.predict(snapshot.data.test.x)
        classes = snapshot.data.classes
        return snapshot.network.loss.classes(outputs) if classes else outputs[:, 0] > 0
    answer = snapshot.plane(RESOLUTION)
    return np.floor(answer) if snapshot.data.classes > 2 else answer > 0
