"""The rows of a table on a plane, and what is answered everywhere on it."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from playground.analysis import table_map
from playground.analysis.table_map import Plane, Rows
from playground.training.snapshot import Snapshot
from playground.views import trees
from playground.views.plane import RIMS, marker, shades
from playground.views.style import DIVERGING, axis
from playground.views.trees import Chosen

RESOLUTION = 70
SPREAD = 2.0  # deviations of a value at which its colour is full
WRONG = "#c62a2f"
LONGEST = 28  # letters of an axis's name


def figure(
    snapshot: Snapshot,
    plane: Plane,
    splits: list[str],
    chosen: Chosen | None = None,
    dark: bool = False,
) -> dict[str, Any]:
    """A heat map of the answers, rows upon it; those answered wrongly have a red rim.

    chosen: whose node's region is lit, where trees have grown.
    """
    ends = table_map.bounds(plane, snapshot.data)
    lines, inputs = table_map.grid(plane, ends, RESOLUTION)
    answer = snapshot.answer(snapshot.predict(inputs)).reshape(RESOLUTION, RESOLUTION)
    classes, names = snapshot.data.classes, [escape(name) for name in snapshot.labels]
    heat = {
        "type": "heatmap",
        "x": lines[0].astype(np.float32),
        "y": lines[1].astype(np.float32),
        "z": answer.astype(np.float32),
        "showscale": False,
        "hoverinfo": "skip",
        **shades(classes, False),
    }
    if not classes:
        heat |= {"zmin": -SPREAD, "zmax": SPREAD}
    lit = [] if chosen is None else trees.region(snapshot, chosen, inputs, lines, dark)
    points = [
        trace
        for split in splits
        for trace in _points(table_map.rows(snapshot, plane, split), split, classes, names)
    ]
    return {
        "data": [heat, *lit, *points],
        "layout": {
            "margin": {"l": 40, "r": 6, "t": 8, "b": 34},
            "showlegend": classes > 0,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
            "xaxis": _axis(plane.titles[0], ends[0], 4),
            "yaxis": _axis(plane.titles[1], ends[1], 2),
        },
    }


def _axis(title: str, ends: np.ndarray, standoff: int) -> dict[str, Any]:
    text = {"text": escape(title[:LONGEST]), "font": {"size": 11}, "standoff": standoff}
    return axis(title=text, range=ends.tolist())


def _points(rows: Rows, split: str, classes: int, names: list[str]) -> list[dict[str, Any]]:
    if not classes:
        shaded = {"color": rows.y.astype(np.float32), "cmin": -SPREAD, "cmax": SPREAD}
        every = np.ones(len(rows.y), bool)
        return [_scatter(rows, every, {**shaded, "colorscale": DIVERGING}, split)]
    return [
        {
            **_scatter(rows, rows.y == number, marker(number), split),
            "name": name,
            "legendgroup": name,
            "showlegend": split == "train",
        }
        for number, name in enumerate(names)
    ]


def _scatter(rows: Rows, which: np.ndarray, look: dict[str, Any], split: str) -> dict[str, Any]:
    rims = [WRONG if wrong else RIMS[split] for wrong in rows.wrong[which]]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": rows.places[which, 0].astype(np.float32),
        "y": rows.places[which, 1].astype(np.float32),
        "hoverinfo": "skip",
        "marker": {"size": 6, **look, "line": {"width": 1, "color": rims}},
    }


def describe(snapshot: Snapshot, plane: Plane) -> str:
    """What the map shows, for those who hear it."""
    x, y = plane.titles
    return (
        f"{len(snapshot.data.train) + len(snapshot.data.test):,} rows of the table by {x} and {y}, "
        "over what is answered there."
    )
