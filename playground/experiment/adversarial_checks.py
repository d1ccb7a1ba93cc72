"""Whether a generator, its discriminator and the data go together, and are not too large."""

from __future__ import annotations

import math

from playground.data import DataSet
from playground.engine import Plan, ShapeError, words
from playground.engine.footprint import Footprint, total
from playground.engine.kernel import ROW
from playground.engine.network import LANES, chunks_of
from playground.experiment.bounds import (
    COPIES,
    MOST_NUMBERS,
    MOST_OPERATIONS,
    MOST_WORK,
    Problem,
)
from playground.experiment.setup import Setup

PLANE = ("x1", "x2")
DISCRIMINATOR = ("adversarial", "layers")


def mismatch(plan: Plan, dataset: DataSet) -> str | None:
    """Why what the generator makes is no sample of the data; None if it is."""
    shape, wanted = plan.output_shape, dataset.shape
    count = math.prod(shape)
    if not plan.rows:
        return "A generator needs at least one layer."
    if count == math.prod(wanted) and (len(shape) == 1 or shape == wanted):
        return None
    row = plan.rows[-1]
    return (
        f"Layer {row.position + 1} of the generator ({row.layer.title}) gives {words(shape)} "
        f"number{'s' if count > 1 else ''}, and a sample of {dataset.title} is {words(wanted)}: a "
        "fake must look like it."
    )


def problem(experiment: Setup) -> Problem | None:
    """What keeps a generator whose own layers fit from being trained."""
    dataset: DataSet = experiment.data.make()
    return (
        _discriminator(experiment) or _settings(experiment, dataset) or _size(experiment, dataset)
    )


def unsuitable(experiment: Setup) -> Problem | None:
    """Why no generator can learn from the data."""
    dataset: DataSet = experiment.data.make()
    if not dataset.trainable:
        return ("data",), "A generator learns from samples, and this set-up came without any."
    if dataset.sequence or dataset.symbols or len(dataset.shape) not in (1, 3):
        return ("data",), (
            f"{dataset.title} has sequences, and a generator here makes points, rows of numbers or "
            "images."
        )
    features = getattr(experiment.data, "features", PLANE)
    if tuple(features) != PLANE:
        return ("data", "features"), (
            "A generator makes points of the plane: take x₁ and x₂ as the only inputs, in this "
            "order."
        )
    return None


def _discriminator(experiment: Setup) -> Problem | None:
    try:
        plan = experiment.opponent_plan()
    except ShapeError as error:
        return (*DISCRIMINATOR, error.position), f"In the discriminator: {error.message}"
    reason = verdict(plan)
    return ((*DISCRIMINATOR, max(len(plan.rows) - 1, 0)), reason) if reason else None


def verdict(plan: Plan) -> str | None:
    """Why what a discriminator gives is no verdict; None if it is one."""
    if not plan.rows:
        return "A discriminator needs at least one layer."
    if plan.output_shape == (1,):
        return None
    row = plan.rows[-1]
    return (
        f"Layer {row.position + 1} of the discriminator ({row.layer.title}) gives "
        f"{words(plan.output_shape)} numbers, and it must give one: how real a sample looks."
    )


def _settings(experiment: Setup, dataset: DataSet) -> Problem | None:
    for name, plan in (
        ("generator", experiment.plan()),
        ("discriminator", experiment.opponent_plan()),
    ):
        place = ("layers",) if name == "generator" else DISCRIMINATOR
        for row in plan.rows:
            where = f"Layer {row.position + 1} of the {name} ({row.layer.title})"
            if row.layer.coded or row.layer.symbols:
                what = "draws codes" if row.layer.coded else "reads symbols"
                return (*place, row.position), f"{where} {what}, which no sample here has."
            if experiment.batch_size < row.layer.smallest_batch(row.input_shape):
                return ("batch_size",), (
                    f"{where} compares the samples of a batch with each other, and a batch of 1 "
                    "leaves it nothing to compare: take 2 or more."
                )
    augmentation = experiment.augmentation.make()
    if augmentation.active and augmentation.corrupts:
        return ("augmentation",), "Noise on real samples would teach the generator noise."
    if augmentation.active and augmentation.images_only and len(dataset.shape) != 3:
        return ("augmentation",), (
            f"Only images can be moved, turned and bent, and {dataset.title} has none: take its "
            "samples as they are."
        )
    if experiment.accumulate > 1:
        return ("accumulate",), "The two networks step after every batch: take 1 batch a step."
    for goal in ("target_loss", "target_accuracy", "patience"):
        if getattr(experiment.stop, goal) is not None:
            return ("stop", goal), (
                "The two losses of a game need not fall while it goes well: let it end after so "
                "many epochs, or never."
            )
    return None


def size(experiment: Setup) -> tuple[Footprint, int, int, int]:
    """The program of a turn, how many numbers training keeps, lanes and chunks.

    The generator is passed twice, the discriminator three times; of its parameters there are two
    gradients.
    """
    own, other = experiment.plan(), experiment.opponent_plan()
    lanes, chunks = chunks_of(experiment.batch_size, own.parameters + 2 * other.parameters)
    sums = [
        total(row.layer.footprint(row.input_shape, lanes) for row in p.rows) for p in (own, other)
    ]
    whole = total([sums[0]] * 2 + [sums[1]] * 3)
    inputs = 2 * math.prod(own.input_shape) + 4 * math.prod(other.input_shape)
    parameters = own.parameters + other.parameters
    values = (chunks + 1) * (whole.values + inputs) * lanes
    tables = 2 * chunks * whole.operations * ROW + whole.offsets
    gradients = chunks * (own.parameters + 2 * other.parameters)
    return whole, COPIES * parameters + gradients + values + 2 * tables, lanes, chunks


def first_epoch(experiment: Setup, places: int, dataset: DataSet) -> float:
    """The work of as many turns as the data have batches, and of looking at all the others."""
    own, other = (
        float(total(row.layer.footprint(row.input_shape, LANES) for row in plan.rows).work)
        for plan in (experiment.plan(), experiment.opponent_plan())
    )
    train, others = dataset.sizes
    steps = experiment.adversarial.steps if experiment.adversarial else 0
    turn = steps * (own + 6 * other) + 3 * own + 3 * other
    turns = math.ceil(train / experiment.batch_size)
    return turns * places * turn + math.ceil(others / LANES) * LANES * (own + other)


def _size(experiment: Setup, dataset: DataSet) -> Problem | None:
    """What makes both networks together too large."""
    whole, numbers, lanes, chunks = size(experiment)
    if whole.operations > MOST_OPERATIONS:
        return ("layers",), (
            f"A turn would be a program of {whole.operations:,} operations, and "
            f"{MOST_OPERATIONS:,} are allowed. Fewer layers would fit."
        )
    if numbers > MOST_NUMBERS:
        return ("layers",), (
            f"Both networks would keep {math.ceil(numbers / 1e6):,} million numbers in memory; "
            f"{MOST_NUMBERS // 10**6:,} million are allowed. Smaller layers or a smaller batch "
            "would fit."
        )
    if (work := first_epoch(experiment, lanes * chunks, dataset)) > MOST_WORK:
        minutes = max(round(work / MOST_WORK * 2), 3)
        return ("layers",), (
            f"The first epoch would take about {minutes:,} minutes of two processor cores, and "
            "2 are allowed. Smaller layers, fewer steps of the discriminator "
            "or fewer samples would do."
        )
    return None
