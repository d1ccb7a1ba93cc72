"""Rules about gradients that vanish or explode on their way back through time.

Every step multiplies the gradient by the same weights and by the slope of a curve: over many steps
that is a power, which fades or grows beyond all bounds (Hochreiter, 1991; Bengio et al., 1994).
"""

from __future__ import annotations

import numpy as np

from playground.analysis.health import remedies
from playground.analysis.health.finding import Finding, finding
from playground.analysis.health.measures import Health
from playground.analysis.health.through_time import TimeHealth
from playground.experiment import numerals

FADED = 0.1  # share of the last step's gradient that should at least come back to the first
GROWN = 1_000  # times the last step's gradient: no rate is right for all steps
PATIENCE = 300  # steps of training in which gates may open by themselves
LEARNED = 0.7  # of what guessing costs: a loss below shows that something is remembered
UNCOUNTED = 1e6


def exploding(health: Health) -> Finding | None:
    """Gradients that grow on their way back, and are not shortened."""
    if health.experiment.clip_norm or not health.times:
        return None
    worst = max(health.times, key=lambda layer: np.nan_to_num(layer.growth))
    if not worst.growth >= GROWN:
        return None
    return finding(
        "gradient explodes through time",
        f"On its way back from step {worst.end + 1} the gradient of {_name(worst)} grows "
        f"{_times(worst.growth)}-fold: a single step of training can throw the weights far away.",
        health,
        remedies.fitting_start(health.experiment, "smaller"),
        remedies.clipped(health.experiment),
    )


def vanishing(health: Health) -> Finding | None:
    """A task that is not learned, whose first steps hear nothing of the error at its end."""
    if not health.times or not health.asked_once or not _guesses(health):
        return None
    worst = min(health.times, key=lambda layer: np.nan_to_num(layer.share, nan=1))
    if not worst.share < FADED:
        return None
    return finding(
        "gradient vanishes through time",
        f"On its way back from step {worst.end + 1} to step 1 the gradient of {_name(worst)} "
        f"becomes {_times(1 / max(worst.share, 1e-30))} times fainter, so what came first teaches "
        "hardly anything, and the network still answers as if it guessed.",
        health,
        remedies.memory(health.experiment, worst.position),
        remedies.shorter(health.experiment),
    )


def _guesses(health: Health) -> bool:
    """Whether it has been training for a while and still is hardly better than guessing."""
    losses = health.history["train_loss"]
    if health.step < PATIENCE or not len(losses):
        return False
    worth = health.guess if np.isfinite(health.guess) else losses[0]
    return bool(losses[-1] >= LEARNED * worth)


def _times(number: float) -> str:
    return numerals.count(number) if number < UNCOUNTED else "more than a million"


def _name(layer: TimeHealth) -> str:
    return f"layer {layer.position + 1} ({layer.title})"
