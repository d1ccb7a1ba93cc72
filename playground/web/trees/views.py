"""What stands in the middle: the tree, what counts, or a network on the same points."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.analysis.trees import ensembles, nodes
from playground.training.snapshot import Snapshot
from playground.views import trees
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import compare
from playground.web.trees import beside, parts_of

TREE, COUNTS, BESIDE = "Tree", "What counts", "Beside a network"
PARTS, COMPARE = "Its parts", "Compare"
KEY = "trees_view"
PACE = 1.0  # seconds between two renewals of what counts


def chosen() -> str:
    """The view that is open."""
    return widgets.value(KEY) or TREE


def offered(desk: Desk) -> list[str]:
    """The views of this set-up."""
    third = BESIDE if desk.experiment.hybrid is None else PARTS
    return [TREE, COUNTS, third, COMPARE]


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


def _counts(desk: Desk, snapshot: Snapshot) -> None:
    if not nodes.ensemble(snapshot).stages:
        st.markdown(":gray[Nothing has grown yet: press **Play** first.]")
        return
    found = visit.once(
        "trees_counts",
        (snapshot.experiment.to_json(), snapshot.step),
        lambda: ensembles.importances(snapshot),
    )
    names = nodes.input_names(snapshot)
    layout.title("What counts", "each input, measured in two ways")
    live.chart(
        trees.importances(found, names),
        "trees_counts_chart",
        60 + 44 * min(len(names), 12),
        "Importance of each input as bars",
    )
    st.markdown(
        ":gray[■] **Gains while growing**: how much each input's rules lowered the impurity of "
        "the training points, all together 1.  \n"
        ":violet[■] **Fall of the test score**: how much worse the test points are answered once "
        "the input is shuffled among them.\n\nThey differ because gains also count what was "
        "learned by heart, and an input with many values finds a gain by chance more easily. "
        "Shuffling tells what helps on points never seen; but of two inputs that say the same, "
        "neither seems to matter."
    )
    if found.impurity is None:
        st.markdown(":gray[These trees keep no impurity, so there is only the second kind.]")


DRAW = {COUNTS: _counts, BESIDE: beside.draw, PARTS: parts_of.draw, COMPARE: compare.draw}
