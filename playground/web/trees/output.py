"""What comes out: the map with a node's region, and how well it fits, unit by unit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.analysis import table_map
from playground.analysis.trees import ensembles, nodes
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import plane, trees
from playground.web.frame import layout, live, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import point_sets, readout, transport
from playground.web.trees import drawing, table_output

TEST, RESIDUALS = "Test points", "Residuals"
OPTIONS = "map_trees"  # the widget's key
CURVE = 64  # pixels: what over-fitting is said with must fit below
OVER = 1.05  # times the smallest test loss that count as over-fitting


def place(desk: Desk) -> Any:
    """The title and the map's options; returns the place that `draw` fills."""
    part = desk.experiment.trees
    table = desk.run.data.table if desk.run else None
    of_table = table is not None
    alone = desk.experiment.hybrid is None and not of_table
    corrects = alone and part is not None and part.make().combine == "sum"
    with st.container(key="output", gap=8):
        with st.container(key="maphead", horizontal=True, vertical_alignment="center", gap=8):
            layout.title("Output", width="stretch")
            planar = desk.experiment.data.type in point_sets.planar()
            if (planar or of_table) and not desk.controls.hides("test_points"):
                widgets.suggest(OPTIONS, [TEST])
                st.pills(
                    "Map",
                    [TEST, RESIDUALS] if corrects else [TEST],
                    selection_mode="multi",
                    key=OPTIONS,
                    label_visibility="collapsed",
                    format_func=lambda name: "Test rows" if name == TEST and of_table else name,
                    disabled=desk.controls.fixes("test_points"),
                    help="Test points: those that no tree has seen, with a dark rim. Residuals: "
                    "what is still wrong at each training point, which the next tree is fitted to.",
                )
            readout.options()
        if table is not None:
            table_output.choose(table_map.names(table))
        return st.container(key="live", gap=8)


def draw(desk: Desk, where: Any, snapshot: Snapshot) -> None:
    """Map, loss and accuracy, up to date."""
    with where:
        if snapshot.status == "compiling":
            st.markdown(f":material/hourglass_top: {snapshot.message}")
            return
        options = widgets.value(OPTIONS, [TEST])
        if snapshot.data.feature_names:
            live.chart(
                _map(snapshot, options),
                "trees_map",
                280,
                plane.describe(snapshot).replace("the network", "the trees"),
                click=lambda click: drawing.clicked(desk, snapshot, click),
            )
        elif snapshot.data.table is not None:
            splits = ["train", "test"] if TEST in options else ["train"]
            table_output.draw(desk, snapshot, splits)
        unit, best = transport.unit(snapshot.experiment), ensembles.best_unit(snapshot.history)
        late = best is not None and _over(snapshot, best)
        line = float(best[0]) if best and late else ensembles.handed_over(snapshot)
        readout.loss(snapshot, CURVE, unit, at=line)
        if snapshot.data.classes:
            readout.accuracy(snapshot, CURVE, unit, chance=1 / snapshot.data.classes)
        else:
            readout.error(snapshot, CURVE, unit)
            table_output.units(snapshot)
        _word(snapshot, best if late else None)


def _map(snapshot: Snapshot, options: list[str]) -> dict[str, Any]:
    figure = plane.figure(snapshot, TEST in options)
    heat, *points = figure["data"]
    alone = snapshot.experiment.hybrid is None
    if alone and RESIDUALS in options and nodes.ensemble(snapshot).combine == "sum":
        points = [trees.residual_points(snapshot)]
    dark = st.context.theme.type == "dark"
    lit = trees.lit(snapshot, drawing.chosen(), dark)
    return {**figure, "data": [heat, *lit, *points], "clicks": True}


def _over(snapshot: Snapshot, best: tuple[int, float]) -> bool:
    """Whether the test loss has turned and risen since; trees that only vote do not over-fit
    by their number."""
    if snapshot.experiment.hybrid or nodes.ensemble(snapshot).combine not in ("sum", "newest"):
        return False
    now = snapshot.metrics["test"]["loss"]
    return snapshot.step > best[0] and now > OVER * best[1]


def _word(snapshot: Snapshot, best: tuple[int, float] | None) -> None:
    """What the curves say."""
    if not len(snapshot.data.train):
        st.markdown(":gray[Nothing can grow before there are points.]")
    elif len(snapshot.history["epoch"]) < 2:
        st.markdown(":gray[Both numbers turn into curves once something grows.]")
    elif ensembles.handed_over(snapshot) is not None:
        before, after = ("network", "trees") if _network_first(snapshot) else ("trees", "network")
        st.markdown(f":gray[From the line on the {after} answer, before it the {before}.]")
    elif best is not None:
        unit = trees.model(snapshot).unit
        st.markdown(
            f"**It over-fits since {unit} {best[0]}:** from there the test loss rose, "
            f"{numerals.loss(best[1])} to {numerals.loss(snapshot.metrics['test']['loss'])}."
        )


def _network_first(snapshot: Snapshot) -> bool:
    hybrid = snapshot.experiment.hybrid
    return hybrid is not None and hybrid.make().network_first
