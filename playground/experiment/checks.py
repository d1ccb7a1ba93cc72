"""Whether the parts of an Experiment go together."""

from __future__ import annotations

import math

from playground import engine
from playground.data import DataSet
from playground.engine import registry
from playground.engine.losses import Loss
from playground.engine.reconstruction import Reconstruction
from playground.experiment import adversarial_checks, bounds
from playground.experiment.bounds import Problem
from playground.experiment.setup import Setup


def mismatch(shape: tuple[int, ...], loss: Loss, dataset: DataSet) -> str | None:
    """Why outputs of this shape, the loss and the data do not go together; None if they do."""
    if not dataset.trainable:
        return None
    if loss.reconstructs:
        return _unlike(shape, loss, dataset)
    if dataset.task not in loss.tasks:
        return (
            f"The loss “{loss.title}” compares classes, and the answers of {dataset.title} are "
            "numbers: take squared error."
        )
    if dataset.answers and (len(shape) != 2 or shape[0] != dataset.answers[0]):
        return (
            f"{dataset.title} asks at every step, and the network answers once: let its last "
            "recurrent layer return sequences, with a Dense layer behind it."
        )
    if len(shape) != 1 and not dataset.answers:
        return (
            f"The last layer gives {engine.words(shape)} numbers, and the loss reads a row of "
            "them: add a Flatten layer and a Dense one."
        )
    allowed = loss.outputs(dataset.classes) if dataset.classes else (1,)
    if shape[-1] in allowed:
        return None
    numbers = " or ".join(str(count) for count in allowed)
    what = f"{dataset.classes} classes" if dataset.classes else "one number to predict"
    at_step = " at every step" if dataset.answers else ""
    return (
        f"The last layer has {shape[-1]} output{'s' if shape[-1] > 1 else ''}{at_step}; with "
        f"{what} the loss “{loss.title}” needs {numbers}."
    )


def _unlike(shape: tuple[int, ...], loss: Loss, dataset: DataSet) -> str | None:
    """Why outputs of this shape cannot be compared with the input."""
    count, wanted = math.prod(shape), math.prod(dataset.shape)
    if count != wanted or (len(shape) > 1 and shape != dataset.shape):
        return (
            f"The last layer gives {engine.words(shape)} number{'s' if count > 1 else ''}, and the "
            f"input is {engine.words(dataset.shape)}: a reconstruction is compared with the input, "
            "number by number."
        )
    if not isinstance(loss, Reconstruction):
        return None
    if loss.distribution == "bernoulli" and len(dataset.shape) != 3:
        return (
            f"Bernoulli outputs are for pixels from 0 to 1, and the numbers of {dataset.title} go "
            "further: take the Gaussian distribution."
        )
    return None


def _sequence_problem(plan: engine.Plan, dataset: DataSet) -> Problem | None:
    """Layers that cannot read the symbols of the data, or not go on where the last window ended."""
    for row in plan.rows:
        if row.position == 0 and dataset.symbols > row.layer.symbols > 0:
            return ("layers", 0), (
                f"Layer 1 ({row.layer.title}) knows {row.layer.symbols} symbols, and "
                f"{dataset.title} has {dataset.symbols}."
            )
        if dataset.stateful and getattr(row.layer, "bidirectional", False):
            return ("layers", row.position), (
                f"Layer {row.position + 1} ({row.layer.title}) reads each window from its end, "
                "too, and so cannot carry a state into the next: take one direction, or start "
                "every window anew."
            )
    return None


def losses(task: str, reconstructs: bool = False) -> list[str]:
    """The names of the losses for "classification" or "regression", or for an input's copy."""
    if reconstructs:
        return [piece.type for piece in registry.pieces("loss") if piece.reconstructs]
    return [piece.type for piece in registry.pieces("loss") if task in piece.tasks]


def problem(experiment: Setup) -> Problem | None:
    """What else keeps an Experiment from running whose layers fit each other and the loss."""
    if experiment.adversarial is not None:
        return adversarial_checks.problem(experiment)
    plan, dataset = experiment.plan(), experiment.data.make()
    for row in plan.rows:
        if experiment.batch_size < row.layer.smallest_batch(row.input_shape):
            return ("batch_size",), (
                f"Layer {row.position + 1} ({row.layer.title}) compares the samples of a batch "
                "with each other, and a batch of 1 leaves it nothing to compare: take 2 or more."
            )
    augmentation = experiment.augmentation.make()
    if augmentation.active and augmentation.images_only and len(dataset.shape) != 3:
        return ("augmentation",), (
            f"Only images can be moved, turned and bent, and {dataset.title} has none: take its "
            "samples as they are."
        )
    if experiment.stop.target_accuracy is not None and experiment.loss.make().reconstructs:
        return ("stop", "target_accuracy"), (
            "A reconstruction has no accuracy to reach. Take a target for the loss."
        )
    if experiment.stop.target_accuracy is not None and not dataset.classes and dataset.trainable:
        return ("stop", "target_accuracy"), (
            f"The answers of {dataset.title} are numbers, not classes: there is no accuracy to "
            "reach. Take a target for the loss."
        )
    return _sequence_problem(plan, dataset) or bounds.problem(experiment, plan, dataset)
