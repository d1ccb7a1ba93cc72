"""The map of a table: over two of its columns, or where its rows differ most."""

from __future__ import annotations

import streamlit as st

from playground.analysis import table_map
from playground.analysis.table_answers import table_of
from playground.analysis.table_map import Plane
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import table_map as views
from playground.web.frame import live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.trees import drawing

HEIGHT = 264
SPREAD = "Where rows differ most"
ACROSS, UP = "trees_map_across", "trees_map_up"


def choose(names: list[str]) -> None:
    """What the map's axes are; `names` are the columns that can be one."""
    if len(names) < 2:
        return
    if widgets.value(ACROSS) not in (SPREAD, *names):
        widgets.put(ACROSS, SPREAD)
    across = widgets.value(ACROSS)
    others = [name for name in names if name != across]
    with st.container(horizontal=True, gap=6):
        st.selectbox(
            "Map over",
            [SPREAD, *names],
            key=ACROSS,
            label_visibility="collapsed",
            help="Where rows differ most: the two directions in which the training rows vary most "
            "(principal components). Or two columns: all others stay at their middle.",
        )
        if across != SPREAD:
            if widgets.value(UP) not in others:
                widgets.put(UP, others[0])
            st.selectbox("and", others, key=UP, label_visibility="collapsed")


def plane(snapshot: Snapshot) -> Plane | None:
    """The plane that was chosen; None where the table has a single input."""
    if not table_map.possible(snapshot):
        return None
    across, up = widgets.value(ACROSS, SPREAD), widgets.value(UP)
    names = table_map.names(table_of(snapshot))
    if across in (SPREAD, up) or across not in names or up not in names:
        of = snapshot.experiment.data.described(), snapshot.experiment.data_seed
        return visit.once("trees_plane", of, lambda: table_map.principal(snapshot))
    return table_map.of_columns(snapshot, (across, up))


def draw(desk: Desk, snapshot: Snapshot, splits: list[str]) -> None:
    """The map, up to date, and what its colours leave open."""
    through = plane(snapshot)
    if through is None:
        st.markdown(":gray[A single input has no map: see One column.]")
        return
    dark = st.context.theme.type == "dark"
    figure = views.figure(snapshot, through, splits, drawing.chosen(), dark)
    live.chart(
        {**figure, "clicks": True},
        "trees_map",
        HEIGHT,
        views.describe(snapshot, through),
        click=lambda click: drawing.clicked(desk, snapshot, click, through),
    )


def units(snapshot: Snapshot) -> None:
    """What errors of scaled values are in the units of the table."""
    table = snapshot.data.table
    if table is None or snapshot.data.classes or table.fitted.scale == 1:
        return
    error = snapshot.metrics["test"]["mae"] * table.fitted.scale
    st.caption(
        f"Errors are in deviations of the column to predict; one is "
        f"{numerals.short(table.fitted.scale, 3)}. In its own units the mean error on test rows "
        f"is **{numerals.short(error, 3)}**."
    )
