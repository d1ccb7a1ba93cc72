"""The weights of any layer as pictures, or the gradients by them."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.cell.cell import source
from playground.engine import Plan
from playground.views import flow

FILTERS, MAPS = 16, 24  # rows and columns of kernels that are shown
UNITS = 24  # pictures of single units
ROOM = 1180  # pixels across


def choices(plan: Plan, names: list[str]) -> dict[str, str]:
    """Every array of weights that is trained, with what a menu calls it."""
    options = {}
    for name in names:
        position, rest = name.split(".", 1)
        if "weight" not in rest:
            continue
        row = plan.rows[int(position)]
        what = row.layer.label()
        suffix = "" if rest == "weight" else f", {rest.removesuffix('.weight')}"
        options[name] = f"Layer {row.position + 1}, {what}{suffix}"
    return options


def payload(plan: Plan, name: str, weights: np.ndarray) -> tuple[str, dict[str, Any]]:
    """A note and the pictures. weights: the array `name` of the network, or its gradient."""
    row = plan.rows[int(name.split(".")[0])]
    shape = [plan.input_shape, *(entry.output_shape for entry in plan.rows)][
        source(plan, row.position)
    ]
    if weights.ndim == 4:
        return _grid(weights, "filter", "map")
    if weights.ndim == 2 and row.layer.connected and len(shape) == 3:
        return _grid(weights.reshape(-1, *shape), "unit", "map")
    return _matrix(weights)


def _grid(weights: np.ndarray, unit: str, other: str) -> tuple[str, dict[str, Any]]:
    """[filters, maps, height, width]: a row of pictures for each filter, or for each map."""
    total, maps, height, width = weights.shape
    shown = weights[: UNITS if maps == 1 else FILTERS, :MAPS]
    count, columns = shown.shape[:2]
    some = f"{count} of {total}" if count < total else str(total)
    if maps == 1:
        across, note, pair = min(count, 12), f"{some} {unit}s of {height}×{width}", None
    else:
        which = f"{columns} of {maps}" if columns < maps else str(maps)
        ways, pair = ("row", "column"), [unit, other]
        if count > columns:  # what there is more of lies side by side
            shown, ways, pair = shown.swapaxes(0, 1), ways[::-1], [other, unit]
        across = shown.shape[1]
        note = (
            f"a {ways[0]} for each of {some} {unit}s, a {ways[1]} for each of the {which} "
            f"{other}s that are read; {height}×{width}"
        )
    size = min(92 if maps == 1 else 44, (ROOM - 3 * across) // across)
    stage = {
        "kind": "maps",
        "name": "",
        "note": "",
        "word": unit,
        "count": count * columns,
        "width": width,
        "height": height,
        "values": shown.ravel(),
        "across": across,
        "scale": flow.span(shown),
        "size": max(size, 8),
        "gap": 3,
        "pair": pair,
    }
    return note, flow.plain(stage, height=-(-count * columns // across) * (size + 3))


def _matrix(weights: np.ndarray) -> tuple[str, dict[str, Any]]:
    """A row each unit, a column each number that it reads; a single row of scales."""
    weights = weights.reshape(len(weights), -1) if weights.ndim > 1 else weights[None]
    height, width = weights.shape
    across = max(min(8.0, 1000 / width), 1.0) * width
    ratio = height / width if height > 1 else min(24 / across, 1)
    if ratio * across > 320:
        across = 320 / ratio
    note = (
        f"{height} units, a row each; a column for each of {width} numbers that are read"
        if height > 1
        else f"one for each of {width} maps or units"
    )
    stage = {
        "kind": "maps",
        "name": "",
        "note": "",
        "word": "weights",
        "count": 1,
        "width": width,
        "height": height,
        "values": weights.ravel(),
        "scale": flow.span(weights),
        "across": 1,
        "size": round(across),
        "ratio": ratio,
    }
    return note, flow.plain(stage, height=round(ratio * across))
