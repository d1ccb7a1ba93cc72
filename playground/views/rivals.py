"""A simple RNN, an LSTM and a GRU beside each other: gradients over time, losses, a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.engine import registry
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views.style import axis

# Each kind has colour, dashes and a sign at its points; orange and blue stay reserved.
LINES = (("#d6409f", "2,2", "x"), ("#0f9d8a", "solid", "circle"), ("#8b6fd6", "7,3", "square"))
FLOOR = 1e-12  # a logarithmic axis has no zero
MARKED = 12  # signs along a line


def kinds() -> list[str]:
    """The layers that remember, by name."""
    return [piece.type for piece in registry.pieces("layer") if piece.remembers]


def title(kind: str) -> str:
    """LSTM"""
    return registry.get("layer", kind).title


def gradients(curves: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """‖∂L/∂h_t‖ over t, on a logarithmic axis."""
    data = [
        _line(kind, np.arange(1, len(values) + 1), np.maximum(values, FLOOR), "%{y:.1e}")
        for kind, values in curves.items()
    ]
    return {"data": data, "layout": _layout("step", type="log", exponentformat="power")}


def losses(newest: Mapping[str, Snapshot]) -> dict[str, Any]:
    """The test loss by step."""
    data = [
        _line(kind, snapshot.history["step"], snapshot.history["test_loss"], "%{y:.4g}")
        for kind, snapshot in newest.items()
    ]
    return {"data": data, "layout": _layout("steps of training", rangemode="tozero")}


def _line(kind: str, x: np.ndarray, y: np.ndarray, hover: str) -> dict[str, Any]:
    colour, dash, sign = LINES[kinds().index(kind) % len(LINES)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": title(kind),
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"symbol": sign, "size": 6, "maxdisplayed": MARKED},
        "hovertemplate": f"{title(kind)} {hover}<extra></extra>",
    }


def _layout(unit: str, **y: Any) -> dict[str, Any]:
    return {
        "margin": {"l": 46, "r": 8, "t": 6, "b": 32},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "x unified",
        "xaxis": axis(nticks=6, title={"text": unit, "font": {"size": 11}, "standoff": 4}),
        "yaxis": axis(nticks=5, showgrid=True, showline=False, ticks="", **y),
    }


def reach(values: np.ndarray) -> float:
    """The gradient at the first step as a share of that at the last that has any."""
    present = np.flatnonzero(values)
    return float(values[0] / values[present[-1]]) if len(present) else 0.0


def words(curves: Mapping[str, np.ndarray]) -> str:
    """The chart for who cannot see it."""
    shares = ", ".join(
        f"{title(kind)} {numerals.short(reach(values), 2)}" for kind, values in curves.items()
    )
    return f"The gradient at the first step as a share of that at the last: {shares}."


def standing(newest: Mapping[str, Snapshot]) -> str:
    """Test losses in a sentence."""
    parts = (
        f"{title(kind)} {numerals.exact(snapshot.metrics['test']['loss'])}"
        for kind, snapshot in newest.items()
    )
    return f"Test loss now: {', '.join(parts)}."


def table(newest: Mapping[str, Snapshot]) -> list[str]:
    """The numbers, as lines of Markdown."""
    first = next(iter(newest.values()))
    score = "accuracy" if first.data.classes else "mae"
    heads = [
        "",
        "numbers to learn",
        "test loss",
        "accuracy" if first.data.classes else "mean error",
    ]
    lines = [f"| {' | '.join(heads)} |", "|---|--:|--:|--:|"]
    for kind, snapshot in newest.items():
        value = snapshot.metrics["test"][score]
        number = numerals.percent(value) if first.data.classes else numerals.exact(value)
        name = f"**{title(kind)}**" + (" diverged" if snapshot.status == "diverged" else "")
        loss = numerals.exact(snapshot.metrics["test"]["loss"])
        lines.append(f"| {name} | {snapshot.network.flat.size:,} | {loss} | {number} |")
    return lines
