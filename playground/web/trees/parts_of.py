"""What a hybrid's parts are worth, in a table: network alone, trees alone, both, another head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import streamlit as st

from playground.experiment import numerals
from playground.training.heads import Contest, Entry
from playground.training.snapshot import Snapshot
from playground.web.frame import visit
from playground.web.frame.desk import Desk
from playground.web.trees import learned

WORDS = {
    True: "**Press Play first:** once the network has learned and trees have grown on its last "
    "hidden layer, both are measured here beside each part alone.",
    False: "**Press Play first:** once trees have grown and a network has read their leaves, both "
    "are measured here beside each part alone.",
}


@dataclass
class Measured:
    """The comparison of this visit."""

    contest: Contest | None = None


def busy() -> bool:
    """Whether it is being measured."""
    contest = visit.state(Measured).contest
    return contest is not None and contest.running


def _start(snapshot: Snapshot) -> None:
    now = visit.state(Measured)
    if now.contest is not None:
        now.contest.stop()
    now.contest = Contest(snapshot)
    now.contest.start()


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """The button, then the table as it fills; what the network made of a table's words."""
    _measure(desk, snapshot)
    learned.draw(snapshot)


def _measure(desk: Desk, snapshot: Snapshot) -> None:
    hybrid = desk.experiment.hybrid
    first = hybrid is not None and hybrid.make().network_first
    if not len(getattr(snapshot.network, "stages", ())):
        st.markdown(WORDS[first])
        return
    contest = visit.state(Measured).contest
    fits = contest is not None and contest.snapshot.experiment == snapshot.experiment
    if contest is None or not fits:
        st.markdown(
            "Each part answers the same test samples alone, and the network gets another head: "
            "trees of another kind."
            if first
            else "The trees answer alone, and the same network learns from the inputs themselves."
        )
        if st.button("Measure each part", icon=":material/play_arrow:", type="primary"):
            _start(snapshot)
            st.rerun()
        return
    if contest.entries:
        st.markdown(table(contest.entries, bool(snapshot.data.classes)))
    if contest.running:
        st.progress(contest.progress, f"{contest.doing}, {numerals.percent(contest.progress, 0)}")
    elif contest.failure:
        st.markdown(f":red[{contest.failure}]")
    elif contest.snapshot.step != snapshot.step:
        st.button(
            "Measure again",
            icon=":material/refresh:",
            type="tertiary",
            key="quiet_measure_again",
            on_click=_start,
            args=(snapshot,),
        )


def table(entries: list[Entry], classes: bool) -> str:
    """Score, loss, time and size of each, as Markdown."""
    write = partial(numerals.percent, digits=2) if classes else numerals.loss
    title = "Right" if classes else "Mean error"
    lines = [
        f"| On the test samples | {title} | Loss | Time to learn | Numbers |",
        "|---|---|---|---|---|",
    ]
    for entry in entries:
        spent = numerals.duration(entry.seconds) if math.isfinite(entry.seconds) else "–"
        cells = (
            entry.name,
            write(entry.score),
            numerals.loss(entry.loss),
            spent,
            numerals.count(entry.size),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
