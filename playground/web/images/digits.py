"""The parts of the Digits page: what training looks like while it runs, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.analysis.judgement import Judgement, judge
from playground.experiment import Experiment, edits, numerals
from playground.training.snapshot import Snapshot
from playground.views import filters, flow, judgement
from playground.web.frame import layout, live, visit
from playground.web.frame.desk import Desk
from playground.web.images import sources
from playground.web.parts import models, readout, transport
from playground.web.parts.paced import paced

NAME = models.DIGITS
BATCHES = (16, 32, 64, 128, 256, 512)
EXAMPLES = 10  # so many of the first test images
# Seconds between updates of the page: drawing one takes the browser half of that on one core, which
# training then lacks. Pictures are renewed with each, what all test images are read as less often.
PACE, JUDGING = 0.45, 2.0


def default() -> Experiment:
    """What the page starts with."""
    return Experiment.preset("lenet5")


def refuse(experiment: Experiment) -> str:
    """Only networks for images belong here."""
    if experiment.trees is not None:
        return "This set-up grows trees: open it on the Trees page."
    source = experiment.data.make()
    if len(source.shape) == 3:
        return edits.answers_only(experiment) or sources.lacking(source)
    return "This set-up learns from points of the plane: open it on the Playground page."


def clock(place: DeltaGenerator, snapshot: Snapshot) -> None:
    """How far the training has come, how fast it goes, how long it will take."""
    if snapshot is None:
        return
    stop = snapshot.experiment.stop.epochs
    readings = [
        (
            numerals.fixed(snapshot.epoch, 1) if snapshot.step else "0",
            f"of {stop} epoch{'s' if stop > 1 else ''}" if stop else "epochs",
        )
    ]
    if snapshot.status == "running" and snapshot.samples_per_second:
        readings.append((numerals.count(snapshot.samples_per_second), "images/s"))
        if snapshot.seconds_left is not None:
            readings.append((_minutes(snapshot.seconds_left), "left"))
    transport.clock(place, *readings)


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def last_run(desk: Desk, part: str = "run") -> Any:
    """A container that fades while the layers do not fit: what it shows is the run before."""
    if desk.problem is None:
        return st.container(key=f"this_{part}", gap=8)
    if part == "run":
        layout.title(
            "Your last run", "before the change; it comes back to life when the layers fit"
        )
    return st.container(key=f"last_{part}", gap=8)


def curves(desk: Desk, snapshot: Snapshot) -> None:
    """Loss and accuracy side by side."""
    height = 124 if desk.problem is None else 92
    left, right = st.columns(2, gap=24)
    with left:
        readout.loss(snapshot, height, "epochs")
    with right:
        readout.accuracy(snapshot, height, chance=1 / snapshot.data.classes)
    if len(snapshot.history["epoch"]) < 2:
        st.markdown(
            f":gray[One in {snapshot.data.classes} right is what guessing gives. Press **Train**, "
            "and both numbers turn into curves.]"
        )


def first_layer(snapshot: Snapshot) -> None:
    """The weights of the first layer as pictures."""
    drawing = paced("filters", snapshot, lambda: filters.first_layer(snapshot))
    if drawing is None:
        return
    note, payload = drawing
    layout.title("What the first layer looks for", note)
    live.show("flow", "filters", payload)


@dataclass
class Digits:
    """The test image on show."""

    index: int = 0


def one_image(snapshot: Snapshot) -> None:
    """A test image on its way through the layers."""
    test = snapshot.data.test
    now = visit.state(Digits)
    index = now.index % len(test.x)  # of a larger set before this one, perhaps

    def next_one() -> None:
        now.index = index + 1

    def mistake() -> None:
        wrong = _judged(snapshot).mistakes
        if len(wrong):
            later = np.sort(wrong)
            now.index = int(later[np.searchsorted(later, index + 1) % len(later)])

    with st.container(key="flowhead", horizontal=True, vertical_alignment="center", gap=8):
        layout.title(
            "One image, layer by layer",
            f"test image {index + 1:,} of {len(test.x):,}: "
            f"{layout.literal(snapshot.data.class_names[test.y[index]])}",
            width="stretch",
        )
        st.button(
            "Next",
            icon=":material/chevron_right:",
            type="tertiary",
            key="quiet_next",
            on_click=next_one,
        )
        st.button(
            "A mistake",
            icon=":material/shuffle:",
            type="tertiary",
            key="quiet_mistake",
            on_click=mistake,
            help="The next test image that the network reads wrongly.",
        )
    payload = paced("flow", snapshot, lambda: flow.layers(snapshot, test.x[index]), index)
    live.show("flow", "flow", payload)


def examples(snapshot: Snapshot) -> None:
    """Ten test images, or all where there are fewer, and what the network reads."""
    shown = np.arange(min(EXAMPLES, len(snapshot.data.test)))
    payload = paced("examples", snapshot, lambda: judgement.examples(snapshot, shown))
    wrong = sum(payload["columns"][0][0]["wrong"])
    layout.title("Test images", f"{len(shown) - wrong} of {len(shown)} read rightly")
    live.show("flow", "examples", payload)


def errors(snapshot: Snapshot) -> None:
    """The confusion matrix, and the mistakes it is surest of; once something has been learned."""
    if not snapshot.step:
        return
    judged = _judged(snapshot)
    layout.title("Confusion", "row: what it is, column: what it read")
    dark = st.context.theme.type == "dark"
    live.chart(
        judgement.confusion(judged, dark),
        "confusion",
        246,
        "Confusion matrix of the test "
        f"images: {len(judged.mistakes):,} of {len(judged.labels):,} read wrongly",
    )
    if len(judged.mistakes):
        layout.title("Sure, and wrong", "is → read as")
        live.show("flow", "surest", judgement.surest(judged, 4, across=4))


def _judged(snapshot: Snapshot) -> Judgement:
    return paced("judged", snapshot, lambda: judge(snapshot), seconds=JUDGING)
