"""What a file was taken for, shown before its points replace any others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from playground.data import table_points
from playground.data.table_columns import Choice
from playground.data.table_points import Table
from playground.data.tables import Sheet, TableError
from playground.views import pictures
from playground.views.plane import CLASSES
from playground.web.frame import layout
from playground.web.parts import forms

ROWS, COLUMNS = 4, 30  # that are shown of the file
MARKS = {
    "diamond": "◆",
    "circle": "●",
    "square": "■",
    "triangle-up": "▲",
    "cross": "✚",
    "star": "★",
}  # as on the map


def show(
    name: str,
    sheet: Sheet,
    choice: Choice,
    seed: int,
    take: Callable[[Table], None],
    drop: Callable[[], None],
) -> None:
    """A dialog: the first rows, a small map, what was understood; Take or Cancel.

    choice: the columns to begin with. take: gets the points. drop: if the visitor does not want it.
    """

    @st.dialog("Points from a file", width="medium", on_dismiss=drop)
    def preview() -> None:
        st.caption(layout.literal(", ".join([f"{name}: {len(sheet):,} rows", *_form(sheet)])) + ".")
        table, problem = None, ""
        with st.container(key="preview"):
            left, right = st.columns([8, 5], gap="medium")
        with left:
            chosen = _choose(sheet, choice)
            try:
                table = table_points.points(sheet, chosen, seed)
            except TableError as error:
                problem = str(error)
            _say(table.notes if table else (), problem)
            agreed = not (table and table.left_out) or st.checkbox(
                _leave_out(len(table.left_out)),
                True,
                key="preview_leave_out",
                help="The rows in which something is missing cannot be points. Untick this to mend "
                "them in the file first.",
            )
        with right:
            if table:
                _map(table)
        _rows(sheet)
        with st.container(horizontal=True, gap=8):
            taken = st.button(
                f"Take {len(table.points):,} points" if table else "Take",
                type="primary",
                key="preview_take",
                disabled=not (table and agreed),
            )
            dropped = st.button("Cancel", key="preview_cancel")
        if taken and table:
            take(table)
        if dropped:
            drop()
        if taken or dropped:
            st.rerun()

    preview()


def summary(table: Table) -> str:
    """How many points of what kind."""
    kind = f"{len(table.names)} classes" if table.names else "each with a value"
    return f"{len(table.points):,} points, {kind}"


def _form(sheet: Sheet) -> list[str]:
    named = "names in the first row" if sheet.headed else "no names of columns"
    return [*sheet.form, named]


def _leave_out(count: int) -> str:
    return f"Leave out {count:,} row{'s' * (count != 1)} with something missing"


def _choose(sheet: Sheet, choice: Choice) -> Choice:
    """The visitor's choice of columns, of classes or values, of one scale or two."""
    places = range(len(sheet.columns))
    titles = [column.name for column in sheet.columns]
    with st.container(horizontal=True, gap=8):
        x1, x2, label = (
            st.selectbox(
                title,
                places,
                index=place,
                format_func=lambda k: titles[k][:40],
                key=f"preview_{key}",
                width=124,
            )
            for title, key, place in (
                ("x₁", "x1", choice.x1),
                ("x₂", "x2", choice.x2),
                ("Class or value", "label", choice.label),
            )
        )
    chosen = replace(choice, x1=x1, x2=x2, label=label)
    with st.container(horizontal=True, gap=16, vertical_alignment="bottom"):
        if sheet.columns[label].numeric:
            chosen = replace(chosen, task=_task(sheet, chosen))
        comparable = table_points.comparable(sheet, chosen)
        alike = st.toggle(
            "Same scale on both axes",
            comparable,
            key=f"preview_scale_{x1}_{x2}",
            help="On: circles stay circles. Off: each axis fills the map, for columns of different "
            "units.",
        )
    return replace(chosen, same_scale=True if alike else False if comparable else None)


def _task(sheet: Sheet, choice: Choice) -> str:
    """Whether numbers are classes or values; as they look, until the visitor says."""
    chosen = st.segmented_control(
        "Numbers are",
        list(forms.TASKS),
        default=table_points.task(sheet, choice),
        format_func=lambda name: forms.TASKS[name],
        required=True,
        key=f"preview_task_{choice.label}",
    )
    return chosen or ""


def _say(notes: Sequence[str], problem: str) -> None:
    if problem:
        st.error(layout.literal(problem), icon=":material/error:")
    if notes:
        st.caption("  \n".join(map(layout.literal, notes)))


def _map(table: Table) -> None:
    """The points as they will lie on the map, and how many each class has."""
    st.image(
        pictures.points(table.points, table.task),
        alt=f"Small map of {summary(table)}",
        width="stretch",
    )
    if table.names:
        counts = np.bincount(table.points.answers.astype(int), minlength=len(table.names))
        legend = [
            f"{MARKS[CLASSES[number][1]]} {layout.literal(name)} {count:,}"
            for number, (name, count) in enumerate(zip(table.names, counts, strict=True))
        ]
        st.caption(" · ".join(legend))


def _rows(sheet: Sheet) -> None:
    """The first rows as the file has them, under their numbers in it."""
    rows = range(min(ROWS, len(sheet)))
    shown: dict[str, list[str]] = {"row": [f"{sheet.numbers[row]}" for row in rows]}
    for column in sheet.columns[:COLUMNS]:
        title = column.name
        while title in shown:
            title += " "
        shown[title] = [column.shown(row) for row in rows]
    st.dataframe(shown, hide_index=True, width="stretch", height="content")
