"""The next step of a Run, looked at and taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import Network
from playground.training import build
from playground.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What one step looks at, and what it would make of every parameter."""

    network: Network  # a copy, as it was before
    after: dict[str, np.ndarray]  # the parameters that the step would give
    batch: np.ndarray  # which training samples it looks at
    optimizer: dict[str, dict[str, np.ndarray]]  # what was remembered of each parameter before
    step: int  # the number of the step, from 1
    learning_rate: float


def rehearse(trainer: Trainer) -> Rehearsal:
    """Make the next step, look at it, and take it back."""
    if trainer.experiment.adversarial is not None:
        raise ValueError("A turn of two networks cannot be looked at as one step.")
    copy, training = build.network(trainer.experiment, trainer.data), trainer.trained()
    with trainer.turn():
        before, optimizer = training.state(), training.optimizer_state()
        rate = training.learning_rate
        training.train(1)
        after, batch, step = trainer.network.state_dict(), training.last_batch(), training.step
        training.restore(before)
    copy.load_parameters(before["parameters"])
    return Rehearsal(copy, after, batch, optimizer, step, rate)
