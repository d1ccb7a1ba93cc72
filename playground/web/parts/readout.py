"""Current values large, and the curves behind them; both say which split a number comes from."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.experiment import numerals
from playground.training.evaluation import SAMPLES
from playground.training.snapshot import Snapshot
from playground.views import curves
from playground.web.frame import live, widgets

LOG, SMOOTH = "Log scale", "Smooth"
OPTIONS = "curve_options"  # the widget's key


def nothing_yet(snapshot: Snapshot | None, what: str = "training") -> bool:
    """Whether there is nothing to read so far; says why. what: will show once the layers fit."""
    if snapshot is None:
        st.markdown(f":gray[Once the layers fit, {what} shows here.]")
        return True
    if snapshot.status == "compiling":
        st.markdown(f":gray[:material/hourglass_top: {snapshot.message}]")
    return snapshot.status == "compiling"


def options() -> None:
    """A quiet menu of how the curves are drawn."""
    with st.popover(
        "Curves",
        icon=":material/more_horiz:",
        type="tertiary",
        key="quiet_curves",
        help="How loss and accuracy are drawn.",
    ):
        widgets.suggest(OPTIONS, [])
        st.pills(
            "Curves",
            [LOG, SMOOTH],
            selection_mode="multi",
            key=OPTIONS,
            help="Log scale: equal steps of the loss axis are equal factors, so that small "
            "losses show. Smooth: means of neighbours, with what was measured faintly "
            "behind; pointing at a curve tells what was measured.",
        )


def _drawn(snapshot: Snapshot, at: float | None = None) -> dict[str, Any]:
    """What `curves` is told: smooth or not, and where a run was brought back to, or else `at`."""
    return {
        "smooth": SMOOTH in widgets.value(OPTIONS, []),
        "at": snapshot.epoch if snapshot.rewound else at,
    }


def value(
    key: str, name: str, test: str, train: str, help: str | None = None, validation: str = ""
) -> None:
    """One line: the test value large, the train value small; a second one if there are three."""
    with st.container(key=f"readout_{key}", gap=0):
        if validation:
            st.markdown(f"{name} **{test}** *test*", help=help)
            st.markdown(f":small[{validation} validation, {train} train]")
        else:
            st.markdown(f"{name} **{test}** *test* {train} train", help=help)


def error(snapshot: Snapshot, height: int = 104, unit: str = "epochs") -> None:
    """The mean distance from the right value, now and its curve: for a regression."""
    test, train = (snapshot.metrics[split]["mae"] for split in ("test", "train"))
    value(
        "error",
        "Mean error",
        numerals.loss(test),
        numerals.loss(train),
        help="How far an answer lies from the right value, on average.",
    )
    if len(snapshot.history["epoch"]) > 1:
        figure = curves.curve(snapshot.history, "mae", unit, **_drawn(snapshot), rangemode="tozero")
        live.chart(
            figure,
            "error",
            height,
            f"Mean error by epoch. Now {numerals.loss(test)} on the test "
            f"data, {numerals.loss(train)} on the training data.",
        )


def _samples(snapshot: Snapshot) -> str | None:
    """Which samples the numbers of a large data set come from."""
    if len(snapshot.data.test) <= 2 * SAMPLES:
        return None
    return (
        f"Train: the first {SAMPLES:,} training images. Test: while it trains the first "
        f"{SAMPLES:,} test images, once it rests all {len(snapshot.data.test):,}."
    )


def _validation(snapshot: Snapshot, metric: str, tell: Callable[[float], str]) -> str:
    """The number of the validation split, if there is one."""
    known = snapshot.metrics.get("validation")
    return tell(known[metric]) if known else ""


def loss(snapshot: Snapshot, height: int = 98, unit: str = "", at: float | None = None) -> None:
    """The loss now and its curve; at: a place on it to mark."""
    test, train = (snapshot.metrics[split]["loss"] for split in ("test", "train"))
    value(
        "loss",
        "Loss",
        numerals.loss(test),
        numerals.loss(train),
        _samples(snapshot),
        _validation(snapshot, "loss", numerals.loss),
    )
    if len(snapshot.history["epoch"]) > 1:
        log = LOG in widgets.value(OPTIONS, [])
        live.chart(
            curves.loss(snapshot.history, unit, log, **_drawn(snapshot, at)),
            "loss",
            height,
            f"Loss by epoch. Now {numerals.loss(test)} on the test data, "
            f"{numerals.loss(train)} on the "
            "training data.",
        )


def bits(snapshot: Snapshot, height: int = 98, unit: str = "") -> None:
    """The loss of a text, in bits per character: nats / log 2."""
    test, train = (
        numerals.fixed(snapshot.metrics[split]["loss"] / math.log(2), 2)
        for split in ("test", "train")
    )
    value(
        "loss",
        "Bits per character",
        test,
        train,
        help="How many yes-or-no questions the next character still costs, on average.",
    )
    if len(snapshot.history["epoch"]) > 1:
        columns = {
            name: column / math.log(2) if name.endswith("_loss") else column
            for name, column in snapshot.history.items()
        }
        log = LOG in widgets.value(OPTIONS, [])
        live.chart(
            curves.loss(columns, unit, log, **_drawn(snapshot)),
            "loss",
            height,
            f"Bits per character by epoch. Now {test} on the test data, {train} on the training "
            "data.",
        )


def accuracy(
    snapshot: Snapshot, height: int = 104, unit: str = "epochs", chance: float = 0.5
) -> None:
    """The accuracy now and its curve."""
    test, train = (snapshot.metrics[split]["accuracy"] for split in ("test", "train"))
    value(
        "accuracy",
        "Accuracy",
        numerals.percent(test),
        numerals.percent(train),
        _samples(snapshot),
        _validation(snapshot, "accuracy", numerals.percent),
    )
    if len(snapshot.history["epoch"]) > 1:
        figure = curves.accuracy(snapshot.history, unit, chance, **_drawn(snapshot))
        live.chart(
            figure,
            "accuracy",
            height,
            f"Accuracy by epoch. Now {numerals.percent(test)} on the test data, "
            f"{numerals.percent(train)} on "
            "the training data.",
        )
