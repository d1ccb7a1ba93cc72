"""How loss and accuracy went: train thin and grey, test in the accent, validation dashed; the
readout above a chart is its legend."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.views.style import MARGIN, TEST, TRAIN, axis

Figure = dict[str, Any]
SPLITS = (("train", TRAIN, 1.25, "solid"), ("validation", TEST, 1.25, "dot"),
          ("test", TEST, 2, "solid"))


def curve(history: dict[str, np.ndarray], metric: str, unit: str = "", **y: Any) -> Figure:
    """Each split's `metric` by epoch; `unit` stands at the last tick, `y` are the axis' facts."""
    epochs = history["epoch"].astype(np.float32)
    lines = [_line(epochs, history[f"{split}_{metric}"], split, colour, width, dash)
             for split, colour, width, dash in SPLITS if f"{split}_{metric}" in history]
    last = {"ticksuffix": f" {unit}", "showticksuffix": "last"} if unit else {}
    layout = {"margin": {**MARGIN, "b": 18}, "showlegend": False, "hovermode": "x unified",
              "xaxis": axis(nticks=5, rangemode="tozero", **last),
              "yaxis": axis(nticks=4, showgrid=True, showline=False, ticks="", fixedrange=True,
                            **y)}
    return {"data": lines, "layout": layout}


def loss(history: dict[str, np.ndarray], unit: str = "") -> Figure:
    """The loss, from 0 upwards."""
    return curve(history, "loss", unit, rangemode="tozero")


def accuracy(history: dict[str, np.ndarray], unit: str = "epochs", chance: float = 0.5) -> Figure:
    """The share of right answers, from a little below guessing (or the worst seen) to 100 %."""
    seen = [np.nanmin(history[f"{split}_accuracy"], initial=chance) for split in ("train", "test")]
    low = np.floor(10 * min(seen) - 0.01) / 10
    return curve(history, "accuracy", unit, range=[max(low, -0.02), 1.02], tickformat=".0%")


def _line(x: np.ndarray, y: np.ndarray, split: str, colour: str, width: float,
          dash: str) -> dict[str, Any]:
    return {"type": "scatter", "x": x, "y": y.astype(np.float32), "mode": "lines", "name": split,
            "line": {"color": colour, "width": width, "dash": dash},
            "hovertemplate": f"{split} %{{y:.3f}}<extra></extra>"}
