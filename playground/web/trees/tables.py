"""The data column where trees grow on a table: which one, what is predicted, what to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.data import table_kinds, table_source
from playground.data.table import TARGETS, Table
from playground.data.table_layout import Layout, likely_target
from playground.data.table_source import OWN, TableSource
from playground.data.tables import TABLE, TableError
from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.web.frame import layout, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms
from playground.web.trees import learned, table_dialog

TITLES = {
    "iris": "Iris flowers",
    "wine": "Wines",
    "breast_cancer": "Breast cancer",
    "diabetes": "Diabetes",
    "penguins": "Penguins",
    OWN: "Your table",
}
AS = {"automatic": "As they look", "classes": "Classes", "values": "Values"}
HELP = (
    "CSV, text, Excel (.xlsx) or OpenDocument (.ods): up to 100 columns and 100,000 rows, numbers, "
    "words and dates. Before anything changes, you see what was understood. It stays in this visit."
)


@dataclass(frozen=True)
class Arrival:
    """A table that is looked at before it is taken: what it is called, and how it was read."""

    name: str
    source: TableSource
    data: dict[str, Any]


@dataclass
class BroughtTable:
    """previews: how many were shown. error: what was wrong with the last file. arrival: a table
    that waits for a decision. own, name: the visitor's, as long as the visit; data: as it was
    last used."""

    previews: int = 0
    error: str = ""
    arrival: Arrival | None = None
    own: TableSource | None = None
    name: str = "your table"
    data: dict[str, Any] | None = None

    def drop(self) -> None:
        """Leave everything as it is."""
        self.arrival = None


def memory() -> BroughtTable:
    """This visit's."""
    return visit.state(BroughtTable)


def remember(desk: Desk) -> None:
    """Hold the table of one's own that is in use, also one that came in a saved file."""
    data = desk.experiment.data
    if data.type != Table.type or data.table != OWN:
        return
    now = memory()
    now.own, now.data = data.make().source, data.described()


def panel(desk: Desk) -> None:
    """Everything about the table, one under the other."""
    remember(desk)
    now = desk.experiment.data
    shown = now.make().layout
    with st.container(key="data", gap=8):
        layout.title("Data", f"{len(shown.sheet):,} rows, {len(shown.sheet.columns)} columns")
        switch(desk)
        _choose(desk)
        _target(desk, shown)
        _gaps(desk, shown)
        learned.choice(desk, shown)
        options = {option.name: option for option in registry.options(Table)}
        forms.bound(
            desk,
            ("data", "train_fraction"),
            st.slider,
            "Rows for training",
            10,
            90,
            step=5,
            format="%d %%",
            help=options["train_fraction"].help,
            show=lambda part: round(100 * part),
            keep=lambda percent: percent / 100,
        )
        forms.bound(
            desk,
            ("data", "standardize"),
            st.toggle,
            "Standardise",
            help=options["standardize"].help,
        )
        held = desk.controls.fixes("data")
        remarks(shown, None if held else lambda name: leave_out(desk, name))
    _dialog(desk)


def switch(desk: Desk) -> None:
    """Points of the plane, or rows of a table."""
    if desk.controls.hides("data"):
        return
    key, tables = "trees_kind", desk.experiment.data.type == Table.type
    widgets.put(key, "Table" if tables else "Points")

    def moved() -> None:
        chosen = widgets.value(key)
        if chosen == "Table" and not tables:
            take(desk, {"type": Table.type})
        elif chosen == "Points" and tables:
            take(desk, Experiment.preset("tree_xor").data.described())

    st.segmented_control(
        "What is learned from",
        ["Points", "Table"],
        key=key,
        required=True,
        on_change=moved,
        disabled=desk.controls.fixes("data"),
        label_visibility="collapsed",
        width="stretch",
    )


def take(desk: Desk, data: dict[str, Any]) -> None:
    """Grow on other data; what cannot be is said."""
    try:
        desk.change_to(edits.on_data(desk.experiment, data).described())
    except ValueError as error:
        desk.error, desk.changed = edits.sentence(error), True


def _choose(desk: Desk) -> None:
    own = memory().own is not None
    now = desk.experiment.data

    def put(name: str) -> None:
        data = memory().data if name == OWN else {"type": Table.type, "table": name}
        if data is not None:
            take(desk, data)

    forms.bound(
        desk,
        ("data", "table"),
        st.selectbox,
        "Table",
        [*TARGETS, *([OWN] if own else [])],
        format_func=TITLES.get,
        put=put,
    )
    if desk.controls.fixes("data") or desk.controls.hides("data"):
        return
    with st.container(horizontal=True, gap=4, key="quiet_table_tools"):
        with st.popover(
            "Bring yours",
            icon=":material/upload_file:",
            type="tertiary",
            key=f"quiet_table_{memory().previews}",  # a new one is closed: the preview lies alone
            help="A table of your own: CSV or Excel.",
        ):
            widgets.emptying(
                st.file_uploader,
                "Bring a table (CSV, Excel)",
                key="table_file",
                take=lambda file: arrive(file.name, file.getvalue()),
                help=HELP,
                max_upload_size=round(TABLE.size / 1e6),
            )
            if memory().error:
                st.error(layout.literal(memory().error), icon=":material/error:")
        st.button(
            "Columns",
            icon=":material/view_column:",
            type="tertiary",
            key="quiet_table_columns",
            on_click=lambda: look(TITLES[now.table], now.make().source, now.described()),
            help="Look at the rows; choose which columns are learned from, and how they are read.",
        )


def arrive(name: str, content: bytes) -> None:
    """Have a file looked at, or say what is wrong with it."""
    now = memory()
    now.error = ""
    try:
        source = table_source.read(content)
    except TableError as error:
        now.error = str(error)
        return
    gaps = any(column.missing.any() for column in source.sheet.columns)
    data = {**source.description(), "target": likely_target(source.sheet)}
    look(name, source, {**data, "missing": "fill"} if gaps else data)


def look(name: str, source: TableSource, data: dict[str, Any]) -> None:
    """Open the preview."""
    now = memory()
    now.arrival = Arrival(name, source, data)
    now.previews += 1


def _dialog(desk: Desk) -> None:
    now = memory()
    arrival = now.arrival
    if arrival is None:
        return

    def taken(data: dict[str, Any]) -> None:
        if data.get("table") == OWN:
            now.own, now.name, now.data = arrival.source, arrival.name, data
        now.arrival = None
        take(desk, {**data, "train_fraction": _share(desk)})

    table_dialog.show(arrival.name, arrival.source, arrival.data, now.previews, taken, now.drop)


def _share(desk: Desk) -> float:
    data = desk.experiment.data
    return data.train_fraction if data.type == Table.type else Table.train_fraction


def _target(desk: Desk, shown: Layout) -> None:
    def put(name: str) -> None:
        data = desk.experiment.data.described()
        take(desk, {**data, "target": name, "columns": "", "target_as": "automatic"})

    names = [column.name for column in shown.sheet.columns]
    forms.bound(
        desk,
        ("data", "target"),
        st.selectbox,
        "To predict",
        names,
        show=lambda name: name or shown.target.name,
        put=put,
        help="The column that is learned to be predicted: a class or a value.",
    )
    if shown.target.numeric:
        forms.bound(
            desk,
            ("data", "target_as"),
            st.selectbox,
            "Its numbers are",
            list(AS),
            format_func=AS.get,
            put=lambda way: take(desk, {**desk.experiment.data.described(), "target_as": way}),
        )


def _gaps(desk: Desk, shown: Layout) -> None:
    rows = int(shown.gaps.sum())
    if not rows:
        return
    forms.bound(
        desk,
        ("data", "missing"),
        st.selectbox,
        f"{rows:,} row{'s have' if rows > 1 else ' has'} gaps",
        sorted(table_dialog.GAPS, reverse=True),
        format_func=table_dialog.GAPS.get,
        put=lambda way: take(desk, {**desk.experiment.data.described(), "missing": way}),
        help=table_dialog.ABOUT_GAPS,
    )


def remarks(shown: Layout, leave: Any = None) -> None:
    """What there is to know: columns that give the answer away first, what is left out last."""
    for name, sentence in shown.leaks.items():
        st.warning(layout.literal(sentence), icon=":material/visibility:")
        if leave is not None:
            st.button("Leave it out", key=f"quiet_leak_{name}", on_click=leave, args=(name,))
    for note in shown.notes:
        st.caption(f":material/info: {layout.literal(note)}")
    if shown.unused:
        count = len(shown.unused)
        with st.expander(f"{count} column{'s' * (count > 1)} left out"):
            for sentence in shown.unused.values():
                st.caption(layout.literal(sentence))


def leave_out(desk: Desk, name: str) -> None:
    """Learn from all columns but one."""
    data = desk.experiment.data
    kept = [column.name for column in data.make().layout.columns if column.name != name]
    kinds = {key: kind for key, kind in table_kinds.kinds(data.kinds).items() if key != name}
    listed = table_kinds.written([f"{key}={kind}" for key, kind in kinds.items()])
    changes = {"columns": table_kinds.written(kept), "kinds": listed}
    take(desk, {**data.described(), **changes})
