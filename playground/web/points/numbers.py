"""Numbers: one step of training for one weight, with every number in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.analysis.one_step import ExplainError, Explanation, next_step
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from playground.views import network, numbers
from playground.web.frame import layout, visit, widgets
from playground.web.frame.desk import Desk

HEADS = ("point", "a", "z", "f(z)", "ℓ", "δ", "δ · a")
NEURON, NUMBER = "numbers_neuron", "numbers_number"


@dataclass
class Question:
    """The number that is explained (layer, unit, source; no source: the bias), and the answer.

    network: the picture of the Run, and with `asked` the number, that `answer` belongs to.
    """

    choice: tuple[int, int, int | None] | None = None
    asked: tuple[int, int, int | None] | None = None
    network: Any = None
    answer: Explanation | None = None


def choose(layer: int, unit: int, source: int | None) -> None:
    """Explain the weight from `source` to a neuron, or its bias; for call-backs."""
    visit.state(Question).choice = (layer, unit, source)


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """The panel's content."""
    if desk.run is None:
        return
    columns = network.columns(snapshot)
    neurons = [
        (column["layer"], unit)
        for column in columns
        if column["connected"]
        for unit in range(column["size"])
    ]
    if not neurons:
        st.markdown("Only dense layers are told number by number, and there is none.")
        return
    with st.container(key="numbers_head", horizontal=True, vertical_alignment="bottom", gap=8):
        choice = _pick(columns, neurons)
        st.button(
            "Take this step",
            key="numbers_step",
            icon=":material/skip_next:",
            on_click=_step,
            args=(desk,),
            disabled=desk.playing,
            help="Make the step that is shown here, and show the next one.",
        )
    if desk.playing:
        st.markdown(
            ":material/pause: Press **Pause** to look at one step: while the network "
            "trains, its numbers are old before they are read."
        )
        return
    try:
        _show(_told(desk.run, snapshot, *choice))
    except ExplainError as error:
        st.info(str(error), icon=":material/info:")


def _pick(columns: list[dict[str, Any]], neurons: list[tuple]) -> tuple[int, int, int | None]:
    """Two lists to choose from; a click in the drawing chooses as well."""
    question = visit.state(Question)
    layer, unit, source = question.choice or (*neurons[0], 0)
    if (layer, unit) not in neurons:
        (layer, unit), source = neurons[0], 0
    inputs = columns[layer]["size"]
    source = source if isinstance(source, int) and 0 <= source < inputs else None

    def moved() -> None:
        chosen = widgets.value(NUMBER)
        question.choice = (*widgets.value(NEURON), None if chosen < 0 else chosen)

    widgets.put(NEURON, (layer, unit))
    widgets.put(NUMBER, -1 if source is None else source)
    st.selectbox(
        "Neuron",
        neurons,
        key=NEURON,
        on_change=moved,
        width=190,
        format_func=lambda it: network.name(columns, it[0] + 1, it[1]),
        help="Or click a neuron or a line in the drawing.",
    )
    st.selectbox(
        "Its number",
        [*range(inputs), -1],
        key=NUMBER,
        on_change=moved,
        width=230,
        format_func=lambda i: "bias" if i < 0 else f"weight from {network.name(columns, layer, i)}",
        help="A neuron has a weight for everything that comes in, and a bias.",
    )
    return layer, unit, source


def _told(run: Run, snapshot: Snapshot, layer: int, unit: int, source: int | None) -> Explanation:
    """The explanation; made once for each picture of the Run."""
    question, asked = visit.state(Question), (layer, unit, source)
    if question.answer is None or (question.network, question.asked) != (snapshot.network, asked):
        name, index = (
            (f"{layer}.bias", (unit,)) if source is None else (f"{layer}.weight", (unit, source))
        )
        question.answer = next_step(run, name, index)
        question.network, question.asked = snapshot.network, asked
    return question.answer


def _step(desk: Desk) -> None:
    desk.step()
    desk.changed = True  # all of the page shows it


def _show(explanation: Explanation) -> None:
    term = explanation.terms[explanation.closer.number]
    layout.title(
        f"Step {explanation.step:,}",
        f"{len(explanation.terms)} points. The formulas follow the one "
        f"with the largest share, number {term.sample + 1:,}; f is {numbers.curve(explanation)}"
        + ("." if len(explanation.index) > 1 else ", and w a bias, so its a is 1."),
    )
    rows = [f"| {what} | ${formula}$ |" for what, formula in numbers.formulas(explanation)]
    with st.container(key="formulas"):
        st.markdown("\n".join(["| What | With the numbers of this step |", "|:--|:--|", *rows]))
    if numbers.agrees(explanation):
        st.markdown(
            ":material/check: Moving the weight a little both ways measures the same "
            "slope as the chain rule."
        )
    else:
        st.markdown(
            ":material/warning: The measured slope differs: the loss has a kink here, "
            "and its two sides have different slopes."
        )
    lines = [
        "| " + " | ".join(row) + " |" for row in (HEADS, ["--:"] * 7, *numbers.batch(explanation))
    ]
    with st.container(key="batch"):
        st.markdown("\n".join(lines))
