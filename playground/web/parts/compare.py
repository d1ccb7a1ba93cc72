"""Compare: pinned runs and the one on the page, on the same axes."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.analysis import pinned_runs
from playground.analysis.pinned_runs import Pin, Pins
from playground.training.snapshot import Snapshot
from playground.views import compare
from playground.web.frame import live, visit
from playground.web.frame.desk import Desk
from playground.web.frame.events import PinAct

CHART = 150  # px
SHARED = "runs"  # pinned on the Playground or on Trees, compared on either
LOG, TRAINING = "Log scale", "Training data"


def draw(desk: Desk, snapshot: Snapshot, shared: str = SHARED, height: int = CHART) -> None:
    """The panel's content. shared: pages with the same word here compare their runs.

    height: px of the chart.
    """
    pins = visit.state(Pins, shared)
    runs = _runs(pins, snapshot)
    with st.container(key="compare_head", horizontal=True, vertical_alignment="center", gap=8):
        st.button(
            "Pin this run",
            key="quiet_pin",
            icon=":material/keep:",
            disabled=not snapshot.step,
            on_click=lambda: _pin(desk, pins),
            help="Keep the curves and settings of this run, to compare others with it.",
        )
        metric, split, log = _choices(snapshot)
        st.download_button(
            "CSV",
            lambda: pinned_runs.table(runs),
            "runs.csv",
            "text/csv",
            key="quiet_runs_csv",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
            disabled=not runs,
            help="All curves as a table: one row a run and measurement.",
        )
    if not pins.kept:
        st.markdown(
            ":gray[Pin a run, change one thing, train again: both curves stand here on the "
            f"same axes, with what differs in words. There is room for {pinned_runs.MOST} runs.]"
        )
    if not runs:
        return
    names = ", ".join(run.name for run in runs)
    live.chart(
        compare.figure(runs, metric, split, log),
        "compare",
        height,
        f"{compare.METRICS[metric]} by epoch of {names}. The table below has the numbers.",
    )
    rows = [{**row, "pinned": row["letter"] != compare.NOW} for row in compare.rows(runs)]
    live.show(
        "runs",
        "runs",
        {"heads": compare.headings(runs), "rows": rows},
        act=lambda event: act(desk, pins, event),
    )


def _runs(pins: Pins, snapshot: Snapshot) -> list[Pin]:
    """The pinned ones and, where it has begun and is not the last of them, the one on the page."""
    now = replace(Pin.of(snapshot, compare.NOW), name="this run")
    again = any(pin.experiment == now.experiment and pin.epochs == now.epochs for pin in pins.kept)
    return [*pins.kept, *([now] if snapshot.step and not again else [])]


def _choices(snapshot: Snapshot) -> tuple[str, str, bool]:
    """What the chart shows: metric, split, and whether its axis is logarithmic."""
    names = compare.measured(snapshot.metrics["test"])
    metric = st.segmented_control(
        "Curve",
        names,
        default="loss",
        required=True,
        format_func=lambda name: compare.CHOICES.get(name, ""),
        key=f"compare_{'_'.join(names[1:])}",
        label_visibility="collapsed",
    )
    chosen = st.pills(
        "Of the curves",
        [TRAINING, LOG],
        selection_mode="multi",
        key="compare_options",
        label_visibility="collapsed",
    )
    st.space("stretch")
    split = "train" if TRAINING in chosen else "test"
    return metric, split, LOG in chosen and metric not in compare.SHARES


def _pin(desk: Desk, pins: Pins) -> None:
    if snapshot := desk.snapshot():
        desk.notice = pins.add(snapshot)
        desk.changed = True


def act(desk: Desk, pins: Pins, event: PinAct) -> None:
    """What the table asked for; a run that is gone is left alone."""
    pin = pins.find(event.run)
    if pin is None:
        return
    if event.verb == "remove":
        pins.remove(pin.letter)
    elif event.verb == "rename":
        pins.rename(pin.letter, event.name)
    else:
        desk.touch()
        desk.open_experiment(pin.experiment)
        desk.changed = True
