"""From an Experiment's description to the engine's objects."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

import numpy as np

from playground.data import Data
from playground.data.lacking import MissingDataError
from playground.engine import AdversarialTraining, Generator, Network, Training
from playground.experiment import Experiment
from playground.training import game
from playground.training.hybrid import FeaturesFirst, LeavesFirst
from playground.training.pair import Pair
from playground.trees import Growth
from playground.trees.ensemble import rows


def data(experiment: Experiment, alone: bool = False) -> Data:
    """What is learned from; MissingDataError where it is not there. alone: then nothing at all."""
    source = experiment.data.make()
    try:
        return source.load(experiment.seed)
    except MissingDataError:
        without = source.without() if alone else None
        if without is None:
            raise
        return without


def learner(experiment: Experiment, data: Data) -> tuple[Network, Training | None]:
    """What answers and what trains it: a network and its training, or trees, which are both.

    Trees have the verbs of either that a Run uses, and none of a network's layers; whoever shows
    layers never meets an Experiment with trees.
    """
    if experiment.hybrid is not None and len(data.train):
        both = hybrid(experiment, data)
        return cast(Network, both), cast(Training, both)
    if experiment.trees is not None:
        grown = trees(experiment, data)
        return cast(Network, grown), cast(Training, grown) if len(data.train) else None
    made = network(experiment, data)
    return made, training(experiment, data, made)


def hybrid(experiment: Experiment, data: Data) -> Pair:
    """The network and the trees of an Experiment before either has learned."""
    made, kind = network(experiment, data), experiment.hybrid
    if kind is not None and kind.make().network_first:
        width = math.prod(([data.shape] + [row.output_shape for row in made.plan.rows])[-2])
        trained = training(experiment, data, made)
        assert trained is not None
        return FeaturesFirst(
            made,
            trained,
            lambda frozen: trees(experiment, data, frozen.features, width),
            kind.epochs,
        )
    count, most = experiment.leaves
    codes = np.zeros((len(data.train), count * most), np.uint8)
    trained = training(experiment, data, made, codes)
    assert trained is not None
    return LeavesFirst(made, trained, trees(experiment, data), count, most)


def trees(
    experiment: Experiment,
    data: Data,
    read: Callable[[np.ndarray], np.ndarray] = rows,
    width: int | None = None,
) -> Growth:
    """The trees of an Experiment before any has grown, on inputs or on features read from them."""
    model = experiment.trees.make() if experiment.trees else None
    if model is None:
        raise ValueError("This experiment has no trees.")
    train = data.train
    classes, seed = data.classes, experiment.seed
    return Growth(model, train.x, train.y, classes, seed, data.scale, read, width)


def work(experiment: Experiment, made: Network) -> int:
    """Multiplications of a step; trees are paced by the clock alone."""
    if not isinstance(made, (Network, Pair)):
        return 1
    if experiment.adversarial is not None:
        steps, both = experiment.adversarial.steps, made.plan.multiply_adds
        both += experiment.opponent_plan().multiply_adds
        return max((steps + 1) * both * experiment.batch_size, 1)
    return max(made.plan.multiply_adds * experiment.batch_size, 1)


def network(experiment: Experiment, data: Data) -> Network:
    """The network with its first weights; of a game the generator, which has its opponent."""
    if experiment.adversarial is not None:
        return Generator(
            experiment.pieces(),
            experiment.adversarial.noise,
            [layer.make() for layer in experiment.adversarial.layers],
            data.shape,
            experiment.adversarial.loss.make(),
            experiment.adversarial.distribution == "uniform",
            game.signed(experiment.plan(), data.shape),
            experiment.initializer.make(),
            experiment.seed,
        )
    return Network(
        experiment.pieces(),
        experiment.reads,
        experiment.loss.make(),
        experiment.initializer.make(),
        experiment.seed,
    )


def training(
    experiment: Experiment, data: Data, of: Network, codes: np.ndarray | None = None
) -> Training | None:
    """What trains the network, on `codes` instead of the inputs; None where there are no data."""
    train = data.train
    if not len(train):
        return None
    if experiment.adversarial is not None and isinstance(of, Generator):
        return AdversarialTraining(
            of,
            train.x,
            experiment.optimizer.make(),
            experiment.adversarial.optimizer.make(),
            experiment.adversarial.steps,
            experiment.regularization.make(),
            experiment.batch_size,
            experiment.seed,
            data.scale,
            experiment.shuffle,
            experiment.schedule.make(),
            experiment.clip_norm,
            experiment.clip_value,
            experiment.augmentation.make(),
        )
    return Training(
        of,
        train.x if codes is None else codes,
        train.y,
        experiment.optimizer.make(),
        experiment.regularization.make(),
        experiment.batch_size,
        experiment.seed,
        data.scale if codes is None else 1.0,
        experiment.shuffle,
        experiment.schedule.make(),
        experiment.clip_norm,
        experiment.clip_value,
        experiment.accumulate,
        experiment.augmentation.make(),
        data.stateful,
    )
