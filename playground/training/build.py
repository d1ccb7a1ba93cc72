"""From an Experiment's description to the engine's objects."""

from __future__ import annotations

from playground.data import Data
from playground.engine import Network, Training
from playground.experiment import Experiment


def network(experiment: Experiment, data: Data) -> Network:
    """The network with its first weights."""
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
    )
