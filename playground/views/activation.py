"""An activation: its curve, and its slope dashed; what the kernels that train compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine import activations, registry
from playground.views.style import MARGIN, TEST, TRAIN, axis

REACH, POINTS = 4.0, 321  # the sums from −REACH to REACH; 0 and ±1, where corners are, among them

Figure = dict[str, Any]


def figure(name: str) -> Figure:
    """y = f(x) and dy/dx over the sums of a neuron; of softmax, a sum's share beside a sum of 0."""
    x = np.linspace(-REACH, REACH, POINTS, dtype=np.float32)
    y, slope = activations.curve(name, x)
    low, high = min(y.min(), slope.min(), -0.1), max(y.max(), slope.max(), 1.1)
    room = 0.05 * (high - low)
    lines = [_line(x, slope, "slope", TRAIN, "dash"), _line(x, y, "output", TEST, "solid")]
    zero = {"zeroline": True, "zerolinewidth": 1}
    return {
        "data": lines,
        "layout": {
            "title": {"text": registry.get("activation", name).title, "font": {"size": 13}},
            "margin": {**MARGIN, "t": 28, "b": 34, "l": 44},
            "hovermode": "x unified",
            "legend": {
                "orientation": "h",
                "traceorder": "reversed",
                "x": 1,
                "xanchor": "right",
                "y": 1.01,
                "yanchor": "bottom",
            },
            "xaxis": axis(title={"text": "sum", "standoff": 4}, nticks=5, fixedrange=True, **zero),
            "yaxis": axis(
                title={"text": "output", "standoff": 4},
                nticks=5,
                fixedrange=True,
                range=[float(low - room), float(high + room)],
                **zero,
            ),
        },
    }


def _line(x: np.ndarray, y: np.ndarray, name: str, colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"{name} %{{y:.3f}}<extra></extra>",
    }
