"""Answers along sequences, and answers that are values: which were wrong, and by how much."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.judgement import Estimates, Judgement
from playground.data import Data
from playground.data.texts import shown
from playground.experiment import numerals
from playground.views.style import TEST, TRAIN, axis

SIGNS = 22  # of what was read, before an answer
DOTS = 2_000  # answers in a picture
BINS = 40


def signs(data: Data, x: np.ndarray) -> str:
    """A sequence [time, …] as signs, where it is made of symbols; else nothing."""
    if data.alphabet:
        return "".join(shown(data.alphabet)[int(code)] for code in np.ravel(x))
    names = data.step_names
    symbols = x.ndim == 2 and x.shape[1] == len(names) > 1 and max(map(len, names)) == 1
    if symbols and np.isin(x, (0, 1)).all():
        return "".join(names[int(step.argmax())] for step in x if step.any())
    return ""


def place(judged: Judgement | Estimates, data: Data, index: int) -> str:
    """Where an answer stands: what was read before it, or the number of the sequence and step."""
    row = index if judged.rows is None else int(judged.rows[index])
    step = len(judged.images[row]) - 1 if judged.steps is None else int(judged.steps[index])
    read = signs(data, judged.images[row][: step + 1])
    if read:
        return f"{'…' * (len(read) > SIGNS)}{read[-SIGNS:]}"
    name = f"sample {row + 1:,}"
    return name if judged.steps is None else f"{name}, step {step + 1}"


def answered(judged: Judgement, data: Data, index: int, of: int | None = None) -> tuple[str, str]:
    """What was read before an answer, and the answer: right → said, or how probable `of` is."""
    label, said = judged.labels[index], judged.answers[index]
    sure = numerals.sureness(judged.probabilities[index, said if of is None else of], 0)
    names = judged.names
    read = f"{names[label]} → {names[said]}" if of is None else names[label]
    return place(judged, data, index), f"{read}  {sure}"


def scatter(judged: Estimates) -> dict[str, Any]:
    """What is right against what was said; perfect answers lie on the dotted line."""
    apart = max(1, -(-len(judged.right) // DOTS))
    right, said = judged.right[::apart], judged.said[::apart]
    known = np.concatenate([right, said])
    known = known[np.isfinite(known)]
    ends = [float(known.min()), float(known.max())] if len(known) else [0.0, 1.0]
    ideal = {
        "type": "scatter",
        "x": ends,
        "y": ends,
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": TRAIN, "width": 1, "dash": "dot"},
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": right.astype(np.float32),
        "y": said.astype(np.float32),
        "marker": {"color": TEST, "size": 4, "opacity": 0.5},
        "hovertemplate": "right %{x:.4g}<br>said %{y:.4g}<extra></extra>",
    }
    return {"data": [ideal, dots], "layout": _layout("right", "said")}


def errors(judged: Estimates) -> dict[str, Any]:
    """How often an answer is off by how much."""
    off = judged.said - judged.right
    counts, edges = np.histogram(off[np.isfinite(off)], BINS)
    bars = {
        "type": "bar",
        "x": ((edges[1:] + edges[:-1]) / 2).astype(np.float32),
        "y": counts,
        "width": float(edges[1] - edges[0]),
        "marker": {"color": TEST},
        "hovertemplate": "off by about %{x:.3g}: %{y} answers<extra></extra>",
    }
    return {"data": [bars], "layout": _layout("said − right", "answers")}


def _layout(x: str, y: str) -> dict[str, Any]:
    def titled(name: str, **facts: Any) -> dict[str, Any]:
        return axis(nticks=5, title={"text": name, "font": {"size": 11}, "standoff": 4}, **facts)

    return {
        "margin": {"l": 56, "r": 10, "t": 8, "b": 34},
        "showlegend": False,
        "xaxis": titled(x),
        "yaxis": titled(y, showgrid=True, showline=False, ticks=""),
    }
