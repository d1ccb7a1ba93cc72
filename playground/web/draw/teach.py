"""Fine-tuning on the visitor's drawings: started by a button, followed while one draws on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.experiment import numerals
from playground.training import digit_readers
from playground.training.fine_tuning import Tuned, Tuning
from playground.training.snapshot import Snapshot
from playground.web.frame import visit
from playground.web.parts import models

PACE = 0.4  # seconds between two looks at the progress


@dataclass
class Teaching:
    """job: the Tuning under way. result: the last one that ended well. failure: why one did not."""

    job: Tuning | None = None
    result: Tuned | None = None
    failure: str = ""


def state() -> Teaching:
    """This visit's."""
    return visit.state(Teaching)


def collect() -> None:
    """Take over what has ended, before the menu of networks is drawn."""
    now = state()
    job = now.job
    if job is None or job.running:
        return
    now.job, now.failure = None, job.failure
    if job.result is not None:
        now.result = job.result
        models.added()["tuned"] = job.result.snapshot
        models.here().choose("tuned")


def button(model: Snapshot, images: np.ndarray, labels: np.ndarray) -> None:
    """Starts it."""
    busy = state().job is not None
    st.button(
        "Fine-tune on these",
        icon=":material/school:",
        key="teach",
        disabled=busy or not digit_readers.reads_digits(model),
        on_click=start,
        args=(model, images, labels),
        help="The chosen model goes on to learn: your drawings, mixed with images of MNIST "
        "so that it does not forget other hands. It becomes a model of its own; the one it "
        "starts from stays. Takes seconds.",
    )


def start(model: Snapshot, images: np.ndarray, labels: np.ndarray) -> None:
    """Begin; the page does not wait."""
    now = state()
    now.job, now.failure = Tuning(model, images, labels), ""
    now.job.start()


def show() -> None:
    """How far it is, or what came of the last one."""
    now = state()
    if now.job is not None:
        _progress()
    elif now.failure:
        st.warning(now.failure, icon=":material/warning:")
    elif now.result is not None:
        _result(now.result)


@st.fragment(run_every=PACE)
def _progress() -> None:
    """Runs again by itself; the whole page does at the end."""
    job = state().job
    if job is None or not job.running:
        st.rerun()
    with st.container(key="teaching", horizontal=True, vertical_alignment="center", gap=16):
        st.progress(min(job.progress, 1.0), "Learning your hand; draw on meanwhile.")
        st.button("Stop", key="quiet_stop_teaching", type="tertiary", on_click=job.stop)


def _result(result: Tuned) -> None:
    """Before and after, of drawings and of MNIST."""
    before, after = result.before, result.after
    learned, aside = result.drawings - result.aside, result.aside

    def row(what: str, count: int, old: int, new: int) -> str:
        return f"| {what} | {old} of {count} | **{new} of {count}** |"

    lines = [
        "| Read rightly | before | after |",
        "|---|--:|--:|",
        row(
            "Your drawings that it learned from",
            learned,
            before.drawings - before.aside,
            after.drawings - after.aside,
        ),
    ]
    if aside:
        lines.append(row("Your drawings kept aside for testing", aside, before.aside, after.aside))
    old, new = (numerals.percent(scores.mnist["accuracy"], 2) for scores in (before, after))
    lines.append(f"| MNIST's 10,000 test images | {old} | **{new}** |")
    with st.container(key="taught"):
        st.markdown("\n".join(lines))
    few = "" if aside else " With ten drawings or more, a fifth is kept aside for testing."
    st.markdown(
        f":gray[{numerals.count(result.epochs)} epochs. The new model is “Fine-tuned on your "
        f"drawings” in the menu above; the others are as they were.{few}]"
    )
