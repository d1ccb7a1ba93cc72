"""Changes of an Experiment that would help, and the words that offer them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from playground.engine import registry
from playground.experiment import Experiment, edits, numerals, time_edits
from playground.training.messages import RATES

FITTING = ("glorot", "he_", "lecun", "orthogonal")  # starts that fit the size of each layer
OPEN = 3.0  # bias of a forget gate that keeps 95 % a step: 0.95⁴⁰ is still an eighth
SHORTEST = 5  # steps of a sequence
LARGE = 5  # times an optimizer's usual rate: steps that may spoil weights


@dataclass(frozen=True)
class Remedy:
    """What would help, as a button says it, and the Experiment after it."""

    words: str
    changed: Experiment
    again: bool = False  # the weights are spoilt: it helps only from the start


def first(experiment: Experiment, remedies: Iterable[Remedy]) -> Remedy | None:
    """The first that changes anything."""
    return next((remedy for remedy in remedies if remedy.changed != experiment), None)


def fitting(experiment: Experiment) -> bool:
    """Whether weights start from sizes that fit each layer."""
    return experiment.initializer.type.startswith(FITTING)


def fitting_start(experiment: Experiment, size: str = "") -> Remedy:
    """Start from weights that fit each layer; `size` says how they compare: "larger"."""
    relu = any(layer.make().curve == "relu" for layer in experiment.layers[:-1])
    name, kind = ("He", "he_uniform") if relu else ("Glorot", "glorot_uniform")
    words = f"Start from {name}'s {size} weights".replace("  ", " ")
    initializer = experiment.initializer if fitting(experiment) else {"type": kind}
    return Remedy(words, experiment.changed(initializer=initializer))


def large_rate(experiment: Experiment) -> bool:
    """Whether steps are much larger than this optimizer's usual ones."""
    optimizer = experiment.optimizer
    options = registry.options(registry.get("optimizer", optimizer.type))
    usual = next(option.default for option in options if option.name == "learning_rate")
    # A memory of earlier steps makes steps longer by this much.
    longer = 1 / (1 - getattr(optimizer, "momentum", 0.0))
    return optimizer.learning_rate * longer > LARGE * usual


def lower_rate(experiment: Experiment, share: float, again: bool = False) -> Remedy:
    """A common learning rate that is lower by more than the factor `share`."""
    rate = experiment.optimizer.learning_rate
    lower = next((known for known in RATES if known < rate / share), rate / 10)
    optimizer = {**experiment.optimizer.described(), "learning_rate": lower}
    verb = "Start again with" if again else "Take"
    changed = experiment.changed(optimizer=optimizer)
    return Remedy(f"{verb} a learning rate of {numerals.short(lower, 6)}", changed, again)


def relu(experiment: Experiment, names: Collection[str]) -> Remedy:
    """ReLU with He's weights in the place of curves that squeeze."""
    swapped = with_curve(experiment, names, "relu")
    words = "Use ReLU with He's weights" if swapped != experiment else "Start from He's weights"
    return Remedy(words, swapped.changed(initializer={"type": "he_uniform"}))


def with_curve(experiment: Experiment, names: Collection[str], after: str) -> Experiment:
    """Another activation wherever hidden layers have one of `names` and may have `after`."""
    layers = [layer.described() for layer in experiment.layers]
    for layer in layers[:-1]:
        piece = registry.get("layer", layer["type"])
        for option in registry.options(piece):
            curve = option.name == piece.curve_option and layer[option.name]
            if curve in names and after in option.names():
                layer[option.name] = after
    return experiment.changed(layers=layers)


def normalised(experiment: Experiment, positions: Iterable[int]) -> Remedy:
    """A layer normalisation behind each of these layers."""
    changed = experiment
    if any(layer.make().reads_earlier for layer in experiment.layers):
        positions = ()  # they count the layers before them
    for position in sorted(positions, reverse=True):
        described = edits.add_layer(changed, position + 1, {"type": "layer_norm"})
        changed = edits.read(described)
    return Remedy("Normalise what each hidden layer gives", changed)


def clipped(experiment: Experiment) -> Remedy:
    """Gradients shortened to length 1."""
    return Remedy("Shorten gradients to length 1", experiment.changed(clip_norm=1.0))


def memory(experiment: Experiment, position: int) -> Remedy:
    """A recurrent layer that keeps what it has: an LSTM whose forget gate starts open."""
    layer = experiment.layers[position]
    described = time_edits.with_memory(experiment, "lstm")
    for each in described["layers"]:
        if each["type"] == "lstm":
            each["forget_bias"] = max(each.get("forget_bias", 0.0), OPEN)
    words = "Use an LSTM whose forget gate starts open"
    if layer.type == "lstm":
        words = f"Start with the forget gate open: a bias of {numerals.plain(OPEN)}"
    return Remedy(words, edits.read(described))


def shorter(experiment: Experiment) -> Remedy:
    """Sequences of half as many steps, where their length is a choice."""
    data = experiment.data.described()
    steps = max(data.get("length", 0) // 2, SHORTEST)
    if data.get("length", 0) <= SHORTEST:
        return Remedy("", experiment)
    words = f"Take shorter sequences: {steps} steps"
    return Remedy(words, experiment.changed(data={**data, "length": steps}))
