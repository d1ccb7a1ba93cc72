"""Trees alone, or a network and trees that share the work: from one to the other."""

from __future__ import annotations

import copy
from typing import Any

from playground.engine import registry
from playground.experiment import edits
from playground.experiment.experiment import ALWAYS, Experiment
from playground.experiment.presets import PRESETS
from playground.experiment.presets.preset import dense

DEEP = {
    "layers": dense(16, 8, 1, activation="tanh"),
    "optimizer": {"type": "adam", "learning_rate": 0.01},
}
LINEAR = {**DEEP, "layers": dense(1, activation="tanh")}  # on leaves
EPOCHS_OF_POINTS, EPOCHS_OF_IMAGES = 50, 5  # that a network learns before trees grow
DEEPEST = 3  # level of trees whose leaves a network reads, where none was chosen


def shared(experiment: Experiment, kind: str) -> dict[str, Any]:
    """The description with trees and a network that work together as `kind` says; "": trees alone.

    A network that has its place already stays; the first one suits the data.
    """
    description = experiment.described()
    if not kind:
        names = [name for name in ALWAYS if name in description and name != "hybrid"]
        return {name: description[name] for name in names}
    first = registry.get("hybrid", kind).network_first
    images = len(experiment.data.make().shape) == 3
    description["hybrid"] = {"type": kind}
    if first:
        description["hybrid"]["epochs"] = EPOCHS_OF_IMAGES if images else EPOCHS_OF_POINTS
    else:
        description["trees"].setdefault("max_depth", DEEPEST)
    if experiment.hybrid is None or experiment.hybrid.make().network_first != first:
        description |= _network(experiment, first)
        edits.match_output(description)
        edits.follow_words(description)
    return description


def _network(experiment: Experiment, first: bool) -> dict[str, Any]:
    """All that only a network reads, for these data."""
    source = experiment.data.make()
    parts: dict[str, Any] = DEEP if first else LINEAR
    if first and len(source.shape) == 3:
        parts = PRESETS["lenet5"].experiment
    loss = "softmax_cross_entropy" if source.classes > 2 else "binary_cross_entropy"
    whole = Experiment.model_validate(
        {
            **parts,
            "data": experiment.data.described(),
            "loss": {"type": loss if source.classes else "mse"},
        }
    ).described()
    return {name: copy.deepcopy(part) for name, part in whole.items() if name not in ALWAYS}
