"""The network as a drawing: a column a layer, a small picture a neuron, a line a weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.data import FEATURES
from playground.engine import registry

RESOLUTION = 40  # pixels along a neuron's picture
SHOWN = 12  # neurons of a column; what is beyond them is counted, not drawn
HEIGHT = 588


def payload(snapshot: Any, height: int = HEIGHT, editable: bool = True) -> dict[str, Any]:
    """What `assets/network.js` draws.

    columns: what stands over each column, from the inputs on. pictures: of the neurons shown, one
    byte a pixel, −1 … +1 as 0 … 255. links: of each column, the weights [to, from] that lead to
    it from the column before, and biases.
    """
    rows = snapshot.network.plan.rows
    neurons = snapshot.neurons(RESOLUTION)
    state = snapshot.network.state_dict()
    stand = columns(snapshot)
    shown = [min(column["size"], SHOWN) for column in stand]
    links = [_links(state, row, shown) for row in rows]
    return {
        "height": height, "editable": editable, "resolution": RESOLUTION, "columns": stand,
        "shown": shown, "pictures": _pictures(neurons, shown), "links": links,
        "activations": {name: registry.get("activation", name).title
                        for name in registry.names("activation")},
        "label": describe(stand)}


def columns(snapshot: Any) -> list[dict[str, Any]]:
    """What stands over each column: the inputs', then a layer's; layer n is column n + 1."""
    rows = snapshot.network.plan.rows
    names = [FEATURES[name][0] for name in snapshot.data.feature_names]
    inputs = {"title": "Inputs", "size": len(names), "names": names, "dense": False}
    return [inputs, *(_column(row, len(rows)) for row in rows)]


def name(columns: list[dict[str, Any]], c: int, i: int) -> str:
    """What neuron i of a column is called, in the drawing and in lists."""
    column = columns[c]
    if "names" in column:
        return f"Input {column['names'][i]}"
    return f"{column['title']}, neuron {i + 1}" if column["size"] > 1 else column["title"]


def describe(columns: list[dict[str, Any]]) -> str:
    """The drawing in words."""
    hidden = [f"{column['size']} neurons" for column in columns[1:-1]]
    inside = f"hidden layers of {', '.join(hidden)}" if hidden else "no hidden layer"
    return f"Network with {columns[0]['size']} inputs, {inside}, {columns[-1]['size']} output."


def _column(row: Any, count: int) -> dict[str, Any]:
    layer = row.layer
    last = row.position == count - 1
    title = "Output" if last else f"Hidden {row.position + 1}"
    return {"title": title if layer.type == "dense" else layer.title, "layer": row.position,
            "size": int(np.prod(row.output_shape)), "dense": layer.type == "dense", "last": last,
            "activation": getattr(layer, "activation", None)}


def _pictures(neurons: list[np.ndarray], shown: list[int]) -> np.ndarray:
    """Bytes [neurons shown · pixels]."""
    flat = [layer.reshape(len(layer), -1)[:count]
            for layer, count in zip(neurons, shown, strict=True)]
    flat[0] = flat[0] / np.abs(flat[0]).max(axis=1, keepdims=True)  # inputs: each on its own scale
    scaled = np.concatenate(flat) * 127.5 + 127.5
    return np.clip(np.nan_to_num(scaled), 0, 255).round().astype(np.uint8).ravel()


def _links(state: dict[str, np.ndarray], row: Any, shown: list[int]) -> dict[str, Any]:
    """Weights and biases of a dense layer; nothing for layers that pass each neuron straight on."""
    weight = state.get(f"{row.position}.weight")
    if row.layer.type != "dense":
        return {}
    to, origin = shown[row.position + 1], shown[row.position]
    return {"weights": np.ascontiguousarray(weight[:to, :origin]).ravel(),
            "biases": state[f"{row.position}.bias"][:to]}
