"""Which range of pixels a network from a file was trained on, found by trying.

Pixels reach a network as 0 to 1. One that was trained on other numbers guesses; with the right ones
it reads. So a layer before it brings the pixels there: slope · x + offset.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.experiment.experiment import Experiment

MEAN, SPREAD = 0.1307, 0.3081  # of MNIST's training pixels
POOR = 0.9  # accuracy below which others are tried
BETTER, LEAST = 0.05, 0.5  # what another must gain, and reach
TRIED = 1000  # test images
EPSILON = 1e-5
# Slope and offset, by what is said of the pixels then.
RANGES = {
    "from 0 to 255": (255.0, 0.0),
    "from −1 to 1": (2.0, -1.0),
    "standardised (mean 0.1307, standard deviation 0.3081)": (1 / SPREAD, -MEAN / SPREAD),
}


def with_range(
    experiment: Experiment, weights: dict[str, np.ndarray], slope: float, offset: float
) -> tuple[Experiment, dict[str, np.ndarray]]:
    """The network behind a batch normalisation that only brings its pixels into another range.

    It has MNIST's mean and variance, so that training, which measures them, changes little.
    """
    arrays = {
        "weight": slope * SPREAD,
        "bias": slope * MEAN + offset,
        "running_mean": MEAN,
        "running_var": SPREAD**2 - EPSILON,
    }
    first = {"type": "batch_norm", "epsilon": EPSILON}
    changed, moved = with_first(experiment, weights, first)
    return changed, moved | {
        f"0.{name}": np.full(1, number, np.float32) for name, number in arrays.items()
    }


def with_first(
    experiment: Experiment, weights: dict[str, np.ndarray], layer: dict[str, Any], **changes: Any
) -> tuple[Experiment, dict[str, np.ndarray]]:
    """The network with a layer before all others, which stand one place further down."""
    layers = [layer, *(_moved(following.described()) for following in experiment.layers)]
    moved = {}
    for name, array in weights.items():
        position, _, rest = name.partition(".")
        moved[f"{int(position) + 1}.{rest}"] = array
    return experiment.changed(layers=layers, **changes), moved


def _moved(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer that reads an earlier one, or the data, where that stands now."""
    if "from_layer" not in layer:
        return layer
    return {**layer, "from_layer": layer["from_layer"] + 1}
