"""A series, what was foreseen of it one step ahead, and where it goes running free."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.forecast import Axis, Track
from playground.views.style import TEST, TRAIN, axis

AHEAD = "#0f9d8a"


def figure(true: Track, ahead: Track, free: Track, cut: int, along: Axis) -> dict[str, Any]:
    """along: where the places lie on the axis, long enough for all that is foreseen."""
    times = along.times

    def line(track: Track, name: str, colour: str, dash: str, width: float) -> dict[str, Any]:
        return {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": times[track.places].astype(np.float64).tolist(),
            "y": track.values.astype(np.float32),
            "line": {"color": colour, "width": width, "dash": dash},
            "hovertemplate": f"{name} %{{y:.5g}}<extra></extra>",
        }

    marks = []
    for place, words in ((cut, "learned until here"), (int(free.places[0]), "runs free from here")):
        if 0 < place < len(times) and len(free.places):
            x = float(times[place])
            marks.append((x, words))
    layout = {
        "margin": {"l": 46, "r": 8, "t": 6, "b": 34},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "x unified",
        "shapes": [
            {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
            | {"line": {"color": TRAIN, "width": 1, "dash": "dot"}}
            for x, _ in marks
        ],
        "annotations": [
            {"x": x, "y": 0.02 + 0.09 * row, "yref": "paper", "text": words, "showarrow": False}
            | {"xanchor": "right", "xshift": -4, "font": {"size": 11, "color": TRAIN}}
            for row, (x, words) in enumerate(marks)
        ],
        "xaxis": axis(nticks=8),
        "yaxis": axis(
            nticks=5,
            showgrid=True,
            showline=False,
            ticks="",
            title={"text": along.unit, "font": {"size": 11}, "standoff": 4},
        ),
    }
    data = [
        line(true, "measured", TRAIN, "solid", 1.6),
        line(ahead, "one step ahead", AHEAD, "dot", 2),
        line(free, "running free", TEST, "dash", 2),
    ]
    return {"data": data, "layout": layout}
