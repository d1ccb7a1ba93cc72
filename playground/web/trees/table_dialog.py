"""What a table was taken for, shown before it replaces any other data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from playground.data import table_dates, table_kinds
from playground.data.table_layout import FEW_NUMBERS, MOST_CLASSES, Layout, usable
from playground.data.table_source import TableSource
from playground.data.tables import Column, Sheet
from playground.engine import registry
from playground.experiment import edits
from playground.web.frame import layout

ROWS, COLUMNS = 5, 40  # that are shown of the file
DATES = {"": "Leave out", "days": "Days since 1970", "calendar": "Year, month, weekday"}
GAPS = {"fill": "Fill them", "leave_out": "Leave rows out"}
ABOUT_GAPS = (
    "A gap is filled with the median of the training rows; where a word is missing, the row has "
    "none of the words."
)
TASKS = {"classes": "Classes", "values": "Values"}


def show(
    name: str,
    source: TableSource,
    data: dict[str, Any],
    number: int,
    take: Callable[[dict[str, Any]], None],
    drop: Callable[[], None],
) -> None:
    """A dialog: the first rows, which columns are read how, what to know; Take or Cancel.

    data: how the table is read to begin with. number: of the preview, so that each begins anew.
    take: gets the description of the data set. drop: if the visitor does not want it.
    """

    @st.dialog("A table to learn from", width="large", on_dismiss=drop)
    def preview() -> None:
        sheet = source.sheet
        st.caption(
            layout.literal(
                ", ".join(
                    [f"{name}: {len(sheet):,} rows", f"{len(sheet.columns)} columns", *sheet.form]
                )
            )
            + "."
        )
        _rows(sheet)
        chosen = {**data, **_roles(sheet, data, f"table_{number}")}
        shown, problem = _laid_out(chosen)
        if shown is not None:
            chosen |= _gaps(shown, data, f"table_{number}")
            shown, problem = _laid_out(chosen, whole=True)
        _say(sheet, shown, problem)
        with st.container(horizontal=True, gap=8):
            taken = st.button(
                "Learn from this table", type="primary", key="table_take", disabled=bool(problem)
            )
            dropped = st.button("Cancel", key="table_cancel")
        if taken and not problem:
            take(chosen)
        if dropped:
            drop()
        if taken or dropped:
            st.rerun()

    preview()


def _laid_out(data: dict[str, Any], whole: bool = False) -> tuple[Layout | None, str]:
    """What the columns are taken for, and what is wrong. whole: with the rows that are left."""
    piece = registry.make("data", data)
    try:
        shown = piece.layout
        if whole:
            piece.check()
    except ValueError as error:
        return None if not whole else shown, edits.sentence(error)
    return shown, ""


def _rows(sheet: Sheet) -> None:
    """The first rows as the file has them, under their numbers in it."""
    rows = range(min(ROWS, len(sheet)))
    shown: dict[str, list[str]] = {"row": [f"{sheet.numbers[row]}" for row in rows]}
    for column in sheet.columns[:COLUMNS]:
        title = column.name if column.name not in shown else f"{column.name} "
        shown[title] = ["" if column.missing[row] else column.shown(row) for row in rows]
    st.dataframe(shown, hide_index=True, width="stretch", height="content")


def _roles(sheet: Sheet, data: dict[str, Any], key: str) -> dict[str, Any]:
    """The visitor's choice of target, columns and kinds."""
    names = [column.name for column in sheet.columns]
    known = {column.name: column for column in sheet.columns}
    left, right = st.columns([1, 1], gap="medium")
    with left:
        target = st.selectbox(
            "To predict", names, index=names.index(data["target"]), key=f"{key}_target"
        )
    with right:
        answers = _answers(known[target], data, f"{key}_{target}")
    kinds = table_kinds.kinds(data.get("kinds", ""))
    start = table_kinds.names(data.get("columns", "")) or usable(sheet, target)
    others = [name for name in names if name != target]
    chosen = st.multiselect(
        "Columns to learn from",
        others,
        [name for name in start if name in others],
        key=f"{key}_{target}_columns",
    )
    kinds = _kinds([known[name] for name in others], kinds, f"{key}_{target}")
    columns = [name for name in others if name in chosen or kinds.get(name) in DATES]
    entries = [f"{name}={kind}" for name, kind in kinds.items() if name in columns]
    plain = columns == usable(sheet, target) and not entries
    return {
        "target": target,
        "target_as": answers,
        "columns": "" if plain else table_kinds.written(columns),
        "kinds": table_kinds.written(entries),
    }


def _answers(target: Column, data: dict[str, Any], key: str) -> str:
    """Whether numbers are classes or values; as they look, until the visitor says."""
    if not target.numeric:
        return "automatic"
    if target.distinct > MOST_CLASSES:
        return "automatic"
    known = target.values[~target.missing]
    few = target.distinct <= FEW_NUMBERS and bool((known == np.rint(known)).all())
    likely = "classes" if few else "values"
    asked = data.get("target_as", "automatic") if data["target"] == target.name else "automatic"
    chosen = st.segmented_control(
        "Its numbers are",
        list(TASKS),
        default=likely if asked == "automatic" else asked,
        format_func=lambda name: TASKS[name],
        required=True,
        key=f"{key}_answers",
    )
    return "automatic" if chosen in (None, likely) else chosen


def _kinds(columns: list[Column], now: dict[str, str], key: str) -> dict[str, str]:
    """How columns are read that are not read as they look."""
    words = {column.name: _kind_of(column) for column in columns}
    kinds: dict[str, str] = {}
    with st.expander("How columns are read"):
        for kind, label, of, help in (
            (
                "one_hot",
                "Numbers that are only names, such as a year or a code",
                "few numbers",
                "Each gets an input of its own, as words do.",
            ),
            (
                "ordinal",
                "Words by their place in the alphabet, as one number",
                "words",
                "For many words, or where the order means something. Others get an input each, and "
                "a network's first layer learns a vector for each word from it (an embedding).",
            ),
        ):
            offered = [name for name, holds in words.items() if holds == of]
            if offered:
                start = [name for name in offered if now.get(name) == kind]
                given = st.multiselect(label, offered, start, key=f"{key}_{kind}", help=help)
                kinds |= dict.fromkeys(given, kind)
        for name in [name for name, holds in words.items() if holds == "dates"]:
            rule = st.segmented_control(
                f"Dates in {layout.literal(name[:30])}",
                list(DATES),
                default=now.get(name, ""),
                format_func=lambda rule: DATES[rule],
                required=True,
                key=f"{key}_{name}_dates",
            )
            kinds |= {name: rule} if rule else {}
        if not {"few numbers", "words", "dates"} & set(words.values()):
            st.caption("Every column holds numbers: they are read as they are.")
    return kinds


def _kind_of(column: Column) -> str:
    """What a column holds, as far as there is a choice."""
    if column.numeric:
        return "numbers" if column.exceeds(table_kinds.MOST_WORDS) else "few numbers"
    if table_dates.are_dates(column.kinds):
        return "dates"
    return "words" if column.distinct <= table_kinds.MOST_ORDERED else "many words"


def _gaps(shown: Layout, data: dict[str, Any], key: str) -> dict[str, Any]:
    """What becomes of rows in which something is missing; asked where there are some."""
    count = int((shown.gaps & shown.answered).sum())
    if not count:
        return {}
    chosen = st.segmented_control(
        f"{count:,} of {len(shown.sheet):,} rows have gaps",
        list(GAPS),
        default=data.get("missing", "leave_out"),
        format_func=lambda name: GAPS[name],
        required=True,
        key=f"{key}_gaps",
        help=ABOUT_GAPS,
    )
    return {"missing": chosen or "leave_out"}


def _say(sheet: Sheet, shown: Layout | None, problem: str) -> None:
    """What was understood, what gives the answer away, what is wrong."""
    if problem:
        st.error(layout.literal(problem), icon=":material/error:")
    for note in sheet.notes:
        st.caption(layout.literal(note))
    if shown is None:
        return
    what = f"{len(shown.classes)} classes" if shown.classes else "A value"
    st.markdown(
        f"**{what}** from **{len(shown.columns)} column{'s' * (len(shown.columns) != 1)}**, "
        f"{len(shown.inputs):,} input{'s' * (len(shown.inputs) != 1)}."
    )
    for sentence in shown.leaks.values():
        st.warning(layout.literal(sentence), icon=":material/visibility:")
    for note in [*shown.notes, *shown.unused.values()]:
        st.caption(layout.literal(note))
