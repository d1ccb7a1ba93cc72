"""Twenty steps of training for every optimizer, penalty, schedule, and what else guides a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.engine import Network, Training, registry
from tests.engine import deep_cases
from tests.engine.case import Case, Description, dense
from tests.engine.case import layer as piece
from tests.engine.cases import CASES, LENET

TOY = Case("toy", (dense(8, "tanh"), dense(8, "tanh"), dense(1)), (2,), "mse", 25)
NONE, SGD = piece("none"), piece("sgd", learning_rate=0.1)
CONSTANT = piece("constant")


@dataclass(frozen=True)
class Recipe:
    """How a network is trained, and in batches of which size."""

    name: str
    optimizer: Description
    regularizer: Description = field(default_factory=lambda: NONE)
    case: Case = LENET
    batch_size: int = 13
    schedule: Description = field(default_factory=lambda: CONSTANT)
    options: Mapping[str, Any] = field(default_factory=dict)  # clipping and accumulation
    steps: int = 20

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.case.samples // self.batch_size)

    def training(self, network: Network, x: np.ndarray, y: np.ndarray) -> Training:
        """The training in the order of the samples, the last batch of an epoch smaller."""
        return Training(
            network,
            x,
            y,
            registry.make("optimizer", self.optimizer),
            registry.make("regularizer", self.regularizer),
            self.batch_size,
            shuffle=False,
            schedule=registry.make("schedule", self.schedule),
            **self.options,
        )


def _toy(name: str, optimizer: Description, regularizer: Description = NONE, batch=10, **more):
    return Recipe(name, optimizer, regularizer, TOY, batch, **more)


OPTIMIZERS = {
    "sgd": [
        Recipe("plain", SGD),
        Recipe("momentum", piece("sgd", learning_rate=0.05, momentum=0.9)),
        _toy("toy, one sample at a time", SGD, batch=1),
        _toy("SGD with decay", piece("sgd", learning_rate=0.1, weight_decay=0.1)),
        Recipe(
            "Nesterov",
            piece("sgd", learning_rate=0.05, momentum=0.8, nesterov=True, weight_decay=0.02),
        ),
    ],
    "adagrad": [
        _toy("Adagrad", piece("adagrad", learning_rate=0.05)),
        Recipe(
            "Adagrad, other options",
            piece("adagrad", learning_rate=0.01, epsilon=0.01, weight_decay=0.02),
        ),
    ],
    "rmsprop": [
        _toy("RMSprop", piece("rmsprop", learning_rate=0.01)),
        Recipe(
            "RMSprop, other options",
            piece(
                "rmsprop",
                learning_rate=0.004,
                alpha=0.9,
                epsilon=0.01,
                momentum=0.8,
                weight_decay=0.02,
            ),
        ),
        _toy(
            "RMSprop, centered",
            piece("rmsprop", learning_rate=0.01, alpha=0.8, epsilon=0.01, centered=True),
        ),
    ],
    "adadelta": [
        _toy("Adadelta", piece("adadelta", learning_rate=1.0)),
        Recipe(
            "Adadelta, other options",
            piece("adadelta", learning_rate=2.0, rho=0.7, epsilon=0.001, weight_decay=0.02),
        ),
    ],
    "adam": [
        _toy("Adam", piece("adam", learning_rate=0.002)),
        Recipe(
            "Adam, other options",
            piece(
                "adam", learning_rate=0.01, beta_1=0.7, beta_2=0.9, epsilon=0.01, weight_decay=0.02
            ),
        ),
    ],
    "adamw": [
        _toy("AdamW", piece("adamw", learning_rate=0.002)),
        Recipe(
            "AdamW, other options",
            piece(
                "adamw", learning_rate=0.01, beta_1=0.7, beta_2=0.9, epsilon=0.01, weight_decay=0.3
            ),
        ),
    ],
}
REGULARIZERS = {
    "none": [_toy("no penalty", SGD, NONE)],
    "l2": [
        Recipe("L2", SGD, piece("l2", rate=0.05)),
        _toy(
            "L2 and Adam", piece("adam", learning_rate=0.01, epsilon=0.01), piece("l2", rate=0.1), 7
        ),
        _toy(
            "L2 and AdamW", piece("adamw", learning_rate=0.01, epsilon=0.01), piece("l2", rate=0.1)
        ),
    ],
    "l1": [
        Recipe("L1", SGD, piece("l1", rate=0.02)),
        _toy(
            "L1 and momentum",
            piece("sgd", learning_rate=0.05, momentum=0.9),
            piece("l1", rate=0.01),
            7,
        ),
    ],
    "elastic_net": [Recipe("elastic net", SGD, piece("elastic_net", l1=0.02, l2=0.05))],
    "max_norm": [Recipe("max-norm", SGD, piece("max_norm", limit=0.8))],
}
_COSINE = piece("cosine", epochs=1.5, lowest=0.2)
SCHEDULES = {
    "constant": [_toy("constant rate", SGD, schedule=CONSTANT)],
    "step": [_toy("rate in steps", SGD, schedule=piece("step", every=2, gamma=0.5))],
    "exponential": [_toy("exponential rate", SGD, schedule=piece("exponential", gamma=0.7))],
    "cosine": [
        _toy("cosine and Adam", piece("adam", learning_rate=0.01), batch=3, schedule=_COSINE),
        _toy("cosine and L1", SGD, piece("l1", rate=0.01), schedule=piece("cosine", epochs=3.0)),
    ],
    "one_cycle": [
        _toy(
            "one cycle",
            SGD,
            schedule=piece(
                "one_cycle", epochs=5.0, rise=0.4, div_factor=10.0, final_div_factor=100.0
            ),
        ),
        _toy("one short cycle", SGD, schedule=piece("one_cycle", epochs=2.0)),
    ],
    "warm_up": [_toy("warm-up", SGD, schedule=piece("warm_up", epochs=3.5, start=0.25))],
}
GUIDES = {
    "clipping": [
        Recipe("shortened gradients", SGD, options={"clip_norm": 0.5}),
        Recipe("cut gradients and L2", SGD, piece("l2", rate=0.05), options={"clip_value": 0.02}),
        Recipe("cut and shortened", SGD, options={"clip_value": 0.05, "clip_norm": 0.3}),
    ],
    "accumulation": [
        _toy("three batches an update", SGD, batch=7, options={"accumulate": 3}),
        Recipe(
            "two batches an update of Adam",
            piece("adam", learning_rate=0.01, epsilon=0.01),
            piece("l1", rate=0.01),
            options={"accumulate": 2, "clip_norm": 1.0},
        ),
    ],
    "blocks": [
        Recipe(
            "residual blocks",
            piece("sgd", learning_rate=0.05, momentum=0.9),
            NONE,
            deep_cases.RESIDUAL_NET,
        ),
        Recipe(
            "inception blocks and Adam",
            piece("adam", learning_rate=0.002),
            NONE,
            deep_cases.INCEPTION_NET,
            17,
        ),
        Recipe(
            "normalised rows, the last batch smaller",
            SGD,
            NONE,
            deep_cases.LAYERS["batch_norm"][1],
            40,
        ),
    ],
}
# Every layer, activation and loss, trained: what chance silences, nobody else silences the same.
STEPS = {
    case.name: Recipe(
        f"{case.name}, trained", piece("sgd", learning_rate=0.01), NONE, case, case.samples
    )
    for case in CASES
    if not case.by_chance
}
TABLES = (OPTIMIZERS, REGULARIZERS, SCHEDULES, GUIDES)
RECIPES = [recipe for table in TABLES for recipes in table.values() for recipe in recipes]
RECIPES += STEPS.values()
