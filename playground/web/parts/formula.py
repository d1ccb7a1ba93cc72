"""Points by a formula of one's own as widgets: what it says, classes or values, and examples."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.data.own_formula import EXAMPLES, OwnFormula
from playground.engine import registry
from playground.experiment import edits
from playground.web.frame import layout, visit
from playground.web.frame.desk import Desk
from playground.web.parts import forms


@dataclass
class Draft:
    """A text that is no formula yet, why, and the formula that goes on being in force."""

    text: str = ""
    reason: str = ""
    standing: str = ""


def fields(desk: Desk) -> None:
    """The formula, and what is wrong with the one that was typed."""
    data = desk.experiment.data.make()
    options = {option.name: option for option in registry.options(OwnFormula)}
    standing = data.expression or EXAMPLES[data.task][0]
    draft = visit.state(Draft, desk.name)
    if draft.standing != standing:
        draft.reason = ""
    examples = "; ".join(f"`{example}`" for example in EXAMPLES[data.task])
    forms.bound(
        desk,
        ("data", "expression"),
        st.text_input,
        "Blue where" if data.task == "classification" else "Value",
        show=lambda text: draft.text if draft.reason else text or standing,
        put=lambda text: _take(desk, text),
        max_chars=200,
        help=f"A formula of x and y (the same as x₁ and x₂), such as {examples}. There are r (how "
        "far from the middle), angle, pi, sqrt, exp, log, abs, min, max; and, or, not.",
    )
    if draft.reason:
        st.markdown(f":small[:red[:material/error: {layout.literal(draft.reason)}]]")
    forms.task(
        desk,
        options["task"].help,
        lambda task: _answer(desk, task),
        label_visibility="collapsed",
    )


def _take(desk: Desk, text: str) -> None:
    """Another formula; one that cannot be used stays in its field, with the reason below."""
    draft = visit.state(Draft, desk.name)
    task = desk.experiment.data.make().task
    try:
        OwnFormula(task=task, expression=text).check()
    except ValueError as error:
        draft.text, draft.reason = text, str(error)
        draft.standing = desk.experiment.data.make().expression or EXAMPLES[task][0]
        return
    draft.reason = ""
    desk.put(("data", "expression"), text)


def _answer(desk: Desk, task: str) -> None:
    """Classes or values; a formula that says nothing of them gives way to the example."""
    description = edits.put(desk.experiment, ("data", "task"), task)
    try:
        registry.make("data", description["data"]).check()
    except ValueError:
        description["data"]["expression"] = ""
    desk.change_to(description)
