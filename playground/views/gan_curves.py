"""How a game goes: both losses over turns, and how much of the data the fakes cover."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.training.snapshot import Snapshot
from playground.views import gan
from playground.views.style import TEST, TRAIN, axis

Figure = dict[str, Any]
MARGIN = {"l": 46, "r": 8, "t": 6, "b": 34}
SMALL = {"size": 11}


def losses(snapshot: Snapshot) -> Figure:
    """The generator's loss solid, the discriminator's thin; dotted, where neither could tell."""
    history, game = snapshot.history, gan.rules(snapshot)
    lines = [
        _line(history, "test_loss", "generator", TEST, 2),
        _line(history, "test_discriminator_loss", "discriminator", TRAIN, 1.5),
    ]
    marks = []
    if game.middle is not None:
        nothing = np.full((1, 1), game.middle)
        for value, colour in (
            (game.generator(nothing), TEST),
            (game.discriminator(nothing, nothing), TRAIN),
        ):
            marks.append(level(value, colour))
    return {"data": lines, "layout": _layout("loss", marks, rangemode="normal")}


def coverage(snapshot: Snapshot) -> Figure:
    """The share of clouds that are covered solid, that of samples that lie in one thin."""
    history, clouds = snapshot.history, snapshot.data.clouds
    count = len(clouds.centres) if clouds else 1
    lines = [
        _line(history, "test_modes", "covered", TEST, 2, 1 / count, line={"shape": "hv"}),
        _line(history, "test_share", "samples", TRAIN, 1.5),
    ]
    for line in lines:
        line["hovertemplate"] = f"{line['name']} %{{y:.0%}}<extra></extra>"
    layout = _layout("covered", [], range=[-0.02, 1.02], tickformat=".0%")
    return {"data": lines, "layout": layout}


def _line(
    history: dict[str, np.ndarray],
    column: str,
    name: str,
    colour: str,
    width: float,
    factor: float = 1.0,
    line: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": history["step"].astype(np.float32),
        "y": (factor * history[column]).astype(np.float32),
        "name": name,
        "line": {"color": colour, "width": width, **(line or {})},
        "hovertemplate": f"{name} %{{y:.3f}}<extra></extra>",
    }


def level(value: float, colour: str) -> dict[str, Any]:
    """A dotted line across a chart."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": {"color": colour, "width": 1, "dash": "dot"},
    }


def _layout(title: str, shapes: list[dict[str, Any]], **y: Any) -> dict[str, Any]:
    words = {"font": SMALL, "standoff": 2}
    return {
        "shapes": shapes,
        "margin": MARGIN,
        "showlegend": False,
        "hovermode": "x unified",
        "xaxis": axis(nticks=5, rangemode="tozero", title={"text": "turns", **words}),
        "yaxis": axis(
            nticks=5,
            showgrid=True,
            showline=False,
            ticks="",
            fixedrange=True,
            title={"text": title, **words},
            **y,
        ),
    }
