"""The plane as the network sees it, and the points that it should tell apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.data.toy import COLOURS
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views.style import DIVERGING, NEGATIVE, POSITIVE, ZERO, axis, mixed

EDGE = 6.0
RESOLUTION = 100
TICKS = [-6, -3, 0, 3, 6]
# class -> colour, symbol, size: colour is never the only difference
CLASSES = [
    (NEGATIVE, "diamond", 7),
    (POSITIVE, "circle", 6),
    ("#2a9d63", "square", 6),
    ("#c2408e", "triangle-up", 7),
    ("#8a6d1d", "cross", 7),
    ("#6f757d", "star", 8),
]
RIMS = {"train": "#ffffff", "test": "#1c2024"}
FULL = 0.85  # of a class's colour where it is sure, so that its points stand out
EMPTY = "No points yet: choose Paint and click here,<br>or bring a CSV file."
PAINTING = "No points yet: click or drag here<br>to paint some."


def figure(
    snapshot: Snapshot,
    test_points: bool = True,
    two_colours: bool = False,
    paint: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The output over [−6, 6]² as a heat map; training points rimmed white, test points dark.

    While a neuron is looked at in the drawing, its output stands in the place of the whole
    network's ("follows", see `live_plotly.js`). two_colours: show the answer without how
    sure it is. paint: where the visitor may paint, {"seen": how many of their strokes have arrived,
    "undo": whether there is something to take back}, for `paint.js`.
    """
    along = np.linspace(-EDGE, EDGE, RESOLUTION, dtype=np.float32)
    hover = "%{text}" if snapshot.data.classes else "value %{z:.2f}"
    heat = {
        "type": "heatmap",
        "x": along,
        "y": along,
        "showscale": False,
        "hovertemplate": f"x₁ %{{x:.1f}}, x₂ %{{y:.1f}}<br>{hover}<extra></extra>",
        "z": snapshot.plane(RESOLUTION),
        **shades(snapshot.data.classes, two_colours),
    }
    splits = ["train", "test"] if test_points else ["train"]
    points = [trace for split in splits for trace in _points(snapshot, split)]
    layout = {
        "margin": {"l": 34, "r": 6, "t": 8, "b": 20},
        "showlegend": False,
        "xaxis": axis(range=[-EDGE, EDGE], tickvals=TICKS, constrain="domain"),
        "yaxis": axis(range=[-EDGE, EDGE], tickvals=TICKS, constrain="domain", scaleanchor="x"),
    }
    if not len(snapshot.data.train):
        layout["annotations"] = [
            {
                "text": PAINTING if paint else EMPTY,
                "showarrow": False,
                "x": 0,
                "y": 0,
                "borderpad": 6,
                "bgcolor": "rgba(255,255,255,.85)",
                "font": {"color": "#1c2024"},
            }
        ]
    return {
        "data": [heat, *points],
        "layout": layout,
        "follows": True,
        "map": _map(snapshot, paint),
    }


def shades(classes: int, two_colours: bool) -> dict[str, Any]:
    """How the answer becomes a colour: of one class after the other, or from orange to blue."""
    if classes > 2:
        scale: list[list[Any]] = []
        for number in range(classes):
            colour = CLASSES[number % len(CLASSES)][0]
            sure = mixed(ZERO, colour, FULL)
            scale += [
                [number / classes, sure if two_colours else ZERO],
                [(number + 1) / classes, sure],
            ]
        return {
            "zmin": 0,
            "zmax": classes,
            "colorscale": scale,
            "zsmooth": False if two_colours else "fast",
        }
    if two_colours:
        scale = [[0, NEGATIVE], [0.5, NEGATIVE], [0.5, POSITIVE], [1, POSITIVE]]
        return {"zmin": -1, "zmax": 1, "colorscale": scale, "zsmooth": False}
    return {"zmin": -1, "zmax": 1, "colorscale": DIVERGING, "zsmooth": "fast"}


def _points(snapshot: Snapshot, split: str) -> list[dict[str, Any]]:
    part = snapshot.data.split(split)
    if part.points is None:
        return []
    if snapshot.data.task == "regression":
        shaded = {"color": part.y, "cmin": -1, "cmax": 1, "colorscale": DIVERGING, "size": 6}
        return [_rimmed(part.points, split, shaded)]
    return [
        _rimmed(part.points[part.y == number], split, marker(number))
        for number in range(snapshot.data.classes)
    ]


def marker(number: int) -> dict[str, Any]:
    """How the points of a class look."""
    colour, symbol, size = CLASSES[number % len(CLASSES)]
    return {"color": colour, "symbol": symbol, "size": size}


def _rimmed(points: np.ndarray, split: str, look: dict[str, Any]) -> dict[str, Any]:
    rim = {"opacity": 1, "line": {"width": 1, "color": RIMS[split]}}
    return scatter(points, split, {**look, **rim})


def scatter(points: np.ndarray, name: str, look: dict[str, Any]) -> dict[str, Any]:
    """Points [N, 2] of the plane as Plotly's trace."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": points[:, 0],
        "y": points[:, 1],
        "hoverinfo": "skip",
        "name": name,
        "marker": look,
    }


def _map(snapshot: Snapshot, paint: dict[str, Any] | None) -> dict[str, Any]:
    """What `paint.js` adds: hover texts, a legend, the tools for painting."""
    data = snapshot.data
    named = data.class_names != COLOURS[: data.classes]
    return {
        "classes": data.classes,
        "names": list(data.class_names),
        "legend": data.classes > 2 or (named and bool(data.classes)),
        "offer": list(data.class_names if named else COLOURS),
        "scale": [] if data.classes else ["−1", "0", "+1"],
        "markers": [marker(number) for number in range(len(CLASSES))],
        "rim": RIMS["train"],
        "paint": paint is not None,
        **(paint or {"seen": 0, "undo": False}),
    }


def describe(snapshot: Snapshot) -> str:
    """What the map shows, for those who hear it."""
    if not len(snapshot.data.train):
        return "Output of the network over the plane. There are no points to learn from yet."
    metrics = snapshot.metrics["test"]
    sentence = (
        f"{numerals.percent(metrics['accuracy'], 0)} of the test points are on the right side"
        if "accuracy" in metrics
        else f"the loss on the test points is {numerals.loss(metrics['loss'])}"
    )
    if not len(snapshot.data.test):
        sentence = "there are no test points yet"
    return f"Output of the network over the plane, with the points; {sentence}."
