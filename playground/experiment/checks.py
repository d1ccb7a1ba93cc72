"""Whether the parts of an Experiment go together, and what training them would keep in memory."""

from __future__ import annotations

import functools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from playground import engine
from playground.data import DataSet
from playground.engine import network, registry
from playground.engine.builder import Tensor
from playground.engine.kernel import ROW
from playground.experiment.parts import Part

MOST_NUMBERS = 150_000_000  # that training may keep in memory, four bytes each
COPIES = 7  # of each parameter: itself, what Adam remembers, all three again to go back to, a view
HIDDEN = 8  # times as many numbers may lie inside layers as between them: residual blocks have 4

Problem = tuple[tuple[int | str, ...], str]  # the field, and a sentence


def mismatch(shape: tuple[int, ...], loss: Any, dataset: DataSet) -> str | None:
    """Why outputs of this shape, the loss and the data do not go together; None if they do."""
    if not dataset.trainable:
        return None
    if dataset.task not in loss.tasks:
        return (
            f"The loss “{loss.title}” compares classes, and the answers of {dataset.title} are "
            "numbers: take squared error."
        )
    if len(shape) != 1:
        return (
            f"The last layer gives {engine.words(shape)} numbers, and the loss reads a row of "
            "them: add a Flatten layer and a Dense one."
        )
    allowed = loss.outputs(dataset.classes) if dataset.classes else (1,)
    if shape[0] in allowed:
        return None
    numbers = " or ".join(str(count) for count in allowed)
    what = f"{dataset.classes} classes" if dataset.classes else "one number to predict"
    return (
        f"The last layer has {shape[0]} output{'s' if shape[0] > 1 else ''}; with {what} the "
        f"loss “{loss.title}” needs {numbers}."
    )


def losses(task: str) -> list[str]:
    """The names of the losses for "classification" or "regression"."""
    return [piece.type for piece in registry.pieces("loss") if task in piece.tasks]


def problem(experiment: Any) -> Problem | None:
    """What else keeps an Experiment from running whose layers fit each other and the loss."""
    plan, dataset = experiment.plan(), experiment.data.make()
    for row in plan.rows:
        if experiment.batch_size < row.layer.smallest_batch(row.input_shape):
            return ("batch_size",), (
                f"Layer {row.position + 1} ({row.layer.title}) compares the samples of a batch "
                "with each other, and a batch of 1 leaves it nothing to compare: take 2 or more."
            )
    if experiment.augmentation.make().active and len(dataset.shape) != 3:
        return ("augmentation",), (
            f"Only images can be moved, turned and bent, and {dataset.title} has none: take its "
            "samples as they are."
        )
    if experiment.stop.target_accuracy is not None and not dataset.classes and dataset.trainable:
        return ("stop", "target_accuracy"), (
            f"The answers of {dataset.title} are numbers, not classes: there is no accuracy to "
            "reach. Take a target for the loss."
        )
    numbers = numbers_in_memory(experiment)
    if numbers > MOST_NUMBERS:
        return ("layers",), (
            f"Training would keep {numbers / 1e6:,.0f} million numbers in memory; "
            f"{MOST_NUMBERS / 1e6:,.0f} million are allowed. Smaller layers or a smaller batch "
            "would fit."
        )
    return None


def numbers_in_memory(experiment: Any) -> int:
    """About how many numbers, of four bytes, training keeps at most, the samples apart.

    Copies of the parameters, a gradient of each for every part of the batch, and what goes forwards
    and backwards between layers. Where that may be much, or hides inside recurrent layers, the
    program of a batch is laid out and its places are counted.
    """
    plan, batch = experiment.plan(), experiment.batch_size
    shapes = (plan.input_shape, *(row.output_shape for row in plan.rows))
    parts = network.chunks_of(batch, plan.parameters)[1]
    rough = (COPIES + parts) * plan.parameters + 2 * batch * sum(map(math.prod, shapes))
    sequences = any(len(row.input_shape) == 2 for row in plan.rows)
    if not experiment.data.make().trainable or COPIES * plan.parameters > MOST_NUMBERS:
        return rough
    if HIDDEN * rough < MOST_NUMBERS and not sequences:
        return rough
    return _counted(experiment.layers, tuple(plan.input_shape), experiment.loss, batch)


@functools.lru_cache(maxsize=64)
def _counted(layers: tuple[Part, ...], shape: tuple[int, ...], loss: Part, batch: int) -> int:
    plan = engine.plan([layer.make() for layer in layers], shape)
    places = {
        f"{row.position}.{p.name}": Tensor("parameters", 0, p.shape, 1)
        for row in plan.rows
        for p in row.layer.parameters(row.input_shape)
    }
    described = SimpleNamespace(
        plan=plan,
        layers=[row.layer for row in plan.rows],
        places=places,
        loss=loss.make(),
        trained=plan.parameters,
        dtype=np.dtype(np.float32),
    )
    build, _ = network.batch_program(
        described, batch, np.zeros(1, np.int64), True, Tensor("x", 0, (1,), 1)
    )
    parts = build.chunks + (0 if build.coupled else 1)  # side by side, and one after the other
    rows = (1 if build.coupled else 2) * build.chunks * len(build.operations) * ROW
    tables = rows + sum(table.size for table in build.tables)  # of eight bytes
    copies = (COPIES + build.chunks) * plan.parameters
    return copies + parts * build.local_size + 2 * tables
