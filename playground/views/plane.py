"""The plane as the network sees it, and the points that it should tell apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.views.style import DIVERGING, NEGATIVE, POSITIVE, axis

EDGE = 6.0
RESOLUTION = 100
TICKS = [-6, -3, 0, 3, 6]
# class -> colour, symbol, size: colour is never the only difference
CLASSES = [(NEGATIVE, "diamond", 7), (POSITIVE, "circle", 6), ("#2a9d63", "square", 6),
           ("#c2408e", "triangle-up", 7), ("#8a6d1d", "cross", 7), ("#60646c", "star", 7)]
RIMS = {"train": "#ffffff", "test": "#1c2024"}


def figure(snapshot: Any, test_points: bool = True, two_colours: bool = False) -> dict[str, Any]:
    """The output over [−6, 6]² as a heat map; training points rimmed white, test points dark.

    While a neuron is looked at in the drawing, its output stands in the place of the whole
    network's ("follows", see `assets/live_plotly.js`).
    """
    along = np.linspace(-EDGE, EDGE, RESOLUTION, dtype=np.float32)
    heat = {"type": "heatmap", "x": along, "y": along, "showscale": False,
            "hovertemplate": "x₁ %{x:.1f}, x₂ %{y:.1f}<br>output %{z:.2f}<extra></extra>",
            **_surface(snapshot, two_colours)}
    splits = ["train", "test"] if test_points else ["train"]
    points = [trace for split in splits for trace in _points(snapshot, split)]
    layout = {"margin": {"l": 34, "r": 6, "t": 6, "b": 20}, "showlegend": False,
              "xaxis": axis(range=[-EDGE, EDGE], tickvals=TICKS, constrain="domain"),
              "yaxis": axis(range=[-EDGE, EDGE], tickvals=TICKS, constrain="domain",
                            scaleanchor="x")}
    return {"data": [heat, *points], "layout": layout, "follows": True}


def _surface(snapshot: Any, two_colours: bool) -> dict[str, Any]:
    z = snapshot.plane(RESOLUTION)
    if two_colours:
        return {"z": np.where(z > 0, 1, -1).astype(np.float32), "zmin": -1, "zmax": 1,
                "colorscale": DIVERGING}
    return {"z": z, "zmin": -1, "zmax": 1, "zsmooth": "fast", "colorscale": DIVERGING}


def _points(snapshot: Any, split: str) -> list[dict[str, Any]]:
    part = snapshot.data.split(split)
    if snapshot.data.task == "regression":
        marker = {"color": part.y, "cmin": -1, "cmax": 1, "colorscale": DIVERGING, "size": 6}
        return [_scatter(part.points, split, marker)]
    traces = []
    for number in range(snapshot.data.classes):
        colour, symbol, size = CLASSES[number]
        marker = {"color": colour, "symbol": symbol, "size": size}
        traces.append(_scatter(part.points[part.y == number], split, marker))
    return traces


def _scatter(points: np.ndarray, split: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "x": points[:, 0], "y": points[:, 1],
            "hoverinfo": "skip", "name": split,
            "marker": {**marker, "opacity": 1, "line": {"width": 1, "color": RIMS[split]}}}


def describe(snapshot: Any) -> str:
    """What the map shows, for those who hear it."""
    metrics = snapshot.metrics["test"]
    told = (f"{100 * metrics['accuracy']:.0f} % of the test points are on the right side"
            if "accuracy" in metrics else f"the loss on the test points is {metrics['loss']:.3f}")
    return f"Output of the network over the plane, with the points; {told}."


