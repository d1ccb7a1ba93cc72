"""What a lesson shows of each of its variants, and their curves on the same axes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis.health import Health
from playground.analysis.metrics import roc
from playground.analysis.pinned_runs import Pin
from playground.analysis.readings import Readings, moved
from playground.experiment import numerals
from playground.lessons import wording
from playground.lessons.lesson import Lesson
from playground.training.generation import generate
from playground.training.snapshot import Snapshot
from playground.views import codes, compare, flow, gan, health, judgement, plane, unrolled
from playground.views.style import DIVERGING, MARGIN, TEST, axis

IMAGES, ACROSS, SIZE = 15, 5, 44  # test images that are shown
MOVED = 3  # pixels
NEURON = 36  # rows and columns of a little map
GRID, REACH = 8, 2.0  # codes along a side, from −2 to 2
THICK, LARGE = 1.75, 13  # lines of a hall, as a multiple of a page's; its words in px
STEEP = 100.0  # losses that differ so much want a logarithmic axis
COLUMN = re.compile(r"\b(train|test)_([a-z_]+)")


@dataclass(frozen=True)
class Shown:
    """A picture: the component that draws it, what it gets, and the words for who cannot see it."""

    component: str  # "live_plotly" or "flow"
    payload: dict[str, Any]
    label: str


def picture(lesson: Lesson, snapshot: Snapshot, readings: Readings) -> Shown:
    """What the lesson shows of one variant."""
    return PICTURES[lesson.picture](snapshot, readings)


# ---- pictures ----


def _map(snapshot: Snapshot, readings: Readings) -> Shown:
    return Shown("live_plotly", _still(plane.figure(snapshot)), plane.describe(snapshot))


def _still(figure: dict[str, Any]) -> dict[str, Any]:
    """Without what only the Playground's map has: painting, and neurons that are pointed at."""
    layout = {**figure["layout"], "margin": {"l": 18, "r": 2, "t": 2, "b": 18}}
    return {"data": figure["data"], "layout": layout}


def _neurons(snapshot: Snapshot, readings: Readings) -> Shown:
    """The first hidden layer's little maps, and the last one's."""
    layers = snapshot.neurons(NEURON)
    hidden = [layer for layer in layers[1:-1] if len(layer) > 1] or [layers[-1]]
    shown = {"First hidden layer": hidden[0], "Last hidden layer": hidden[-1], "Output": layers[-1]}
    stages = [_maps(name, maps) for name, maps in shown.items()]
    label = f"Little maps of the neurons. {plane.describe(snapshot)}"
    return Shown("flow", flow.plain(*stages, height=118), label)


def _maps(name: str, maps: np.ndarray) -> dict[str, Any]:
    return {
        "kind": "maps",
        "name": name,
        "note": "",
        "count": len(maps),
        "across": min(len(maps), 8),
        "size": 30 if len(maps) > 1 else 110,
        "fixed": 250 if len(maps) > 1 else 110,
        "width": NEURON,
        "height": NEURON,
        "values": np.ascontiguousarray(maps[:, ::-1]).ravel(),
        "scale": max(float(np.abs(maps).max()), 1e-6),
    }


def _gradients(snapshot: Snapshot, readings: Readings) -> Shown:
    measured: Health = readings.health
    return Shown("live_plotly", health.gradients(measured), health.describe(measured))


def _outputs(snapshot: Snapshot, readings: Readings) -> Shown:
    measured: Health = readings.health
    return Shown("live_plotly", health.outputs(measured), health.describe(measured))


def _weights(snapshot: Snapshot, readings: Readings) -> Shown:
    """The first layer's weights: a row a neuron, a column an input; exact zeros are marked."""
    state = snapshot.network.state_dict()
    weights = np.asarray(next(state[name] for name in state if name.endswith("weight")))
    size = max(float(np.abs(weights).max()), 1e-6)
    heat = {
        "type": "heatmap",
        "z": weights.astype(np.float32),
        "x": list(snapshot.data.feature_names or range(1, weights.shape[1] + 1)),
        "y": list(range(1, len(weights) + 1)),
        "zmin": -size,
        "zmax": size,
        "colorscale": DIVERGING,
        "showscale": False,
        "text": np.where(weights == 0, "0", "").tolist(),
        "texttemplate": "%{text}",
        "textfont": {"size": 11, "color": "#1c2024"},
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{z:.3f}<extra></extra>",
    }
    layout = {
        "margin": {"l": 22, "r": 2, "t": 2, "b": 48},
        "xaxis": axis(showline=False, ticks="", tickangle=-60, type="category"),
        "yaxis": axis(showline=False, ticks="", type="category", autorange="reversed"),
    }
    zeros = numerals.percent(float(np.mean(weights == 0)), 0)
    words = f"Weights of the first layer; {zeros} of them are exactly 0."
    return Shown("live_plotly", {"data": [heat], "layout": layout}, words)


def _digits(snapshot: Snapshot, readings: Readings) -> Shown:
    return _read(snapshot, snapshot.data.test.x[:IMAGES])


def _moved(snapshot: Snapshot, readings: Readings) -> Shown:
    """The same, moved to the right."""
    return _read(snapshot, moved(snapshot.data.test.x[:IMAGES], MOVED))


def _read(snapshot: Snapshot, images: np.ndarray) -> Shown:
    """Test images, and what each is read as."""
    labels = snapshot.data.test.y[: len(images)]
    answers = snapshot.probabilities(snapshot.predict(images)).argmax(1)
    wrong = [int(a != b) for a, b in zip(answers, labels, strict=True)]
    captions = [
        f"{snapshot.labels[answer]} {judgement.WRONG if bad else judgement.RIGHT}"
        for answer, bad in zip(answers, wrong, strict=True)
    ]
    payload = judgement.tiles(images, captions, wrong, ACROSS, SIZE, captions)
    return Shown("flow", payload, f"{sum(wrong)} of {len(images)} test images are misread.")


def _threshold(snapshot: Snapshot, readings: Readings) -> Shown:
    """The ROC curve, and where the variant's threshold stands on it."""
    curve = roc(snapshot.data.test.y, readings.chances, 1)
    at = readings.false_alarms(), readings.recall()
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": curve.x.astype(np.float32),
            "y": curve.y.astype(np.float32),
            "line": {"color": TEST, "width": 2},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [at[0]],
            "y": [at[1]],
            "marker": {"size": 16, "symbol": "star", "color": TEST},
            "hovertemplate": "false alarms %{x:.0%}, found %{y:.0%}<extra></extra>",
        },
    ]
    layout = {
        "margin": {"l": 46, "r": 8, "t": 6, "b": 36},
        "showlegend": False,
        "xaxis": _share("healthy, called ill"),
        "yaxis": _share("ill, found"),
    }
    found, alarms = (numerals.percent(share, 0) for share in reversed(at))
    words = f"ROC curve. At this threshold {found} are found, and {alarms} are false alarms."
    return Shown("live_plotly", {"data": data, "layout": layout}, words)


def _share(title: str) -> dict[str, Any]:
    text = {"text": title, "font": {"size": 11}, "standoff": 4}
    return axis(range=[-0.02, 1.02], tickformat=".0%", nticks=4, title=text)


def _memory(snapshot: Snapshot, readings: Readings) -> Shown:
    """The memory over time while one sequence is read: a row a unit, a column a step."""
    scene = unrolled.scene(snapshot, snapshot.data.test, 0)
    strand = scene.strands[0]
    part = strand.parts[1] if len(strand.parts) > 2 else strand.parts[0]
    values = strand.values[part.name][-scene.length :]
    heat = {
        "type": "heatmap",
        "z": np.ascontiguousarray(values.T, np.float32),
        "zmin": -1,
        "zmax": 1,
        "colorscale": DIVERGING,
        "showscale": False,
        "hovertemplate": "step %{x}, unit %{y}: %{z:.2f}<extra></extra>",
    }
    layout = {
        "margin": {"l": 40, "r": 4, "t": 4, "b": 34},
        "xaxis": axis(title={"text": "step", "font": {"size": 11}}, showline=False, ticks=""),
        "yaxis": axis(title={"text": part.title, "font": {"size": 11}}, showline=False, ticks=""),
    }
    words = f"{part.title} over time. {unrolled.verdict(scene)}"
    return Shown("live_plotly", {"data": [heat], "layout": layout}, words)


def _rebuilt(snapshot: Snapshot, readings: Readings) -> Shown:
    """Test images, and below each what it is rebuilt as."""
    count = 2 * ACROSS
    x = snapshot.data.test.x[:count]
    _, images, _ = codes.rebuilt(snapshot, x)
    halves = slice(0, ACROSS), slice(ACROSS, count)
    order = np.concatenate([part[half] for half in halves for part in (x, images)])
    captions = (["image"] * ACROSS + ["copy"] * ACROSS) * 2
    tiles = judgement.tiles(order, captions, [0] * len(order), ACROSS, SIZE)
    return Shown("flow", tiles, "Test images, and their copies below.")


def _codes(snapshot: Snapshot, readings: Readings) -> Shown:
    """What an even grid of codes from −2 to 2 decodes to, as one picture."""
    if snapshot.network.code_shape != (2,):  # another code: samples out of chance
        z = generate(snapshot.network, snapshot.data, GRID * GRID)
    else:
        along = np.linspace(-REACH, REACH, GRID)
        x, y = np.meshgrid(along, -along)
        z = snapshot.network.decode(np.stack([x.ravel(), y.ravel()], 1).astype(np.float32))
    side = z.shape[-1]
    sheet = z.mean(1).reshape(GRID, GRID, side, side).transpose(0, 2, 1, 3)
    heat = {
        "type": "heatmap",
        "z": np.ascontiguousarray(sheet.reshape(GRID * side, GRID * side), np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "#141619"], [1, "#ffffff"]],
        "showscale": False,
        "hoverinfo": "skip",
    }
    hidden = {"visible": False, "constrain": "domain"}
    layout = {
        "margin": {"l": 2, "r": 2, "t": 2, "b": 2},
        "xaxis": hidden,
        "yaxis": {**hidden, "autorange": "reversed", "scaleanchor": "x"},
    }
    words = "What codes from −2 to 2 decode to, one number to the right, the other up."
    return Shown("live_plotly", {"data": [heat], "layout": layout}, words)


def _fakes(snapshot: Snapshot, readings: Readings) -> Shown:
    figure = _still(gan.figure(snapshot, (gan.MAP, gan.REAL)))
    covered = snapshot.game.modes()
    words = (
        "" if covered is None else f" {int(covered.sum())} of {len(covered)} clouds are covered."
    )
    return Shown("live_plotly", figure, f"Real points and fakes over the judge's map.{words}")


PICTURES: dict[str, Callable[[Snapshot, Readings], Shown]] = {
    "map": _map,
    "neurons": _neurons,
    "gradients": _gradients,
    "outputs": _outputs,
    "weights": _weights,
    "digits": _digits,
    "moved": _moved,
    "threshold": _threshold,
    "memory": _memory,
    "rebuilt": _rebuilt,
    "codes": _codes,
    "fakes": _fakes,
}


# ---- curves and numbers ----


def curve(lesson: Lesson, pins: Sequence[Pin]) -> dict[str, Any]:
    """What the check speaks about, by epoch, of all variants; else the test loss."""
    split, metric = subject(lesson, pins)
    values = [
        pin.history[f"{split}_{metric}"] for pin in pins if f"{split}_{metric}" in pin.history
    ]
    known = np.concatenate([*values, np.zeros(0)])
    known = known[np.isfinite(known) & (known > 0)]
    log = metric == "loss" and len(known) > 0 and known.max() > STEEP * max(known.min(), 1e-3)
    figure = compare.figure(pins, metric, split, bool(log))
    figure["layout"]["margin"] = {**MARGIN, "l": 50, "r": 30, "t": 20, "b": 32}
    return figure


def subject(lesson: Lesson, pins: Sequence[Pin]) -> tuple[str, str]:
    """Split and metric of the curve."""
    for split, metric in COLUMN.findall(lesson.check):
        if metric in compare.METRICS and compare.drawn(pins, f"{split}_{metric}"):
            return split, metric
    return "test", "loss"


def bold(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure for a hall: thicker lines, larger words."""
    data = [_thick(trace) if "line" in trace else trace for trace in figure["data"]]
    layout: dict[str, Any] = {
        name: _large(value) if name.startswith(("xaxis", "yaxis")) else value
        for name, value in figure["layout"].items()
    }
    letters: list[dict[str, Any]] = [
        {**letter, "font": {**letter.get("font", {}), "size": LARGE + 2}}
        for letter in layout.get("annotations", [])
    ]
    margin = {**layout["margin"], "b": layout["margin"]["b"] + LARGE // 2}
    return {**figure, "data": data, "layout": {**layout, "annotations": letters, "margin": margin}}


def _thick(trace: dict[str, Any]) -> dict[str, Any]:
    line = trace["line"]
    return {**trace, "line": {**line, "width": THICK * line.get("width", 2)}}


def _large(axis: dict[str, Any]) -> dict[str, Any]:
    title = axis.get("title")
    if isinstance(title, dict):
        axis = {**axis, "title": {**title, "font": {**title.get("font", {}), "size": LARGE}}}
    return {**axis, "tickfont": {"size": LARGE}}


def values(numbers: dict[str, float], language: str) -> str:
    """What was read of a variant, in a line: test accuracy **98 %**."""
    return " · ".join(
        f"{wording.reading(text, language)} **{wording.value(text, number, language)}**"
        for text, number in numbers.items()
    )
