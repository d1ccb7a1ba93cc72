"""Health: is training going well, and what would help?"""

from __future__ import annotations

import streamlit as st

from playground.analysis.health import Finding, Health, diagnose, examine
from playground.experiment import controls
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from playground.views import health as views
from playground.web.frame import live, visit
from playground.web.frame.desk import Desk

HEIGHT, OVER_TIME = 170, 190  # px
SHOWN = 2  # findings at a time: what comes first is most urgent


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """The panel's content."""
    if desk.run is None:
        return
    measured, findings = _examined(desk.run, snapshot)
    if not measured.layers:
        st.markdown(
            "No layer of this network has weights, so there is nothing to learn and nothing to "
            "measure. Add a dense layer."
        )
        return
    with st.container(key="findings", gap=6):
        if not findings:
            _nothing(snapshot)
        for number, finding in enumerate(findings[:SHOWN]):
            _say(desk, number, finding)
    charts = {"gradients": views.gradients, "updates": views.updates, "outputs": views.outputs}
    for place, (key, chart) in zip(st.columns(3, gap=8), charts.items(), strict=True):
        with place:
            live.chart(chart(measured), f"health_{key}", HEIGHT, views.describe(measured))
    if measured.times:
        words = views.describe_time(measured)
        live.chart(views.through_time(measured), "health_time", OVER_TIME, words)


def _nothing(snapshot: Snapshot) -> None:
    if not snapshot.step:
        st.markdown(
            "Nothing looks wrong with the start. Press **Play**: what goes wrong later "
            "will be said here, with a remedy."
        )
    else:
        st.markdown(
            ":material/check_circle: **Nothing looks wrong.** Gradients reach every layer, "
            "and no layer is stuck."
        )


def _say(desk: Desk, number: int, finding: Finding) -> None:
    with st.container(key=f"finding{number}", horizontal=True, vertical_alignment="center", gap=8):
        st.markdown(
            f":material/stethoscope: **{finding.rule.capitalize()}.** {finding.sentence}",
            width="stretch",
        )
        held = desk.controls.forbids(controls.moved(desk.experiment, finding.changed))
        st.button(
            finding.remedy,
            key=f"remedy{number}",
            on_click=_cure,
            args=(desk, finding),
            disabled=bool(held),
            help=held
            or "Changes the set-up for you. What cannot change while training starts again.",
        )


def _cure(desk: Desk, finding: Finding) -> None:
    playing = desk.playing
    desk.change_to(finding.changed.described())
    if finding.again:
        desk.reset()
        if playing:
            desk.play()
    desk.changed = True


def _examined(run: Run, snapshot: Snapshot) -> tuple[Health, list[Finding]]:
    """Measured once for each picture of the Run."""

    def examined() -> tuple[Health, list[Finding]]:
        health = examine(run)
        return health, diagnose(health)

    return visit.once("health", snapshot.network, examined)
