"""What stands in the middle: the tree, what counts, or a network on the same points."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import streamlit as st

from playground.analysis.trees import ensembles, nodes
from playground.training.snapshot import Snapshot
from playground.views import trees
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import compare
from playground.web.trees import beside, dependence, new_rows, parts_of

TREE, COUNTS, COLUMN, BESIDE = "Tree", "What counts", "One column", "Beside a network"
ROWS, PARTS, COMPARE = "New rows", "Its parts", "Compare"
KEY = "trees_view"
FEW = 6  # bars that have room to breathe
PACE = 1.0  # seconds between two renewals of what counts


def chosen() -> str:
    """The view that is open."""
    return widgets.value(KEY) or TREE


def _of_table(desk: Desk) -> bool:
    return desk.run is not None and desk.run.data.table is not None


def offered(desk: Desk) -> list[str]:
    """The views of this set-up."""
    third = BESIDE if desk.experiment.hybrid is None else PARTS
    images = len(desk.experiment.data.make().shape) == 3
    column, rows = [] if images else [COLUMN], [ROWS] if _of_table(desk) else []
    return [TREE, COUNTS, *column, third, *rows, COMPARE]


def place(desk: Desk) -> Any:
    """The choice of view; returns the place of the tree, which `drawing.draw` fills."""
    with st.container(key="tree", gap=8):
        if not desk.controls.hides("panels"):
            widgets.suggest(KEY, TREE)
            if chosen() not in offered(desk):
                widgets.put(KEY, TREE)
            st.segmented_control(
                "View",
                offered(desk),
                required=True,
                key=KEY,
                label_visibility="collapsed",
                disabled=desk.controls.fixes("panels"),
            )
        if chosen() == TREE:
            return st.container(key="tree_place")
        _fragment(desk)
        return None


def _fragment(desk: Desk) -> None:
    """A view that renews itself, slower than the map."""
    draw = DRAW[chosen()]

    def busy() -> bool:
        others = {BESIDE: beside.busy, PARTS: parts_of.busy}
        return desk.busy or others.get(chosen(), lambda: False)()

    at_first = busy()

    @st.fragment(run_every=PACE if at_first else None)
    def tick() -> None:
        snapshot = desk.snapshot()
        if snapshot is not None and snapshot.status != "compiling":
            draw(desk, snapshot)
        if at_first and not busy():
            st.rerun()

    tick()


def _column(desk: Desk, snapshot: Snapshot) -> None:
    dependence.draw(snapshot)


def _rows(desk: Desk, snapshot: Snapshot) -> None:
    new_rows.draw(snapshot)


def _counts(desk: Desk, snapshot: Snapshot) -> None:
    if not nodes.ensemble(snapshot).stages:
        st.markdown(":gray[Nothing has grown yet: press **Play** first.]")
        return
    found = visit.once(
        "trees_counts",
        (snapshot.experiment.to_json(), snapshot.step),
        lambda: ensembles.importances(snapshot),
    )
    shape = snapshot.data.shape
    if found.impurity is None and found.permutation is None:
        st.markdown(
            ":gray[These trees keep no impurity, and there are too many inputs to shuffle each. "
            "A random forest tells which count.]"
        )
        return
    if len(shape) == 3 and found.impurity is not None and len(found.impurity) == prod(shape):
        _pixels(found.impurity.reshape(shape).sum(axis=0))
        return
    names = ensembles.measured(snapshot)
    deep = (
        snapshot.experiment.hybrid is not None and snapshot.experiment.hybrid.make().network_first
    )
    what = "neuron of the last hidden layer" if deep else "column" if _of_table(desk) else "input"
    layout.title("What counts", f"each {what}, measured in two ways")
    live.chart(
        trees.importances(found, names),
        "trees_counts_chart",
        60 + (44 if len(names) <= FEW else 28) * min(len(names), trees.MOST_BARS),
        "Importance of each input as bars",
    )
    st.markdown(
        ":gray[■] **Gains while growing**: how much the rules about it lowered the "
        "impurity of the training data, all together 1.  \n"
        ":violet[■] **Fall of the test score**: how much worse the test data are answered once its "
        "values are shuffled among them.\n\nThey differ because gains also count what was learned "
        "by heart, and many different values find a gain by chance more easily. Shuffling "
        "tells what helps on data never seen; but of two that say the same, neither seems "
        "to matter."
    )
    if found.impurity is None:
        st.markdown(":gray[These trees keep no impurity, so there is only the second kind.]")


def _pixels(counts: np.ndarray) -> None:
    """Which pixels of an image count."""
    layout.title("What counts", "each pixel, by how much its rules gained while growing")
    dark = st.context.theme.type == "dark"
    row, column = np.unravel_index(int(counts.argmax()), counts.shape)
    live.chart(
        trees.pixels(counts, dark),
        "trees_counts_pixels",
        400,
        f"Importance of each pixel as an image; pixel {row},{column} counts most",
    )
    st.markdown(
        ":gray[The stronger a pixel's colour, the more the rules that ask about it tell digits "
        "apart. The rim is white: there every digit is empty.]"
    )


DRAW = {
    COUNTS: _counts,
    COLUMN: _column,
    ROWS: _rows,
    BESIDE: beside.draw,
    PARTS: parts_of.draw,
    COMPARE: compare.draw,
}
