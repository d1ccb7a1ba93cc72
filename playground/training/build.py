"""From an Experiment's description to the engine's objects."""

from __future__ import annotations

from typing import cast

from playground.data import Data
from playground.engine import AdversarialTraining, Generator, Network, Training
from playground.experiment import Experiment
from playground.training import game
from playground.trees import Growth


def learner(experiment: Experiment, data: Data) -> tuple[Network, Training | None]:
    """What answers and what trains it: a network and its training, or trees, which are both.

    Trees have the verbs of either that a Run uses, and none of a network's layers; whoever shows
    layers never meets an Experiment with trees.
    """
    if experiment.trees is not None:
        grown = trees(experiment, data)
        return cast(Network, grown), cast(Training, grown) if len(data.train) else None
    made = network(experiment, data)
    return made, training(experiment, data, made)


def trees(experiment: Experiment, data: Data) -> Growth:
    """The trees of an Experiment before any has grown."""
    model = experiment.trees.make() if experiment.trees else None
    if model is None:
        raise ValueError("This experiment has no trees.")
    train = data.train
    return Growth(model, train.x, train.y, data.classes, experiment.seed, data.scale)


def work(experiment: Experiment, made: Network) -> int:
    """Multiplications of a step; trees are paced by the clock alone."""
    if experiment.trees is not None:
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
            [layer.make() for layer in experiment.layers],
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
        [layer.make() for layer in experiment.layers],
        data.shape,
        experiment.loss.make(),
        experiment.initializer.make(),
        experiment.seed,
    )


def training(experiment: Experiment, data: Data, of: Network) -> Training | None:
    """What trains the network; None where there are no data to train on."""
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
        train.x,
        train.y,
        experiment.optimizer.make(),
        experiment.regularization.make(),
        experiment.batch_size,
        experiment.seed,
        data.scale,
        experiment.shuffle,
        experiment.schedule.make(),
        experiment.clip_norm,
        experiment.clip_value,
        experiment.accumulate,
        experiment.augmentation.make(),
        data.stateful,
    )
