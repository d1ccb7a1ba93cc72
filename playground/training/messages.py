"""What a Run has to say: why it stopped, what it waits for, what to try."""

from __future__ import annotations

from collections.abc import Sequence

from playground.experiment import Experiment, numerals, time_edits

RATES = (10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 1e-4, 1e-5)


def diverged(experiment: Experiment, step: int, epoch: float) -> str:
    """The loss, or a weight, overflowed in batch number `step`."""
    if experiment.adversarial is not None:
        return game_over(experiment, step)
    if step <= 1:
        return (
            "The very first loss is too large for a number. Start from smaller weights: "
            "Glorot's or He's fit the size of each layer."
        )
    rate = experiment.optimizer.learning_rate
    lower = next((known for known in RATES if known <= rate / 9), rate / 10)
    sentence = (
        f"Around epoch {numerals.fixed(epoch, 2)} the loss grew beyond all numbers: each "
        f"step overshot the "
        f"valley and landed higher up. The weights from just before are kept. Try a learning "
        f"rate of {numerals.short(lower, 6)} instead of {numerals.short(rate, 6)}."
    )
    if time_edits.remembers(experiment) and not experiment.clip_norm:
        sentence += (
            " Or clip gradients to length 1: on the way back through time they can grow at "
            "every step."
        )
    return sentence


def game_over(experiment: Experiment, turn: int) -> str:
    """A loss, or a weight, of one of two networks overflowed."""
    rates = [experiment.optimizer.learning_rate]
    rates += [experiment.adversarial.optimizer.learning_rate] if experiment.adversarial else []
    lower = next((known for known in RATES if known <= max(rates) / 9), max(rates) / 10)
    return (
        f"In turn {turn:,} one of the two networks grew beyond all numbers. Both are back as they "
        "were just before. Try a learning rate of "
        f"{numerals.short(lower, 6)} for both, or clip the gradient."
    )


def done(experiment: Experiment) -> str:
    """Every epoch that was asked for has been trained."""
    epochs = experiment.stop.epochs or 0
    if experiment.trees is not None and experiment.hybrid is None:
        return grown(experiment, epochs)
    return f"All {epochs:,} epochs are done." if epochs > 1 else "The one epoch asked for is done."


def grown(experiment: Experiment, epochs: int) -> str:
    """Every level, tree or stage is there; before them a network may have learned."""
    unit = experiment.trees.make().unit if experiment.trees else "epoch"
    units = epochs - (experiment.hybrid.epochs if experiment.hybrid else 0)
    if not units:
        return "There is nothing to grow: no input tells the training points' answers apart."
    return f"All {units:,} {unit}s have grown." if units != 1 else f"The one {unit} has grown."


def waiting(kernels: Sequence[str]) -> str:
    """What has to be compiled or loaded before the first step."""
    if not kernels:
        return "Taking a first look at the data."
    parts = "1 part" if len(kernels) == 1 else f"{len(kernels)} parts"
    return (
        f"Getting the machine code of this network ready: {parts} to go. The first time this "
        "takes some seconds, later it is loaded."
    )
