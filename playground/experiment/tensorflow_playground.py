"""Links of TensorFlow Playground (playground.tensorflow.org/#…) open the same set-up here.

Its state is a list of keys in the part of the address after `#`; what is missing has its default
there, and so it does here. Keys and defaults are those of tensorflow/playground, src/state.ts. Its
copies on other hosts write the same keys. What cannot be kept is named.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from playground.engine import registry
from playground.experiment import pasted
from playground.experiment.experiment import Experiment
from playground.experiment.link_text import LinkError
from playground.experiment.tensorflow_state import (
    CONTROLS,
    KEYS,
    State,
    is_reference_link,
    pairs,
)

__all__ = ["CONTROLS", "KEYS", "Opened", "is_reference_link", "read"]

SEEDS = 2**32
ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "linear": "identity"}
DATA = {name: name for name in ("circle", "xor", "gauss", "spiral")}
REGRESSIONS = {"reg-plane": "reg_plane", "reg-gauss": "reg_gauss"}
PENALTIES = {"none": "none", "L1": "l1", "L2": "l2"}


@dataclass(frozen=True)
class Opened:
    """What a link sets: the Experiment, how the map is shown, and which controls are hidden.

    notes: what could not be kept, in sentences.
    """

    experiment: Experiment
    test_points: bool
    two_colours: bool
    hidden: frozenset[str]
    notes: tuple[str, ...] = ()


def read(text: str) -> Opened:
    """The set-up of an address; LinkError where there is none.

    A value that is unknown there has its default, as it has there; what lies outside our bounds is
    moved inside. Both are in the notes.
    """
    if len(text) > pasted.LONGEST:
        raise LinkError(f"At most {pasted.LONGEST:,} letters are read: paste the link alone.")
    if not is_reference_link(text):
        raise LinkError("This is no link of TensorFlow Playground.")
    state = State(pairs(pasted.repaired(text)))
    regression = state.choice("problem", {"classification": False, "regression": True})
    if regression:
        data = state.choice("regDataset", REGRESSIONS)
    else:
        data = state.choice("dataset", DATA)
    activation = state.choice("activation", ACTIVATIONS)
    layers = [{"type": "dense", "units": n, "activation": activation} for n in state.shape()]
    output = "identity" if regression else "tanh"
    penalty = state.choice("regularization", PENALTIES)
    strength = state.number("regularizationRate", 0, *_bounds("regularizer", "l2", "rate"))
    noise = state.number("noise", 0, *_bounds("data", data, "noise"), whole=True)
    share = state.number("percTrainData", 50, 10, 90) / 100
    pace = state.number("learningRate", 0.03, *_bounds("optimizer", "sgd", "learning_rate"))
    start: dict[str, Any] = {"type": "uniform", "limit": 0.5, "bias": 0.1}
    experiment = Experiment.model_validate(
        {
            "seed": zlib.crc32(state.word("seed", "1").encode()) % SEEDS,
            "data": {
                "type": data,
                "noise": noise,
                "train_fraction": share,
                "features": state.inputs(),
            },
            "layers": [*layers, {"type": "dense", "units": 1, "activation": output}],
            "loss": {"type": "mse", "half": True},
            "optimizer": {"type": "sgd", "learning_rate": pace},
            "regularization": {
                "type": penalty,
                **({} if penalty == "none" else {"rate": strength}),
            },
            "initializer": {"type": "zeros"} if state.flag("initZero") else start,
            "batch_size": state.number("batchSize", 10, 1, 4096, whole=True),
            "shuffle": False,
        }
    ).check()
    test_points, two_colours = state.flag("showTestData"), state.flag("discretize")
    hidden = frozenset(ours for key, ours in CONTROLS.items() if state.flag(f"{key}_hide"))
    return Opened(experiment, test_points, two_colours, hidden, state.all_notes())


def _bounds(kind: str, name: str, option: str) -> tuple[float, float]:
    """The least and the greatest value that a field of ours may have."""
    piece = registry.get(kind, name)
    entry = next(field for field in registry.options(piece) if field.name == option)
    assert entry.minimum is not None and entry.maximum is not None  # numbers are bounded
    return entry.minimum, entry.maximum
