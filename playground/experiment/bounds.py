"""How large an Experiment may be: memory, length of its program, work of its first epoch.

Found by arithmetic before anything is allocated: whoever follows a link must not be able to make a
server build what it then refuses.
"""

from __future__ import annotations

import math

from playground.data import DataSet
from playground.engine import Plan, Row
from playground.engine.footprint import Footprint, total
from playground.engine.kernel import ROW
from playground.engine.network import FEW_LANES, LANES, chunks_of
from playground.experiment import numerals
from playground.experiment.setup import Setup

MOST_NUMBERS = 150_000_000  # that training may keep in memory, four bytes each
MOST_OPERATIONS = 60_000  # of a chunk: laying them out takes about 50 µs each
MOST_WORK = 2_500e9  # of the first epoch, in multiply-adds: about two minutes on two cores
COPIES = 7  # of each parameter: itself, what Adam remembers, all three again to go back to, a view

Problem = tuple[tuple[int | str, ...], str]  # the field, and a sentence


def problem(experiment: Setup, plan: Plan, dataset: DataSet) -> Problem | None:
    """What makes an Experiment too large, and what would have to be smaller."""
    lanes, chunks = _laid_out(experiment, plan, dataset)
    parts = [row.layer.footprint(row.input_shape, lanes) for row in plan.rows]
    whole = total(parts)
    if whole.operations > MOST_OPERATIONS:
        return ("layers",), (
            f"Training would be a program of {whole.operations:,} operations, and "
            f"{MOST_OPERATIONS:,} are allowed. {_largest(plan, parts, 'operations')}A shorter "
            "sequence or fewer layers would fit."
        )
    numbers = _numbers(plan, whole, lanes, chunks, dataset.trainable)
    if numbers > MOST_NUMBERS:
        return ("layers",), (
            f"Training would keep {math.ceil(numbers / 1e6):,} million numbers in memory; "
            f"{MOST_NUMBERS // 10**6:,} million are allowed. {_largest(plan, parts, 'values')}"
            "Smaller layers or a smaller batch would fit."
        )
    work = first_epoch(experiment, whole, lanes * chunks, dataset)
    if work > MOST_WORK:
        advice = "Smaller layers, or fewer samples to learn from, would do."
        if lanes * chunks >= 2 * experiment.batch_size:  # places of a chunk stay empty
            advice = "A larger batch, smaller layers, or fewer samples to learn from, would do."
        return ("layers",), (
            f"The first epoch would take about "
            f"{numerals.count(max(work / MOST_WORK * 2, 3))} minutes of two "
            f"processor cores, and 2 are allowed. {_largest(plan, parts, 'work')}{advice}"
        )
    return None


def _laid_out(experiment: Setup, plan: Plan, dataset: DataSet) -> tuple[int, int]:
    """Lanes and chunks of a batch; of few samples, where there is only something to ask."""
    trained = dataset.trainable
    return chunks_of(experiment.batch_size, plan.parameters) if trained else (FEW_LANES, 1)


def numbers_in_memory(experiment: Setup) -> int:
    """At most how many numbers, of four bytes, training keeps, the samples apart."""
    plan, dataset = experiment.plan(), experiment.data.make()
    lanes, chunks = _laid_out(experiment, plan, dataset)
    whole = total(row.layer.footprint(row.input_shape, lanes) for row in plan.rows)
    return _numbers(plan, whole, lanes, chunks, dataset.trainable)


def _numbers(plan: Plan, whole: Footprint, lanes: int, chunks: int, trainable: bool) -> int:
    """Copies of the parameters, a gradient of each for every chunk, places, rows and tables.

    Chunks run side by side and, on one core, one after the other: both programs have places. Who
    only predicts keeps no gradients.
    """
    values = (whole.values + 4 * math.prod(plan.input_shape)) * lanes
    places = (chunks + 1) * values if trainable else values // 2
    tables = 2 * chunks * whole.operations * ROW + whole.offsets
    return (COPIES + chunks) * plan.parameters + places + 2 * tables


def first_epoch(experiment: Setup, whole: Footprint, places: int, dataset: DataSet) -> float:
    """The work of training on every sample once and of predicting all the others.

    places: of a batch, those that stay empty included. A step backwards costs two forwards.
    """
    train, others = dataset.sizes
    steps = math.ceil(train / experiment.batch_size)
    return float(whole.work) * (3 * steps * places + math.ceil(others / LANES) * LANES)


def _largest(plan: Plan, parts: list[Footprint], what: str) -> str:
    """Which layer takes most of it, where one stands out."""
    shares = [getattr(part, what) for part in parts]
    row: Row = plan.rows[shares.index(max(shares))]
    if len(shares) < 2 or max(shares) < sum(shares) / 3:
        return ""
    return f"Most is for layer {row.position + 1} ({row.layer.title}). "
