"""Three charts side by side, a row a layer: how large its gradient is, its step, what it says.

Of layers that remember a fourth: how much of the error comes back to each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.analysis.health import Health, LayerHealth, TimeHealth
from playground.experiment import numerals
from playground.views.style import POSITIVE, TEST, TRAIN, axis

BINS = 24
FLOOR = 1e-12  # what is smaller is 0
DASHES = ("solid", "7,3", "2,2", "9,3,2,3")
Figure = dict[str, Any]


def gradients(health: Health) -> Figure:
    """Root mean square of ∂L/∂w by layer."""
    return _dots(
        health,
        [layer.gradient for layer in health.layers],
        "Gradient",
        "∂L/∂w, root mean square",
        TRAIN,
    )


def updates(health: Health) -> Figure:
    """Size of the next step by layer, as a share of the weights."""
    return _dots(
        health,
        [layer.update for layer in health.layers],
        "Next step",
        "‖Δw‖ / ‖w‖, share of the weights",
        TEST,
    )


def outputs(health: Health) -> Figure:
    """What the neurons of each hidden layer say: a histogram a layer, one above the other.

    A network without hidden layers shows its outputs.
    """
    layers = health.hidden or list(health.layers)
    finite = [layer.outputs[np.isfinite(layer.outputs)] for layer in layers]
    low, high = _range(finite)
    edges = np.linspace(low, high, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    x = np.concatenate([edges[:1], middles, edges[-1:]])
    ridges = []
    for row, (layer, values) in enumerate(zip(layers, finite, strict=True)):
        counts, _ = np.histogram(values, edges)
        share = counts / max(values.size, 1)
        hill = np.concatenate([[0], share / max(share.max(), 1e-9) * 0.8, [0]])
        base = len(layers) - 1 - row
        shares = [numerals.percent(part, 0) for part in np.concatenate([[0], share, [0]])]
        line = {"type": "scatter", "mode": "lines", "x": x.astype(np.float32)}
        ridges += [
            {
                **line,
                "y": np.full(len(x), base, np.float32),
                "hoverinfo": "skip",
                "line": {"width": 0.5, "color": POSITIVE},
            },
            {
                **line,
                "y": (base + hill).astype(np.float32),
                "fill": "tonexty",
                "text": shares,
                "fillcolor": "rgba(8,119,189,.35)",
                "line": {"width": 1, "color": POSITIVE},
                "name": name(layer),
                "hovertemplate": "%{text} of all outputs are about %{x:.2g}<extra>%{fullData.name}"
                "</extra>",
            },
        ]
    title = "What hidden neurons say" if health.hidden else "What the outputs say"
    layout = _layout(layers, title, "output of a neuron")
    layout["xaxis"] |= {"range": [low, high], "nticks": 5}
    layout["yaxis"]["range"] = [-0.15, len(layers)]
    return {"data": ridges, "layout": layout}


def through_time(health: Health) -> Figure:
    """‖∂ℓ/∂ memory‖ at each step, in the order of reading, on a log scale; a line a layer."""
    data = []
    for number, layer in enumerate(health.times):
        sizes = np.maximum(np.where(np.isfinite(layer.sizes), layer.sizes, np.nan), FLOOR)
        label = _time_name(layer, health)
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": np.arange(1, len(sizes) + 1, dtype=np.float32),
                "y": sizes.astype(np.float32),
                "line": {"color": TRAIN, "width": 2, "dash": DASHES[number % len(DASHES)]},
                "marker": {"color": TRAIN, "size": 5},
                "name": label,
                "hovertemplate": f"step %{{x}}: %{{y:.1e}}<extra>{label}</extra>",
            }
        )
    layout = _layout((), "How much of the error comes back to each step", "step read")
    layout["showlegend"] = len(data) > 1
    layout["yaxis"] = axis(type="log", nticks=4, showgrid=True, exponentformat="power")
    return {"data": data, "layout": layout}


def _time_name(layer: TimeHealth, health: Health) -> str:
    several = [other for other in health.times if other.position == layer.position]
    label = f"H{layer.position + 1} {layer.title}"
    return label if len(several) == 1 else f"{label}, part {several.index(layer) + 1}"


def _range(finite: list[np.ndarray]) -> tuple[float, float]:
    """From the smallest to the largest output; a few far-off ones are left out."""
    everything = np.concatenate([np.zeros(0), *(values.ravel() for values in finite)])
    if not everything.size:
        return -1.0, 1.0
    low, high = np.percentile(everything, [0.5, 99.5])
    room = 0.05 * (high - low) or 1.0
    return float(low - room), float(high + room)


def _dots(health: Health, sizes: list[float], title: str, unit: str, colour: str) -> Figure:
    """A stem and a dot a layer over a log scale; layers without a number have none."""
    known = [size for size in sizes if np.isfinite(size) and size > FLOOR]
    low = np.floor(np.log10(min(known, default=0.01)) - 0.2)
    high = np.ceil(np.log10(max(known, default=1.0)) + 0.2)
    data: list[dict[str, Any]] = []
    for row, (layer, size) in enumerate(zip(health.layers, sizes, strict=True)):
        if not np.isfinite(size):
            continue
        base = len(sizes) - 1 - row
        end = max(size, 10.0**low)
        if size <= FLOOR:  # a log scale has no place for 0
            data.append(
                {
                    "type": "scatter",
                    "mode": "text",
                    "x": [end],
                    "y": [base],
                    "text": ["0"],
                    "textposition": "middle right",
                    "hoverinfo": "skip",
                }
            )
            continue
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [10.0**low, end],
                "y": [base, base],
                "line": {"color": colour, "width": 3},
                "marker": {"color": colour, "size": [0.1, 9], "opacity": 1},
                "name": name(layer),
                "hovertemplate": f"{numerals.short(size)}<extra>{name(layer)}</extra>",
            }
        )
    layout = _layout(health.layers, title, unit)
    layout["xaxis"] |= {
        "type": "log",
        "range": [low, high],
        "nticks": 5,
        "exponentformat": "power",
        "dtick": max(1, np.ceil((high - low) / 4)),
        "showgrid": True,
    }
    return {"data": data, "layout": layout}


def _layout(layers: Sequence[LayerHealth], title: str, unit: str) -> dict[str, Any]:
    names = [name(layer) for layer in layers]
    return {
        "margin": {"l": 46, "r": 8, "t": 24, "b": 40},
        "showlegend": False,
        "hovermode": "closest",
        "title": {
            "text": f"<b>{title}</b>",
            "x": 0,
            "xref": "paper",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 4},
            "font": {"size": 12},
        },
        "xaxis": axis(title={"text": unit, "font": {"size": 11}, "standoff": 8}),
        "yaxis": axis(
            tickvals=list(range(len(names)))[::-1],
            ticktext=names,
            fixedrange=True,
            range=[-0.6, len(names) - 0.4],
            ticks="",
        ),
    }


def name(layer: LayerHealth) -> str:
    """A layer on an axis: H1 is the first, Out the last with weights."""
    return f"H{layer.position + 1}" if layer.hidden else "Out"


def describe(health: Health) -> str:
    """The charts in words."""
    sentences = [
        f"{name(layer)}: gradient {numerals.short(layer.gradient, 2)}, next step "
        f"{numerals.short(layer.update, 2)} of the "
        f"weights, outputs around {numerals.short(np.nanmedian(layer.outputs), 2)}"
        for layer in health.layers
        if layer.outputs.size
    ]
    return "By layer. " + "; ".join(sentences) + "."


def describe_time(health: Health) -> str:
    """The chart over time in words."""
    sentences = [
        f"{_time_name(layer, health)}: at the first step {numerals.short(layer.share, 2)} of what "
        "stands at the last"
        for layer in health.times
    ]
    return "Gradient through time. " + "; ".join(sentences) + "."
