"""How good a network's answers are: tables, curves, and which samples stand behind a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis import metrics
from playground.analysis.judgement import Judgement
from playground.experiment import numerals
from playground.views.judgement import tiles
from playground.views.plane import CLASSES, EDGE, TICKS
from playground.views.style import TEST, TRAIN, axis

Figure = dict[str, Any]
MARGIN = {"l": 56, "r": 10, "t": 8, "b": 34}
FINENESS = 4000  # points of a curve closer than this part of an axis are drawn as one
CORNERS = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0)  # how much of both axes a closer look may show


@dataclass(frozen=True, eq=False)
class Decision:
    """What a threshold on one class's probability makes of all samples: indices of each kind.

    found: of the class, and passed. missed: of the class, not passed. alarms: others that passed.
    left: others, rightly left out. Each list starts with what lies farthest on the wrong side, or
    nearest to it.
    """

    found: np.ndarray
    missed: np.ndarray
    alarms: np.ndarray
    left: np.ndarray

    @property
    def recall(self) -> float:
        """The share of the class that is found."""
        return len(self.found) / max(len(self.found) + len(self.missed), 1)

    @property
    def false_alarms(self) -> float:
        """The share of the others that pass."""
        return len(self.alarms) / max(len(self.alarms) + len(self.left), 1)


def decide(judged: Judgement, of: int, threshold: float) -> Decision:
    """Everything at least as probable as the threshold passes."""
    chances, own = judged.probabilities[:, of], judged.labels == of
    passed, rising = chances >= threshold, np.argsort(chances, kind="stable")
    falling = rising[::-1]
    return Decision(
        rising[(own & passed)[rising]],
        rising[(own & ~passed)[rising]],
        falling[(~own & passed)[falling]],
        falling[(~own & ~passed)[falling]],
    )


def binary(judged: Judgement, of: int, threshold: float) -> metrics.Scores:
    """Scores of "is it this class" at a threshold; entry 1 of each array is the class."""
    passed = judged.probabilities[:, of] >= threshold
    return metrics.scores(judged.labels == of, passed, 2)


def cell(judged: Judgement, label: int, answer: int) -> np.ndarray:
    """The samples behind one cell of the confusion matrix, the surest first."""
    chosen = np.flatnonzero((judged.labels == label) & (judged.answers == answer))
    return chosen[np.argsort(-judged.probabilities[chosen, answer], kind="stable")]


def gallery(judged: Judgement, indices: np.ndarray, of: int | None = None) -> dict[str, Any]:
    """Samples as small images: what each is and was read as, or how probable class `of` is."""
    names, captions = judged.names, []
    for i in indices:
        label, answer = judged.labels[i], judged.answers[i]
        sure = numerals.sureness(judged.probabilities[i, answer if of is None else of], 0)
        read = f"{names[label]} → {names[answer]}" if of is None else names[label]
        captions.append(f"{read}  {sure}")
    titles = [
        f"sample {i + 1:,}: {names[judged.labels[i]]}, read as {names[judged.answers[i]]}"
        for i in indices
    ]
    wrong = (judged.labels != judged.answers)[indices].astype(int).tolist()
    return tiles(judged.images[indices], captions, wrong, across=4, size=64, titles=titles)


def table(judged: Judgement, scores: metrics.Scores) -> str:
    """Precision, recall and F1 of each class as a Markdown table, and their means."""
    rows = ["| class | samples | precision | recall | F1 |", "|:--|--:|--:|--:|--:|"]
    for i, name in enumerate(judged.names):
        shares = (scores.precision[i], scores.recall[i], scores.f1[i])
        rows.append(_row(_escaped(name), scores.support[i], shares))
    return "\n".join([*rows, _row("**mean**", scores.support.sum(), scores.macro.values())])


def _row(name: str, count: int, shares: Iterable[float]) -> str:
    cells = [name, f"{count:,}", *(numerals.percent(part) for part in shares)]
    return f"| {' | '.join(cells)} |"


def _escaped(name: str) -> str:
    """A class's name, which may be a user's, so that Markdown takes it as it stands."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~:$" else sign for sign in name)


def roc(curve: metrics.Curve, at: Decision, close: bool) -> Figure:
    """False alarms against recall; the point is where the threshold stands."""
    point = (at.false_alarms, at.recall)
    edge = _corner(curve.x, 1 - curve.y, point[0], 1 - point[1]) if close else 1.0
    chance = {
        "type": "scatter",
        "x": [0, 1],
        "y": [0, 1],
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": TRAIN, "width": 1, "dash": "dot"},
    }
    return _curves(
        [chance, _line(curve, "false alarms %{x:.2%}<br>recall %{y:.2%}")],
        point,
        ("false alarms, share of the others", "recall"),
        (0, edge),
        (1 - edge, 1),
    )


def precision_recall(curve: metrics.Curve, at: Decision, precision: float, close: bool) -> Figure:
    """Recall against precision; the point is where the threshold stands."""
    point = (at.recall, precision)
    edge = _corner(1 - curve.x, 1 - curve.y, 1 - point[0], 1 - point[1]) if close else 1.0
    return _curves(
        [_line(curve, "recall %{x:.2%}<br>precision %{y:.2%}")],
        point,
        ("recall", "precision"),
        (1 - edge, 1),
        (1 - edge, 1),
    )


def _corner(x: np.ndarray, y: np.ndarray, *point: float) -> float:
    """The smallest of CORNERS that shows the bend of a curve (distances from the perfect corner)
    and the point on it."""
    bend = np.min(np.maximum(x, y), initial=1.0)
    return next((edge for edge in CORNERS if edge >= 1.5 * max(bend, *point)), 1.0)


def _line(curve: metrics.Curve, hover: str) -> dict[str, Any]:
    """The curve without points that nobody could tell apart."""
    places = np.round(np.stack([curve.x, curve.y], 1) * FINENESS).astype(np.int64)
    keep = np.ones(len(places), bool)
    keep[1:-1] = (np.diff(places, axis=0) != 0).any(1)[:-1]
    return {
        "type": "scatter",
        "x": curve.x[keep].astype(np.float32),
        "mode": "lines",
        "y": curve.y[keep].astype(np.float32),
        "line": {"color": TEST, "width": 2},
        "hovertemplate": hover + "<extra></extra>",
    }


def _curves(
    lines: list[Any],
    point: tuple[float, float],
    names: tuple[str, str],
    x: tuple[float, float],
    y: tuple[float, float],
) -> Figure:
    mark = {
        "type": "scatter",
        "x": [point[0]],
        "y": [point[1]],
        "mode": "markers",
        "marker": {
            "size": 11,
            "symbol": "circle",
            "color": TEST,
            "line": {"width": 2, "color": "#ffffff"},
        },
        "cliponaxis": False,
        "hovertemplate": "here: %{x:.2%}, %{y:.2%}<extra></extra>",
    }
    return {
        "data": [*lines, mark],
        "layout": {
            "margin": MARGIN,
            "showlegend": False,
            "xaxis": _share(names[0], x),
            "yaxis": _share(names[1], y, showgrid=True, showline=False, ticks=""),
        },
    }


def _share(name: str, ends: tuple[float, float], **facts: Any) -> dict[str, Any]:
    room = 0.03 * (ends[1] - ends[0])
    decimals = 0 if ends[1] - ends[0] > 0.06 else 1
    title = {"text": name, "font": {"size": 11}, "standoff": 4}
    return axis(
        range=[ends[0] - room, ends[1] + room],
        nticks=4,
        tickformat=f".{decimals}%",
        title=title,
        **facts,
    )


def calibration(result: metrics.Calibration) -> Figure:
    """How sure against how often right; perfect answers lie on the dotted line."""
    ideal = {
        "type": "scatter",
        "x": [0, 1],
        "y": [0, 1],
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": TRAIN, "width": 1, "dash": "dot"},
    }
    size = 5 + 9 * np.sqrt(result.counts / result.counts.max())
    bins = {
        "type": "scatter",
        "x": result.sure,
        "y": result.right,
        "mode": "lines+markers",
        "line": {"color": TEST, "width": 1.5},
        "marker": {"size": size, "color": TEST},
        "customdata": result.counts,
        "hovertemplate": "%{customdata} answers, %{x:.0%} sure: %{y:.0%} right<extra></extra>",
    }
    return {
        "data": [ideal, bins],
        "layout": {
            "margin": MARGIN,
            "showlegend": False,
            "xaxis": _share("how sure it is", (0, 1)),
            "yaxis": _share("how often right", (0, 1), showgrid=True, showline=False, ticks=""),
        },
    }


def plane(judged: Judgement, points: np.ndarray, chosen: np.ndarray) -> Figure:
    """Samples of the plane: the chosen ones by class colour and mark, the others faint."""
    others = np.setdiff1d(np.arange(len(points)), chosen)
    traces = [_points(points[others], {"color": TRAIN, "size": 4, "opacity": 0.35})]
    for number, (colour, symbol, size) in enumerate(CLASSES[: len(judged.names)]):
        of = chosen[judged.labels[chosen] == number]
        traces.append(
            _points(
                points[of],
                {
                    "color": colour,
                    "symbol": symbol,
                    "size": size + 2,
                    "line": {"width": 1, "color": "#1c2024"},
                },
            )
        )
    facts = {"range": [-EDGE, EDGE], "tickvals": TICKS, "constrain": "domain"}
    return {
        "data": traces,
        "layout": {
            "margin": {**MARGIN, "b": 20},
            "showlegend": False,
            "xaxis": axis(**facts),
            "yaxis": axis(scaleanchor="x", **facts),
        },
    }


def _points(points: np.ndarray, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "hoverinfo": "skip",
        "marker": marker,
        "x": points[:, 0].astype(np.float32),
        "y": points[:, 1].astype(np.float32),
    }
