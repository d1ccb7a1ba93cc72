"""The network as a drawing: a column a layer, a small picture a neuron, a line a weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.health import SAMPLES, STUCK, dead, flat
from playground.data import FEATURES
from playground.engine import Row, registry
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views.plane import CLASSES

RESOLUTION = 40  # pixels along a neuron's picture
SHOWN = 12  # neurons of a column; what is beyond them is counted, not drawn
HEIGHT = 588
AROUND = 114  # px of the height that are not for neurons
NARROWEST = 21  # px from one neuron to the next
WELL, DEAD, SATURATED = range(3)


def payload(
    snapshot: Snapshot, height: int = HEIGHT, editable: bool = True, choosing: bool = False
) -> dict[str, Any]:
    """What `assets/web/network/network.js` draws.

    columns: what stands over each column, from the inputs on. pictures: of the neurons shown, one
    byte a pixel, −1 … +1 as 0 … 255. marks: of the same neurons, which are dead or saturated.
    links: of each column, the weights [to, from] that lead to it from the column before, and
    biases. choosing: clicks are told, because a panel is about what was clicked.
    """
    rows = snapshot.network.plan.rows
    neurons = snapshot.neurons(RESOLUTION)
    state = snapshot.network.state_dict()
    stand = columns(snapshot)
    most = min(SHOWN, max(4, (height - AROUND) // NARROWEST))
    shown = [min(column["size"], most) for column in stand]
    links = [_links(state, row, shown) for row in rows]
    return {
        "height": height,
        "editable": editable,
        "resolution": RESOLUTION,
        "columns": stand,
        "choosing": choosing,
        "shown": shown,
        "pictures": _pictures(neurons, shown),
        "marks": marks(snapshot, stand, shown),
        "links": links,
        "activations": {
            name: registry.get("activation", name).title for name in registry.names("activation")
        },
        "after": [[piece.type, piece.title] for piece in registry.pieces("layer") if piece.follows],
        "label": describe(stand),
        "said": said(snapshot),
    }


def columns(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What stands over each column: the inputs', then a layer's; layer n is column n + 1."""
    rows = snapshot.network.plan.rows
    names = [FEATURES[name][0] for name in snapshot.data.feature_names]
    inputs = {"title": "Inputs", "size": len(names), "names": names, "connected": False}
    stand = [inputs, *(_column(row, len(rows)) for row in rows)]
    if snapshot.data.classes == stand[-1]["size"] > 1:
        stand[-1]["names"] = list(snapshot.data.class_names)
        stand[-1]["colours"] = [colour for colour, *_ in CLASSES[: snapshot.data.classes]]
    return stand


def _column(row: Row, count: int) -> dict[str, Any]:
    layer = row.layer
    last, number = row.position == count - 1, row.position + 1
    title = "Output" if last else f"Hidden {number}" if layer.connected else layer.title
    rate = getattr(layer, "rate", None)
    initials = f"H{number}" if layer.connected else layer.initials or title[:4]
    return {
        "title": title,
        "short": title if layer.connected else layer.label(),
        "shorter": title if last else initials,
        "layer": row.position,
        "size": int(np.prod(row.output_shape)),
        "connected": layer.connected,
        "last": last,
        "activation": layer.curve,
        "note": f"{numerals.short(100 * rate, 6)} %" if rate else "",
    }


def name(columns: list[dict[str, Any]], c: int, i: int) -> str:
    """What neuron i of a column is called, in the drawing and in lists."""
    column = columns[c]
    if "names" in column:
        return f"{'Output' if c else 'Input'} {column['names'][i]}"
    return f"{column['title']}, neuron {i + 1}" if column["size"] > 1 else column["title"]


def describe(columns: list[dict[str, Any]]) -> str:
    """The drawing in words."""
    hidden = [
        f"{column['size']} neurons" if column["connected"] else column["title"]
        for column in columns[1:-1]
    ]
    inside = f"hidden layers of {', '.join(hidden)}" if hidden else "no hidden layer"
    outputs = columns[-1]["size"]
    return (
        f"Network with {columns[0]['size']} inputs, {inside}, {outputs} "
        f"output{'s' if outputs > 1 else ''}."
    )


def said(snapshot: Snapshot) -> str:
    """How training stands, for those who hear it; while it goes on this stays the same."""
    if snapshot.status == "running":
        return "Training."
    if not snapshot.step:
        return ""
    metrics = snapshot.metrics["test"]
    right = f", {numerals.percent(metrics['accuracy'], 0)} right" if "accuracy" in metrics else ""
    begin = {"finished": "Finished", "diverged": "Stopped"}.get(snapshot.status, "Paused")
    return (
        f"{begin} after {numerals.passes(snapshot.epoch)}. Loss "
        f"{numerals.loss(metrics['loss'])}{right} on the "
        "test data."
    )


def marks(snapshot: Snapshot, stand: list[dict[str, Any]], shown: list[int]) -> np.ndarray:
    """For each neuron shown: well, dead (0 for every sample) or saturated (at the flat ends)."""
    masks = [np.zeros(count, np.uint8) for count in shown]
    if any(column.get("activation") for column in stand[1:-1]):
        layers = snapshot.activations(snapshot.data.train.x[:SAMPLES])
        for outputs, column, mark in zip(layers[:-1], stand[1:-1], masks[1:-1], strict=True):
            if column["activation"] and outputs.ndim == 2 and len(outputs):
                seen = outputs[:, : len(mark)]
                mark[flat(seen, column["activation"]) > STUCK] = SATURATED
                mark[dead(seen, column["activation"])] = DEAD
    return np.concatenate(masks)


def _pictures(neurons: list[np.ndarray], shown: list[int]) -> np.ndarray:
    """Bytes [neurons shown · pixels]."""
    rows = [
        layer.reshape(len(layer), -1)[:count] for layer, count in zip(neurons, shown, strict=True)
    ]
    rows[0] = rows[0] / np.abs(rows[0]).max(axis=1, keepdims=True)  # inputs: each on its own scale
    scaled = np.concatenate(rows) * 127.5 + 127.5
    return np.clip(np.nan_to_num(scaled), 0, 255).round().astype(np.uint8).ravel()


def _links(state: dict[str, np.ndarray], row: Row, shown: list[int]) -> dict[str, Any]:
    """Weights and biases of a dense layer; nothing for layers that pass each neuron straight on."""
    if not row.layer.connected:
        return {}
    weight = state[f"{row.position}.weight"]
    to, origin = shown[row.position + 1], shown[row.position]
    return {
        "weights": np.ascontiguousarray(weight[:to, :origin]).ravel(),
        "biases": state[f"{row.position}.bias"][:to],
    }
