"""What the first layer looks for: its weights as pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.training.snapshot import Snapshot
from playground.views import flow

SHOWN = 16


def first_layer(snapshot: Snapshot) -> tuple[str, dict[str, Any]] | None:
    """A note and a payload for `assets/web/flow/flow.js`; None where the weights are no pictures.

    A convolution's kernel is a picture; so are the weights of a dense layer that sees the pixels.
    Several input channels are shown as their mean.
    """
    weights = pictures(snapshot)
    if weights is None:
        return None
    total, height, width = weights.shape
    count = min(total, SHOWN)
    word = "filter" if (height, width) != tuple(snapshot.data.shape[1:]) else "unit"
    some = f"{count} of {total}" if count < total else str(total)
    note = f"{some} {word}{'s' if total > 1 else ''} of {height}×{width}; orange −, blue +"
    tile = {
        "kind": "maps",
        "name": "",
        "note": "",
        "word": word,
        "count": count,
        "width": width,
        "height": height,
        "values": weights[:count].ravel(),
        "scale": flow.span(weights[:count]),
        "size": 60,
        "gap": 10 if count < 9 else 6,
    }
    return note, flow.plain(tile, height=60)


def pictures(snapshot: Snapshot) -> np.ndarray | None:
    """[filters, height, width] of the first layer that has weights, if it sees the image."""
    state = snapshot.network.state_dict()
    name = next((name for name in state if name.endswith(".weight")), None)
    if name is None:
        return None
    weight, (channels, height, width) = state[name], snapshot.data.shape
    if weight.ndim == 4 and weight.shape[1] == channels:
        return weight.mean(1)
    if weight.ndim == 2 and weight.shape[1] == channels * height * width:
        return weight.reshape(-1, channels, height, width).mean(1)
    return None
