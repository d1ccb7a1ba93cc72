"""Points from a file that the visitor brings, and a file of the points in use."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.data import packed, table_columns, table_points, tables
from playground.data.own_points import Own
from playground.data.table_columns import Choice
from playground.data.table_points import Table
from playground.data.tables import Sheet, TableError
from playground.data.toy import COLOURS
from playground.experiment import numerals
from playground.web.frame import layout, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import paint
from playground.web.points import table_preview

HELP = (
    "A table as CSV, text, Excel (.xlsx) or OpenDocument (.ods), with two columns of numbers and "
    "one with a class (a word or a whole number, up to six of them) or a value. A column “split” "
    f"may say train or test. At most {numerals.megabytes(tables.LARGEST, 0)}. Before anything "
    "changes, you see what was understood."
)


@dataclass(frozen=True)
class Arrival:
    """A file that has come and is looked at before it is taken."""

    name: str
    sheet: Sheet
    choice: Choice


@dataclass
class Bringing:
    """What came of the last file.

    previews: how many were shown. error: what was wrong with it. notes: what was done to the
    points in use. arrival: a file that waits for a decision.
    """

    previews: int = 0
    error: str = ""
    notes: tuple[str, ...] = ()
    arrival: Arrival | None = None

    def drop(self) -> None:
        """Leave everything as it is."""
        self.arrival = None


def menu(desk: Desk) -> None:
    """A popover: bring a file, take one away; and the preview of a file that has come."""
    with st.popover(
        "CSV",
        icon=":material/table:",
        type="tertiary",
        key=f"quiet_csv_{memory().previews}",  # a new one is closed: the preview lies alone
        help="Bring points of your own from a file, or take these away as a table.",
    ):
        _upload(desk)
        st.download_button(
            "Download these points",
            lambda: table(desk),
            f"{desk.experiment.data.type}.csv",
            "text/csv",
            key="points_csv",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
            help="A row a point: x1, x2, label, split.",
        )
    arrival = memory().arrival
    if arrival is not None:
        table_preview.show(
            arrival.name,
            arrival.sheet,
            arrival.choice,
            desk.experiment.data_seed,
            take=lambda points: take(desk, points),
            drop=memory().drop,
        )


def memory() -> Bringing:
    """This visit's."""
    return visit.state(Bringing)


def table(desk: Desk) -> str:
    """The points in use, as CSV."""
    data = desk.experiment.data.make().load(desk.experiment.seed)
    return table_points.write(paint.gathered(data), data.class_names)


def _upload(desk: Desk) -> None:
    now = memory()
    widgets.emptying(
        st.file_uploader,
        "Bring a table (CSV, Excel)",
        key="csv",
        take=lambda file: arrive(desk, file.name, file.getvalue()),
        help=HELP,
        max_upload_size=round(tables.LARGEST / 1e6),
    )
    if now.error:
        st.error(layout.literal(now.error), icon=":material/error:")
    if now.notes and desk.experiment.data.type == Own.type:
        st.caption("  \n".join(map(layout.literal, now.notes)))


def arrive(desk: Desk, name: str, content: bytes) -> None:
    """Have a file looked at; where no choice of columns can help, say what is wrong with it."""
    now = memory()
    now.error, now.arrival = "", None
    try:
        sheet = tables.read(content)
        choice = table_columns.suggested(sheet)
        if len(sheet.columns) == len(choice.columns):
            table_points.points(sheet, choice, desk.experiment.data_seed)
    except TableError as error:
        now.error = str(error)
        return
    now.arrival = Arrival(name, sheet, choice)
    now.previews += 1


def take(desk: Desk, table: Table) -> None:
    """Put the points of a file on the desk."""
    now, data = memory(), desk.experiment.data
    points = table.points
    if not table.split:
        seed = desk.experiment.data_seed
        points = packed.dealt(points, table.task, data.train_fraction, seed)
    names = "" if table.names == COLOURS[: len(table.names)] else ",".join(table.names)
    paint.memory(desk).past.append(data.described())
    paint.put(
        desk,
        {
            "type": Own.type,
            "task": table.task,
            "names": names,
            "points": packed.pack(points, table.task),
            "train_fraction": data.train_fraction,
            "features": list(data.features),
        },
    )
    now.arrival, now.notes = None, (f"{table_preview.summary(table)}.", *table.notes)
    desk.notice = f"{now.notes[0]} What was done to the numbers stands under CSV."
