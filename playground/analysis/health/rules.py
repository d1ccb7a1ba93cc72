"""Rules that say in plain words what is wrong, each with a change that would help.

Causes go before what follows from them: of weights that are too small it is not said besides that
the gradient vanishes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from playground.analysis.health import remedies, time_rules
from playground.analysis.health.finding import Finding, finding
from playground.analysis.health.measures import SQUEEZED, STUCK, Health, LayerHealth
from playground.analysis.health.remedies import Remedy
from playground.experiment import numerals

DEAD = 0.4  # share of a layer's neurons that are silent for every sample
SATURATED = 0.5  # share of a layer's neurons that are
FAINT = 0.02  # outputs that differ by no more from sample to sample say nothing yet
LOUD = 20.0  # outputs that differ by more are far beyond any target
STEEP = 30  # gradients that are so many times as large as the weights change all of them at once
VANISHED = 1 / 30  # share of the error's size that should at least come back to the first layer


def diagnose(health: Health) -> list[Finding]:
    """Every rule that holds and does not follow from another, the most urgent first."""
    findings = [held for rule in RULES if (held := rule(health))]
    followed = {name for held in findings for name in FOLLOWS.get(held.rule, ())}
    return [held for held in findings if held.rule not in followed]


# ---- steps ----
def _too_fast(health: Health) -> Finding | None:
    experiment = health.experiment
    rule = "learning rate too high"
    if health.diverged:
        if _spoilt_at_birth(health):
            return None
        sentence = "Each step jumps across the valley and lands higher up: the loss overflowed."
        return finding(rule, sentence, health, remedies.lower_rate(experiment, 9))
    if spoilt := _spoilt(health):
        sentence = (
            f"Steps this large have pushed {spoilt}. The weights that training started from "
            "were sound."
        )
        return finding(rule, sentence, health, remedies.lower_rate(experiment, 9, again=True))
    losses = health.history["train_loss"][-20:]
    wild = len(losses) >= 8 and np.nanmin(losses) > 0 and _zigzag(losses) > 0.5
    if not wild or max((layer.update for layer in health.layers), default=0) <= 0.02:
        return None
    sentence = (
        "Each step jumps across the valley and lands higher up: the loss goes up and down "
        "instead of falling."
    )
    return finding(rule, sentence, health, remedies.lower_rate(experiment, 2.9))


def _zigzag(losses: np.ndarray) -> float:
    """Median size of a change, as a share of the loss, where changes keep turning round."""
    steps = np.diff(losses)
    turning = np.mean(steps[1:] * steps[:-1] < 0)
    return float(np.median(np.abs(steps)) / np.median(losses)) if turning > 0.4 else 0.0


def _spoilt(health: Health) -> str:
    """What large steps have done to a layer that was sound before the first; "": nothing."""
    if not remedies.large_rate(health.experiment) or _spoilt_at_birth(health):
        return ""
    if not (health.step and _unlearned(health)):
        return ""
    for layer, start in zip(health.layers, health.start, strict=True):
        if _has_died(layer, start):
            return f"{_dead_neurons(layer)} below zero for every sample"
        if _is_saturated(layer) and not _is_saturated(start):
            return f"{_saturated_neurons(layer)} to the flat ends of their curve"
    return ""


# ---- weights ----
def _symmetric(health: Health) -> Finding | None:
    if not any(layer.alike for layer in health.hidden):
        return None
    return finding(
        "symmetric start",
        "All neurons of a layer have the same weights, so they learn the same thing for ever.",
        health,
        remedies.fitting_start(health.experiment),
    )


def _exploding(health: Health) -> Finding | None:
    pairs = zip(health.layers, health.start, strict=True)
    broken = health.diverged or any(_has_died(layer, start) for layer, start in pairs)
    if _explodes(health.layers):
        layers = health.layers
    elif broken and _spoilt_at_birth(health):
        layers = health.start
    else:
        return None
    worst = max(layers, key=_gradient_share)
    times = _gradient_share(worst)
    sentence = (
        f"The gradient of {_name(worst)} is {numerals.count(times)} times as large as its weights: "
        "each layer makes signals larger, forwards and on the way back."
        if times >= STEEP
        else f"Outputs differ by {numerals.count(layers[-1].spread)} from sample to sample: each "
        "layer makes signals larger, because its weights are too large."
    )
    return finding(
        "exploding gradient",
        sentence,
        health,
        remedies.fitting_start(health.experiment, "smaller"),
        remedies.clipped(health.experiment),
    )


def _explodes(layers: Sequence[LayerHealth]) -> bool:
    """Whether gradients, or outputs by large weights, are far too large."""
    if len(layers) > 2 and max(map(_gradient_share, layers)) >= STEEP:
        return True
    if len(layers) < 2 or any(layer.hidden and layer.activation in SQUEEZED for layer in layers):
        return False  # such curves let nothing grow
    gains = float(np.prod([_gain(layer) for layer in layers]))
    return gains > 30 and not layers[-1].spread < LOUD


def _spoilt_at_birth(health: Health) -> bool:
    """Whether weights that fit no layer made signals explode before the first step."""
    return not remedies.fitting(health.experiment) and _explodes(health.start)


def _gradient_share(layer: LayerHealth) -> float:
    return layer.gradient / max(layer.weight, 1e-30)


def _gain(layer: LayerHealth) -> float:
    """How much larger signals get by the size of the weights alone; 1 where it is right."""
    return layer.gain / (2**0.5 if layer.activation in ("relu", "leaky_relu") else 1)


def _too_small(health: Health) -> Finding | None:
    """Two layers or more whose weights shrink signals, until outputs hardly differ."""
    small = [layer for layer in health.layers if _gain(layer) < 0.5 and layer.carried < 0.5]
    shrunk = float(np.prod([_gain(layer) for layer in small]))
    faint = health.layers and health.layers[-1].spread < FAINT
    if len(small) < 2 or shrunk > 0.05 or not faint or not _unlearned(health):
        return None
    return finding(
        "weights too small",
        f"In {len(small)} layers the weights are so small that signals fade on the way: the "
        "outputs hardly differ from sample to sample, and gradients are as faint.",
        health,
        remedies.fitting_start(health.experiment, "larger"),
        remedies.relu(health.experiment, ()),
    )


# ---- neurons ----
def _dead(health: Health) -> Finding | None:
    # Before the first step many a neuron is silent by chance, and comes back as others learn.
    least = DEAD if health.step and _unlearned(health) else 2 * DEAD
    layer = next((layer for layer in health.hidden if layer.dead.mean() >= least), None)
    if layer is None:
        return None
    return finding(
        "dead neurons",
        f"{_dead_neurons(layer)} are zero for every sample. A ReLU that is never on gets no "
        "gradient, so it cannot come back.",
        health,
        Remedy(
            "Use leaky ReLU, which lets a little through",
            remedies.with_curve(health.experiment, ("relu",), "leaky_relu"),
        ),
        remedies.lower_rate(health.experiment, 9, again=True),
    )


def _has_died(layer: LayerHealth, start: LayerHealth) -> bool:
    """Whether many neurons fell silent since the start."""
    return layer.hidden and layer.dead.mean() >= max(DEAD, start.dead.mean() + 0.3)


def _dead_neurons(layer: LayerHealth) -> str:
    return f"{int(layer.dead.sum())} of {layer.dead.size} neurons of {_name(layer)}"


def _saturated(health: Health) -> Finding | None:
    if not _unlearned(health):
        return None
    for layer in health.layers:
        if _is_saturated(layer):
            sentence = (
                f"{_saturated_neurons(layer)} sit at the flat ends of their curve, where the "
                "gradient is almost zero."
            )
        elif not layer.hidden and layer.blocked:
            sentence = (
                f"The outputs of {_name(layer)} sit at the wrong flat ends of their curve. They "
                "should come back, but hardly any gradient gets through."
            )
        else:
            continue
        experiment = health.experiment
        return finding(
            "saturated neurons",
            sentence,
            health,
            remedies.fitting_start(experiment, "smaller"),
            Remedy(
                "Use ReLU, which is flat at one end only",
                remedies.with_curve(experiment, (layer.activation,), "relu"),
            ),
            remedies.lower_rate(experiment, 9, again=True),
        )
    return None


def _is_saturated(layer: LayerHealth) -> bool:
    return layer.hidden and float(np.mean(layer.saturated > STUCK)) >= SATURATED


def _saturated_neurons(layer: LayerHealth) -> str:
    share = float(np.mean(layer.saturated > STUCK))
    return f"{numerals.percent(share, 0)} of the neurons of {_name(layer)}"


def _vanishing(health: Health) -> Finding | None:
    layers = health.layers
    if len(layers) < 4 or not _unlearned(health):
        return None
    first, last = (float(np.linalg.norm(layer.slopes)) for layer in (layers[0], layers[-1]))
    if not first < VANISHED * last:
        return None
    squeezing = {layer.activation for layer in health.hidden} & set(SQUEEZED)
    return finding(
        "vanishing gradient",
        "What the first layer hears of the error is "
        f"{numerals.count(last / max(first, 1e-30))} times fainter than at the output: each "
        "layer on the way back weakens it, so the first hardly learns.",
        health,
        remedies.relu(health.experiment, squeezing),
        remedies.normalised(health.experiment, [layer.position for layer in health.hidden]),
    )


# ---- data ----
def _overfitting(health: Health) -> Finding | None:
    train, test = health.history["train_loss"], health.history["test_loss"]
    if len(test) < 8 or health.diverged or not np.isfinite(test).all():
        return None
    lowest = int(np.argmin(test))
    worse = test[-1] > 1.2 * test[lowest] and train[-1] < train[lowest]
    much = test[-1] - test[lowest] > 0.05 * test[0]  # of what there was to learn
    if not (worse and much and test[-1] > 1.5 * train[-1] and lowest < len(test) - 3):
        return None
    epoch = health.history["epoch"][lowest]
    penalty = {"type": "l2", "rate": 0.003}
    return finding(
        "over-fitting",
        f"Since epoch {numerals.count(epoch)} the training loss falls while the test loss "
        "rises: the network learns its training samples by heart.",
        health,
        Remedy(
            "Put a price of 0.003 on large weights (L2)",
            health.experiment.changed(regularization=penalty),
        ),
    )


def _unlearned(health: Health) -> bool:
    """Whether the loss is still above half of what it began with."""
    losses = health.history["train_loss"]
    return not len(losses) or not losses[-1] < 0.5 * losses[0]


def _name(layer: LayerHealth) -> str:
    return f"layer {layer.position + 1} ({layer.title})"


RULES: tuple[Callable[[Health], Finding | None], ...] = (
    time_rules.exploding,
    _too_fast,
    _symmetric,
    _exploding,
    _too_small,
    _dead,
    _saturated,
    _vanishing,
    time_rules.vanishing,
    _overfitting,
)
NEURONS = ("dead neurons", "saturated neurons", "vanishing gradient")
FOLLOWS = {  # what follows from a finding, and is not said besides
    "gradient explodes through time": (
        "learning rate too high",
        "exploding gradient",
        "weights too small",
        *NEURONS,
    ),
    "gradient vanishes through time": NEURONS,
    # Of a loss that leaps, its last height says nothing about over-fitting.
    "learning rate too high": (
        "exploding gradient",
        "weights too small",
        "over-fitting",
        *NEURONS,
    ),
    "symmetric start": ("exploding gradient", "weights too small", *NEURONS),
    "exploding gradient": NEURONS,
    "weights too small": NEURONS,
    "dead neurons": ("vanishing gradient",),
    "saturated neurons": ("vanishing gradient",),
}
