"""The loss of a network over a plane, as `assets/web/surface/surface.js` shows surfaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.loss_plane import LossPlane
from playground.experiment import numerals
from playground.views.style import TEST
from playground.views.surface import scale

AXES = {"path": ["1st", "2nd"], "random": ["a", "b"]}
NOTES = {
    "path": "along the two main directions of its training",
    "random": "along two random directions",
}


def payload(plane: LossPlane) -> dict[str, Any]:
    """The map, and the training as its only walker: what it visits are recorded moments."""
    box = [float(plane.a[0]), float(plane.a[-1]), float(plane.b[0]), float(plane.b[-1])]
    walker: dict[str, Any] = {
        "name": "Training",
        "rate": "",
        "colour": TEST,
        "dash": [],
        "sign": "circle",
        "path": plane.path.astype(np.float32).ravel(),
        "above": plane.path_losses,
        "arrival": None,
        "end": "",
    }
    return {
        "title": "Loss",
        "note": NOTES[plane.kind],
        "axes": AXES[plane.kind],
        "quantity": "loss",
        "unit": "Epoch",
        "times": plane.epochs.astype(np.float32),
        "chart": ["Loss of these samples, by epoch", "epochs"],
        "facts": facts(plane),
        "moves": False,
        "side": len(plane.a),
        "heights": plane.losses.ravel(),
        "box": box,
        **scale(plane.losses),
        "start": plane.path[0].tolist(),
        "minima": [],
        "least": 0.0,
        "steps": len(plane.path) - 1,
        "goal": 0,
        "walkers": [walker],
        "seen": 0,
        "waits": False,
    }


def facts(plane: LossPlane) -> list[str]:
    """What the picture leaves out, in sentences."""
    first, second = (numerals.percent(share, 1) for share in plane.shares)
    both = numerals.percent(sum(plane.shares), 1)
    asked = f"Every place of the map is the mean loss of {numerals.count(plane.samples)} samples."
    if plane.kind == "path":
        return [
            f"The training moved through {numerals.count(plane.moved)} weights at once. These two "
            f"directions hold {first} and {second} of its movement; the rest is flattened.",
            "Where it curves out of the plane, its own loss (below the map) is not the loss of "
            "the place where it is drawn.",
            asked,
        ]
    return [
        f"Of {numerals.count(plane.moved)} directions, two by chance: they hold {both} of the "
        "training’s movement; the rest is not seen.",
        "Each filter’s direction is as long as its weights: 1 is as far away as 0 is, and maps "
        "of different networks can be compared (Li et al., 2018).",
        asked,
    ]
