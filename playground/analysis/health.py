"""Is training going well? What to measure in every layer, and rules that say it in plain words.

`examine` measures a Run; `diagnose` reads the measurements and names what is wrong, each time with
a change of the Experiment that would help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.experiment import Experiment, numerals
from playground.training import evaluation
from playground.training.messages import RATES
from playground.training.run import Run

SAMPLES = 256  # training samples that are looked at
SQUEEZED = {"tanh": (-0.97, 0.97), "sigmoid": (0.03, 0.97)}  # beyond these a curve is flat
GLOROT = {"type": "glorot_uniform"}
SMALL = ("glorot_uniform", "glorot_normal")  # starts that suit a curve with two flat ends
LARGE = 0.1  # a learning rate above this may be what has spoilt the weights
CLIPPED = ("relu",)  # activations that can stay silent for good
STUCK = 0.8  # a neuron is saturated where so many samples lie at the flat ends


def dead(outputs: np.ndarray, activation: str) -> np.ndarray:
    """Which units [samples, units] say nothing for any sample, and cannot come back."""
    return (outputs == 0).all(axis=0) & (activation in CLIPPED)


def flat(outputs: np.ndarray, activation: str) -> np.ndarray:
    """For each unit, the share of samples at the flat ends of its curve."""
    low, high = SQUEEZED.get(activation, (-np.inf, np.inf))
    return ((outputs < low) | (outputs > high)).mean(axis=0)


@dataclass(frozen=True, eq=False)
class LayerHealth:
    """One layer with weights, as the samples see it."""

    position: int
    title: str
    activation: str
    hidden: bool
    weight: float  # root mean square of the weights
    gradient: float  # root mean square of ∂L/∂w
    update: float  # size of the next step, as a share of the weights: ‖Δw‖ / ‖w‖
    outputs: np.ndarray  # [samples, units]
    alike: bool  # whether all units have the same weights

    @property
    def dead(self) -> np.ndarray:
        """Which units can be silent for good, and are zero for every sample."""
        return dead(self.outputs, self.activation)

    @property
    def saturated(self) -> np.ndarray:
        """For each unit, the share of samples at the flat ends of its curve."""
        return flat(self.outputs, self.activation)


@dataclass(frozen=True, eq=False)
class Health:
    """What `examine` found."""

    experiment: Experiment
    layers: tuple[LayerHealth, ...]
    history: dict[str, np.ndarray]
    diverged: bool

    @property
    def hidden(self) -> list[LayerHealth]:
        return [layer for layer in self.layers if layer.hidden]


@dataclass(frozen=True)
class Finding:
    """A rule that holds: what is wrong, and what would help."""

    rule: str
    sentence: str
    remedy: str
    changed: Experiment
    again: bool = False  # the weights are spoilt: it helps only from the start


def examine(run: Run) -> Health:
    """Measure a Run. It trains on as if nothing had happened."""
    rehearsal = run.rehearse()
    network = rehearsal.network
    train = run.data.train
    x = evaluation.numbers(train.x[:SAMPLES], run.data.scale)
    _, gradients = network.gradients(x, train.y[:SAMPLES], training=False)
    outputs = network.activations(x)
    weighted = [row for row in network.plan.rows if f"{row.position}.weight" in gradients]
    layers = []
    for row in weighted:
        name = f"{row.position}.weight"
        weight = network.parameter(name)
        units = weight.reshape(len(weight), -1)
        size = np.linalg.norm(weight)
        update = float(np.linalg.norm(rehearsal.after[name] - weight) / size) if size else 0.0
        alike = len(units) > 1 and bool((units == units[0]).all())
        layers.append(
            LayerHealth(
                row.position,
                row.layer.title,
                getattr(row.layer, "activation", "identity"),
                row is not weighted[-1],
                _size(weight),
                _size(gradients[name]),
                update,
                _units(outputs[row.position]),
                alike,
            )
        )
    return Health(run.experiment, tuple(layers), run.history, run.status == "diverged")


def _size(numbers: np.ndarray) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(np.square(numbers, dtype=np.float64))))


def _units(outputs: np.ndarray) -> np.ndarray:
    """[samples, units]; of an image every pixel of a map counts as a sample of its unit."""
    return np.moveaxis(outputs, 1, -1).reshape(-1, outputs.shape[1])


def diagnose(health: Health) -> list[Finding]:
    """Every rule that holds, the most urgent first."""
    return [finding for rule in RULES if (finding := rule(health))]


# ---- the rules ----
def _too_fast(health: Health) -> Finding | None:
    losses = health.history["train_loss"][-20:]
    wild = len(losses) >= 8 and np.nanmin(losses) > 0 and _zigzag(losses) > 0.5
    if not (health.diverged or (wild and max(layer.update for layer in health.layers) > 0.02)):
        return None
    rate = health.experiment.optimizer.learning_rate
    share = 9 if health.diverged else 2.9
    lower = next((known for known in RATES if known < rate / share), rate / 10)
    return Finding(
        "learning rate too high",
        "Each step jumps across the valley and lands higher up: the loss "
        + ("overflowed." if health.diverged else "goes up and down instead of falling."),
        f"Take a learning rate of {numerals.short(lower, 6)}",
        _optimizer(health, learning_rate=lower),
    )


def _zigzag(losses: np.ndarray) -> float:
    """Median size of a change, as a share of the loss, where changes keep turning round."""
    steps = np.diff(losses)
    turning = np.mean(steps[1:] * steps[:-1] < 0)
    return float(np.median(np.abs(steps)) / np.median(losses)) if turning > 0.4 else 0.0


def _symmetric(health: Health) -> Finding | None:
    if not any(layer.alike for layer in health.hidden):
        return None
    return Finding(
        "symmetric start",
        "All neurons of a layer have the same weights, so they learn the same thing for ever.",
        "Start from Glorot's weights",
        health.experiment.changed(initializer=GLOROT),
    )


def _dead(health: Health) -> Finding | None:
    for layer in health.hidden:
        count, all_ = int(layer.dead.sum()), layer.outputs.shape[1]
        if count / all_ >= 0.4:
            return Finding(
                "dead neurons",
                f"{count} of {all_} neurons of {_name(layer)} are zero for every sample. A ReLU "
                "that is never on gets no gradient, so it cannot come back.",
                "Use leaky ReLU, which lets a little through",
                _swap(health.experiment, "relu", "leaky_relu"),
            )
    return None


def _saturated(health: Health) -> Finding | None:
    for layer in health.hidden:
        share = float(np.mean(layer.saturated > STUCK))
        if layer.activation in SQUEEZED and share >= 0.5 and _unlearned(health):
            return _rescaled(
                health,
                "saturated neurons",
                f"{numerals.percent(share, 0)} of the neurons of {_name(layer)} sit at the "
                f"flat ends of "
                "their curve, where the gradient is almost zero.",
                _swap(health.experiment, layer.activation, "relu"),
            )
    return None


def _rescaled(health: Health, rule: str, sentence: str, otherwise: Experiment) -> Finding:
    """Smaller weights to start from; where they are small already, smaller steps from there."""
    experiment = health.experiment
    rate = experiment.optimizer.learning_rate
    if experiment.initializer.type not in SMALL:
        return Finding(
            rule,
            sentence,
            "Start again from Glorot's smaller weights",
            experiment.changed(initializer=GLOROT),
        )
    if rate > LARGE:
        lower = next((known for known in RATES if known < rate / 9), rate / 10)
        return Finding(
            rule,
            f"{sentence} Steps that large push them there.",
            f"Start again with a learning rate of {numerals.short(lower, 6)}",
            _optimizer(health, learning_rate=lower),
            again=True,
        )
    return Finding(rule, sentence, "Use ReLU, which is flat at one end only", otherwise)


def _vanishing(health: Health) -> Finding | None:
    layers = health.layers
    if len(layers) < 4 or not layers[-1].gradient:
        return None
    first, last = layers[0].gradient, layers[-1].gradient
    if any(layer.alike for layer in health.hidden) or first > last / 300 or not _unlearned(health):
        return None
    squeezing = sorted({layer.activation for layer in health.hidden} & set(SQUEEZED))
    changed = health.experiment.changed(initializer={"type": "he_uniform"})
    for name in squeezing:
        changed = _swap(changed, name, "relu")
    return Finding(
        "vanishing gradient",
        f"The first layer's gradient is {numerals.count(last / max(first, 1e-30))} times "
        f"smaller than the "
        "last one's: each layer on the way back shrinks it, so the first hardly learns.",
        "Use ReLU with He's weights",
        changed,
    )


def _exploding(health: Health) -> Finding | None:
    worst = max(health.layers, key=lambda layer: layer.gradient / max(layer.weight, 1e-30))
    times = worst.gradient / max(worst.weight, 1e-30)
    if len(health.layers) < 3 or times < 30 or any(layer.alike for layer in health.hidden):
        return None
    return Finding(
        "exploding gradient",
        f"The gradient of {_name(worst)} is {numerals.count(times)} times as large as its "
        f"weights: each layer "
        "makes signals larger, forwards and on the way back.",
        "Start from Glorot's smaller weights",
        health.experiment.changed(initializer=GLOROT),
    )


def _overfitting(health: Health) -> Finding | None:
    train, test = health.history["train_loss"], health.history["test_loss"]
    if len(test) < 8 or health.diverged:
        return None
    lowest = int(np.nanargmin(test))
    worse = test[-1] > 1.2 * test[lowest] and train[-1] < train[lowest]
    if not (worse and test[-1] > 1.5 * train[-1] and lowest < len(test) - 3):
        return None
    epoch = health.history["epoch"][lowest]
    return Finding(
        "over-fitting",
        f"Since epoch {numerals.count(epoch)} the training loss falls while the test loss "
        f"rises: the network "
        "learns its training samples by heart.",
        "Put a price of 0.003 on large weights (L2)",
        health.experiment.changed(regularization={"type": "l2", "rate": 0.003}),
    )


RULES: tuple[Callable[[Health], Finding | None], ...] = (
    _too_fast,
    _symmetric,
    _exploding,
    _dead,
    _saturated,
    _vanishing,
    _overfitting,
)


# ---- the remedies ----
def _unlearned(health: Health) -> bool:
    """Whether the loss is still above half of what it began with."""
    losses = health.history["train_loss"]
    return not len(losses) or not losses[-1] < 0.5 * losses[0]


def _name(layer: LayerHealth) -> str:
    return f"layer {layer.position + 1} ({layer.title})"


def _optimizer(health: Health, **changes: float) -> Experiment:
    described = {**health.experiment.optimizer.described(), **changes}
    return health.experiment.changed(optimizer=described)


def _swap(experiment: Experiment, before: str, after: str) -> Experiment:
    """Another activation wherever hidden layers have `before`."""
    layers = [layer.described() for layer in experiment.layers]
    for layer in layers[:-1]:
        for field in ("activation", "name"):
            if layer.get(field) == before:
                layer[field] = after
    return experiment.changed(layers=layers)
