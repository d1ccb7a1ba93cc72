"""Points from a CSV file, and for one."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from playground.data import csv_file, packed
from playground.data.toy import COLOURS
from playground.web.frame import session
from playground.web.frame.desk import Desk
from playground.web.points import paint

HELP = (
    "Three columns: two numbers, and a class (a word or a whole number, up to six of them) or "
    "a value. There may be a first row of names, and a fourth column “split” that says train "
    f"or test. At most {csv_file.MOST_ROWS:,} rows and {csv_file.LARGEST / 1e6:.0f} MB."
)


def menu(desk: Desk) -> None:
    """A popover: bring a file, take one away."""
    with st.popover(
        "CSV",
        icon=":material/table:",
        type="tertiary",
        key="quiet_csv",
        help="Bring points of your own, or take these away as a table.",
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


def table(desk: Desk) -> str:
    """The points in use, as CSV."""
    data = desk.experiment.data.make().load(desk.experiment.seed)
    return csv_file.write(paint.gathered(data), data.class_names)


def _upload(desk: Desk) -> None:
    said = session.remember("csv", lambda: {"number": 0, "error": "", "told": ()})
    key = f"csv_{said['number']}"  # a new key empties the widget after each file

    def brought() -> None:
        file: Any = st.session_state[key]
        if file is not None:
            said["number"] += 1
            take(desk, said, file.getvalue())

    st.file_uploader(
        "Bring a CSV file", "csv", key=key, on_change=brought, help=HELP, max_upload_size=1
    )
    if said["error"]:
        st.error(_plain(said["error"]), icon=":material/error:")
    if said["told"] and desk.experiment.data.type == "points":
        st.caption("  \n".join(map(_plain, said["told"])))


def take(desk: Desk, said: dict[str, Any], content: bytes) -> None:
    """Put the points of a file on the desk, or say why not."""
    said.update(error="", told=())
    now, seed = desk.experiment.data, desk.experiment.data_seed
    try:
        found = csv_file.read(content, seed)
    except csv_file.CsvError as error:
        said["error"] = str(error)
        return
    points = found.points
    if not found.split:
        points = packed.dealt(points, found.task, now.train_fraction, seed)
    names = "" if found.names == COLOURS[: len(found.names)] else ",".join(found.names)
    paint.memory()["past"].append(now.described())
    paint.put(
        desk,
        {
            "type": "points",
            "task": found.task,
            "names": names,
            "points": packed.pack(points, found.task),
            "train_fraction": now.train_fraction,
            "features": list(now.features),
        },
    )
    said["told"] = (f"{len(points):,} points, {_kinds(found)}.", *found.told)
    desk.notice = f"{said['told'][0]} What was done to the numbers stands under CSV."


def _kinds(found: csv_file.Table) -> str:
    if found.task == "regression":
        return "each with a value"
    return f"{len(found.names)} classes"


def _plain(text: str) -> str:
    """Text that holds words of a file: no sign in it is Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>()#$:|~!&])", r"\\\1", text)
