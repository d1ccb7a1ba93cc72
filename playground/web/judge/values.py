"""Judge where answers are values: how far they are off, and which are farthest."""

from __future__ import annotations

import numpy as np
import streamlit as st

from playground.analysis import metrics
from playground.analysis.judgement import Estimates
from playground.data import Data
from playground.experiment import numerals
from playground.views import judge_steps as views
from playground.web.frame import layout, live

CHART = 340  # px
WORST = 12


def head(judged: Estimates, data: Data) -> None:
    """Mean absolute error, root mean square, and both beside the best constant answer."""
    scale, unit = _scale(data)
    off = judged.said - judged.right
    known = metrics.regression(judged.right, judged.said)
    guess = float(np.abs(judged.right - np.median(judged.right)).mean())
    with st.container(key="readout_judged", width="stretch"):
        st.markdown(
            f"Off by **{numerals.loss(scale * known['mae'])}**{unit} on average, root mean square "
            f"**{numerals.loss(scale * float(np.sqrt(np.mean(off**2))))}** *always the median: "
            f"{numerals.loss(scale * guess)}* explains {numerals.percent(known['r2'])}",
            help=f"{len(off):,} answers. What is explained is R², the share of the variance: "
            "0 % is as good as always saying the mean, below is worse.",
        )


def _scale(data: Data) -> tuple[float, str]:
    """How large one of the network's units is, and in which: a series' own."""
    if data.series is None or data.series.spread == 1:
        return 1.0, ""
    return data.series.spread, " in the series' units"


def body(judged: Estimates, data: Data) -> None:
    """Said against right, the errors, and a list of the worst."""
    left, middle, right = st.columns([400, 400, 312], gap=24)
    with left:
        layout.title("What it says", "dotted: perfect answers")
        live.chart(
            views.scatter(judged),
            "judge_scatter",
            CHART,
            f"What is right against what was said, {len(judged.right):,} answers.",
        )
    with middle:
        layout.title("How far it is off")
        live.chart(
            views.errors(judged), "judge_errors", CHART, "How many answers are off by how much."
        )
    with right:
        layout.title("Farthest off")
        rows = ["| where | right | said |", "|:--|--:|--:|"]
        for index in judged.worst[:WORST]:
            where = layout.literal(views.place(judged, data, int(index)))
            numbers = (numerals.loss(v[index]) for v in (judged.right, judged.said))
            rows.append(f"| {where} | {' | '.join(numbers)} |")
        st.markdown("\n".join(rows))
        if _scale(data)[1]:
            st.caption("As the network reads them: standardised by the values before the cut.")
