"""What all charts share: the data colours, thin axes, nothing decorative."""

from __future__ import annotations

from typing import Any

NEGATIVE, ZERO, POSITIVE = "#f59322", "#e8eaeb", "#0877bd"
DIVERGING = [[0, NEGATIVE], [0.5, ZERO], [1, POSITIVE]]
TRAIN, TEST = "#8b929a", "#7c66dc"  # orange and blue stay reserved for sign and class
MARGIN = {"l": 34, "r": 6, "t": 6, "b": 20}


def axis(**facts: Any) -> dict[str, Any]:
    """A thin axis; `facts` are Plotly's."""
    return {
        "ticks": "outside",
        "ticklen": 3,
        "tickwidth": 1,
        "linewidth": 1,
        "showline": True,
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 11},
        **facts,
    }


def mixed(start: str, end: str, share: float) -> str:
    """A colour between two, "#rrggbb": `share` of the way from `start` to `end`."""
    parts = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (start, end)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*parts, strict=True))
