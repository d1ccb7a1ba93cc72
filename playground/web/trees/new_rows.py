"""Rows that came later: a table in, their answers out as CSV."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.analysis import table_answers
from playground.data.table_fit import NewRows
from playground.data.table_layout import listed
from playground.data.tables import TABLE, TableError
from playground.training.snapshot import Snapshot
from playground.web.frame import layout, visit, widgets

SHOWN = 8  # rows


@dataclass
class RowsFile:
    """The last file with rows: its content, as it came, and its name."""

    content: bytes = b""
    name: str = ""


def draw(snapshot: Snapshot) -> None:
    """A place for a file, the first answers, all of them to take away."""
    table = snapshot.data.table
    if table is None:
        st.markdown(
            ":gray[Points of the plane are asked on the map. With a table, rows are brought here.]"
        )
        return
    layout.title("New rows", "a file in, answers out")
    names = [column.name for column in table.layout.columns]
    st.caption(layout.literal(f"Columns that are needed: {listed(names)}. Others are allowed."))
    widgets.emptying(
        st.file_uploader,
        "Rows to predict (CSV, Excel)",
        key="trees_rows",
        take=lambda file: _arrive(file.name, file.getvalue()),
        max_upload_size=round(TABLE.size / 1e6),
    )
    now = visit.state(RowsFile)
    if not now.content:
        st.download_button(
            "An example: rows of this table",
            lambda: table_answers.example(snapshot),
            "rows.csv",
            "text/csv",
            key="trees_rows_example",
            on_click="ignore",
            icon=":material/download:",
        )
        return
    try:
        rows = table.rows(now.content)
    except TableError as error:
        st.error(layout.literal(f"{now.name}: {error}"), icon=":material/error:")
        return
    _answers(snapshot, rows, now.name)


def _arrive(name: str, content: bytes) -> None:
    now = visit.state(RowsFile)
    now.name, now.content = name, content


def _answers(snapshot: Snapshot, rows: NewRows, name: str) -> None:
    for note in rows.notes:
        st.caption(f":material/info: {layout.literal(note)}")
    if not snapshot.step:
        st.markdown(":gray[Nothing has grown yet: every row gets the same answer.]")
    heads, cells = table_answers.answers(snapshot, rows)
    shown = {"row": [f"{number}" for number in rows.sheet.numbers[:SHOWN]]}
    shown |= {head: [row[k] for row in cells[:SHOWN]] for k, head in enumerate(heads)}
    st.markdown(f"**{len(cells):,} rows** of {layout.literal(name)}; the first answers:")
    st.dataframe(shown, hide_index=True, width="stretch", height="content")
    st.download_button(
        "Download all answers (CSV)",
        lambda: table_answers.csv_text(snapshot, rows, whole=True),
        "answers.csv",
        "text/csv",
        key="trees_answers",
        on_click="ignore",
        icon=":material/download:",
        type="primary",
        help="The rows as they came, with the answer and how sure it is behind them.",
    )
