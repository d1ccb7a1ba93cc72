"""How the answer follows one column: a line a class, or bars of words."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from playground.analysis.influence import Dependence
from playground.views.plane import CLASSES
from playground.views.style import axis

LINE = "#7c66dc"
ROWS = "rgba(139,146,154,.35)"
MOST_LINES = 6  # classes


def figure(found: Dependence, names: list[str]) -> dict[str, Any]:
    """Mean answers over the values of the column; thin lines are single rows.

    names: what the classes are called; none where the answer is a value.
    """
    labels = names[-len(found.average) :] if names else ["mean"]
    traces = [] if found.words else [_rows(found)]
    for number, (line, label) in enumerate(zip(found.average, labels, strict=True)):
        if number < MOST_LINES:
            place = len(names) - len(found.average) + number
            colour = CLASSES[place % len(CLASSES)][0] if names else LINE
            traces.append(_mean(found, line, escape(label), colour))
    what = "mean chance" if names else "mean answer"
    return {
        "data": traces,
        "layout": {
            "margin": {"l": 44, "r": 10, "t": 8, "b": 38},
            "showlegend": len(labels) > 1,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
            "barmode": "group",
            "xaxis": axis(title={"text": escape(found.name[:40]), "font": {"size": 12}}),
            "yaxis": axis(title={"text": what, "font": {"size": 11}}),
        },
    }


def _mean(found: Dependence, line: np.ndarray, label: str, colour: str) -> dict[str, Any]:
    trace = {"y": line.astype(np.float32), "name": label, "hovertemplate": f"{label} %{{y:.3g}}"}
    if found.words:
        words = [escape(word) for word in found.words]
        return {**trace, "type": "bar", "x": words, "marker": {"color": colour}}
    line_of = {"color": colour, "width": 3}
    x = found.values.astype(np.float32)
    return {**trace, "type": "scatter", "mode": "lines", "x": x, "line": line_of}


def _rows(found: Dependence) -> dict[str, Any]:
    """All single rows as one trace, with gaps between."""
    gap = np.full((len(found.rows), 1), np.nan, np.float32)
    x = np.hstack([np.tile(found.values.astype(np.float32), (len(found.rows), 1)), gap])
    y = np.hstack([found.rows.astype(np.float32), gap])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.ravel(),
        "y": y.ravel(),
        "line": {"color": ROWS, "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }
