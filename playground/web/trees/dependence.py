"""How the answer follows one column: partial dependence."""

from __future__ import annotations

import streamlit as st

from playground.analysis import influence
from playground.analysis.columns import columns_of
from playground.training.snapshot import Snapshot
from playground.views import dependence as views
from playground.web.frame import layout, live, visit, widgets

KEY = "trees_column"
OF_NUMBERS = (
    "**Thick**: each training row gets the value below, all else stays as it is, and the answers "
    "are averaged (partial dependence). **Thin**: single rows. Where thin lines do not run alike, "
    "the column acts together with others."
)
OF_WORDS = (
    "Each training row gets the word below, all else stays as it is, and the answers are averaged "
    "(partial dependence). Where bars of one colour are alike, the word makes no difference."
)


def draw(snapshot: Snapshot) -> None:
    """The choice of a column, and its lines."""
    if not snapshot.step:
        st.markdown(":gray[Nothing has grown yet: press **Play** first.]")
        return
    names = list(columns_of(snapshot).names)
    if widgets.value(KEY) not in names:
        widgets.put(KEY, names[0])
    layout.title("One column", "what is answered if all rows had one value of it")
    st.selectbox("Column", names, key=KEY, label_visibility="collapsed")
    k = names.index(widgets.value(KEY))
    try:
        found = visit.once(
            "trees_dependence",
            (snapshot.experiment.to_json(), snapshot.step, k),
            lambda: influence.dependence(snapshot, k),
        )
    except ValueError as error:
        st.caption(layout.literal(str(error)))
        return
    live.chart(
        views.figure(found, snapshot.labels),
        "trees_dependence_chart",
        300,
        f"Mean answer by the values of {found.name}",
    )
    st.markdown(OF_WORDS if found.words else OF_NUMBERS)
