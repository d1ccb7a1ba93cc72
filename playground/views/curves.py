"""How loss and accuracy went: train thin and grey, test in the accent, validation dashed; the
readout above a chart is its legend."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.experiment import numerals
from playground.views.style import MARGIN, TEST, TRAIN, axis

Figure = dict[str, Any]
SPLITS = (
    ("train", TRAIN, 1.25, "solid"),
    ("validation", TEST, 1.25, "dot"),
    ("test", TEST, 2, "solid"),
)


def curve(
    history: dict[str, np.ndarray],
    metric: str,
    unit: str = "",
    smooth: bool = False,
    at: float | None = None,
    **y: Any,
) -> Figure:
    """Each split's `metric` by epoch; `unit` stands at the last tick, `y` are the axis' facts.

    smooth: draw means of neighbours, and the measured values faintly behind them; pointing at a
    curve always tells what was measured. at: an epoch to mark, where a run was brought back to.
    """
    epochs = history["epoch"].astype(np.float32)
    lines = []
    for split, colour, width, dash in SPLITS:
        if f"{split}_{metric}" not in history:
            continue
        values = history[f"{split}_{metric}"]
        measured = _line(epochs, values, split, colour, width, dash)
        if smooth:
            lines.append(
                {
                    **measured,
                    "y": smoothed(values).astype(np.float32),
                    "hoverinfo": "skip",
                    "hovertemplate": None,
                }
            )
            measured = {**measured, "opacity": 0.3}
        lines.append(measured)
    last = {"ticksuffix": f" {unit}", "showticksuffix": "last"} if unit else {}
    marks = (
        []
        if at is None
        else [
            {
                "type": "line",
                "x0": at,
                "x1": at,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": TRAIN, "width": 1, "dash": "dot"},
            }
        ]
    )
    layout = {
        "shapes": marks,
        "margin": {**MARGIN, "b": 18},
        "showlegend": False,
        "hovermode": "x unified",
        "xaxis": axis(nticks=5, rangemode="tozero", **last),
        "yaxis": axis(nticks=4, showgrid=True, showline=False, ticks="", fixedrange=True, **y),
    }
    return {"data": lines, "layout": layout}


def smoothed(values: np.ndarray) -> np.ndarray:
    """Means of neighbours, weighted by a bell as wide as a fiftieth of the curve.

    s[i] = Σⱼ w(j − i) y[j] / Σⱼ w(j − i) with w(d) = exp(−d² / 2σ²): it does not lag behind.
    """
    width = max(len(values) / 50, 1.0)
    reach = min(int(3 * width), len(values) - 1)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    known = np.isfinite(values)
    inner = slice(reach, reach + len(values))
    sums = np.convolve(np.where(known, values, 0), bell)[inner]
    return np.where(known, sums / np.maximum(np.convolve(known, bell)[inner], 1e-12), np.nan)


def loss(
    history: dict[str, np.ndarray], unit: str = "", log: bool = False, **options: Any
) -> Figure:
    """The loss, from 0 upwards; or on a logarithmic scale."""
    y = {"type": "log", **_ticks(history)} if log else {"rangemode": "tozero"}
    return curve(history, "loss", unit, **options, **y)


def _ticks(history: dict[str, np.ndarray]) -> dict[str, Any]:
    """Plain numbers on a logarithmic axis: powers of ten, and 2 and 5 where these are few."""
    values = np.concatenate([history[f"{split}_loss"] for split in ("train", "test")])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return {}
    low, high = np.log10(values.min()) - 0.1, np.log10(values.max()) + 0.1
    digits = (1, 2, 5) if high - low < 1.5 else (1,)
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    powers = powers[:: 1 + len(powers) // 6]
    ticks = [digit * 10.0**power for power in powers for digit in digits]
    return {"tickvals": ticks, "ticktext": [numerals.short(tick, 6) for tick in ticks]}


def accuracy(
    history: dict[str, np.ndarray], unit: str = "epochs", chance: float = 0.5, **options: Any
) -> Figure:
    """The share of right answers, from a little below guessing (or the worst seen) to 100 %."""
    seen = [np.nanmin(history[f"{split}_accuracy"], initial=chance) for split in ("train", "test")]
    low = np.floor(10 * min(seen) - 0.01) / 10
    return curve(
        history, "accuracy", unit, **options, range=[max(low, -0.02), 1.02], tickformat=".0%"
    )


def _line(
    x: np.ndarray, y: np.ndarray, split: str, colour: str, width: float, dash: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": y.astype(np.float32),
        "mode": "lines",
        "name": split,
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"{split} %{{y:.4g}}<extra></extra>",
    }
