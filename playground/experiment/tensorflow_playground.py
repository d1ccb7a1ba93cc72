"""Links of TensorFlow Playground (playground.tensorflow.org/#…) open the same set-up here.

Its state is a list of keys in the part of the address after `#`; what is missing has its default
there, and so it does here. Keys and defaults are those of tensorflow/playground, src/state.ts.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from playground.experiment.experiment import Experiment
from playground.experiment.link_text import LinkError

LONGEST = 4_000  # letters of an address
ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "linear": "identity"}
DATA = {name: name for name in ("circle", "xor", "gauss", "spiral")}
REGRESSIONS = {"reg-plane": "reg_plane", "reg-gauss": "reg_gauss"}
INPUTS = {  # key there: feature here, and whether it is on where the link does not say
    "x": ("x1", True),
    "y": ("x2", True),
    "xSquared": ("x1_squared", False),
    "ySquared": ("x2_squared", False),
    "xTimesY": ("x1_x2", False),
    "sinX": ("sin_x1", False),
    "sinY": ("sin_x2", False),
}
CONTROLS = {  # what a link may hide there: the control here
    "showTestData": "test_points",
    "discretize": "two_colours",
    "playButton": "play",
    "stepButton": "step",
    "resetButton": "reset",
    "learningRate": "learning_rate",
    "activation": "activation",
    "regularization": "regularization",
    "regularizationRate": "regularization_rate",
    "problem": "problem",
    "dataset": "data",
    "percTrainData": "train_fraction",
    "noise": "noise",
    "batchSize": "batch_size",
    "numHiddenLayers": "layers",
}
SEEDS = 2**32


@dataclass(frozen=True)
class Opened:
    """What a link sets: the Experiment, how the map is shown, and which controls are hidden."""

    experiment: Experiment
    test_points: bool
    two_colours: bool
    hidden: frozenset[str]


def is_reference_link(text: str) -> bool:
    """Whether a pasted text looks like an address of TensorFlow Playground."""
    parts = urlsplit(text.strip()[:LONGEST])
    return parts.netloc == "playground.tensorflow.org" or (
        bool(parts.fragment) and "networkShape" in parts.fragment
    )


def read(text: str) -> Opened:
    """The set-up of an address; LinkError says which key cannot be read."""
    if len(text) > LONGEST:
        raise LinkError("This link is too long to come from TensorFlow Playground.")
    keys = dict(parse_qsl(urlsplit(text.strip()).fragment, keep_blank_values=True))
    regression = _choice(
        keys, "problem", {"classification": False, "regression": True}, "classification"
    )
    if regression:
        data = _choice(keys, "regDataset", REGRESSIONS, "reg-plane")
    else:
        data = _choice(keys, "dataset", DATA, "circle")
    activation = _choice(keys, "activation", ACTIVATIONS, "tanh")
    output = "identity" if regression else "tanh"
    layers = [{"type": "dense", "units": n, "activation": activation} for n in _shape(keys)]
    blank = _flag(keys, "initZero")
    experiment = Experiment.model_validate(
        {
            "seed": zlib.crc32(keys.get("seed", "1").encode()) % SEEDS,
            "data": {
                "type": data,
                "noise": round(_number(keys, "noise", 0, 0, 50)),
                "train_fraction": _number(keys, "percTrainData", 50, 10, 90) / 100,
                "features": _inputs(keys),
            },
            "layers": [*layers, {"type": "dense", "units": 1, "activation": output}],
            "loss": {"type": "mse", "half": True},
            "optimizer": {
                "type": "sgd",
                "learning_rate": _number(keys, "learningRate", 0.03, 0, 100),
            },
            "regularization": _penalty(keys),
            "initializer": (
                {"type": "zeros"} if blank else {"type": "uniform", "limit": 0.5, "bias": 0.1}
            ),
            "batch_size": round(_number(keys, "batchSize", 10, 1, 100)),
            "shuffle": False,
        }
    ).check()
    hidden = frozenset(ours for key, ours in CONTROLS.items() if _flag(keys, f"{key}_hide"))
    return Opened(experiment, _flag(keys, "showTestData"), _flag(keys, "discretize"), hidden)


def _choice(keys, name, choices, default):
    value = keys.get(name, default)
    if value not in choices:
        raise LinkError(f"This TensorFlow Playground link has {name}={value[:40]}, unknown there.")
    return choices[value]


def _flag(keys, name):
    return keys.get(name, "false") == "true"


def _number(keys, name, default, lowest, highest):
    try:
        value = float(keys.get(name, default))
    except ValueError:
        raise LinkError(f"This TensorFlow Playground link has no number for {name}.") from None
    if not lowest <= value <= highest:
        raise LinkError(f"{name} lies from {lowest} to {highest} in a TensorFlow Playground link.")
    return value


def _shape(keys):
    words = [word for word in keys.get("networkShape", "4,2").split(",") if word.strip()]
    if not all(word.strip().isdigit() and 1 <= int(word) <= 100 for word in words[:7]):
        raise LinkError("networkShape lists the neurons of each hidden layer, such as 4,2.")
    if len(words) > 6:
        raise LinkError("TensorFlow Playground has at most 6 hidden layers.")
    return [int(word) for word in words]


def _inputs(keys):
    chosen = [
        name for key, (name, on) in INPUTS.items() if keys.get(key, str(on).lower()) == "true"
    ]
    if not chosen:
        raise LinkError("This TensorFlow Playground link switches every input off.")
    return chosen


def _penalty(keys):
    kind = _choice(keys, "regularization", {"none": "none", "L1": "l1", "L2": "l2"}, "none")
    rate = _number(keys, "regularizationRate", 0, 0, 100)
    return {"type": "none"} if kind == "none" else {"type": kind, "rate": rate}
