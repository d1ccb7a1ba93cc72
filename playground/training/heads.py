"""What each part of a hybrid is worth: network alone, trees alone, both, and with another head."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np

from playground.data.jobs import Job
from playground.engine import FrozenNetwork
from playground.experiment import Experiment, sharing
from playground.experiment.parts import Part
from playground.training import build, evaluation
from playground.training.fair_lock import CORES
from playground.training.snapshot import Snapshot
from playground.trees import Ensemble, Growth
from playground.trees.joined import Deep, Read, believed, shares

EPOCHS = 300  # of a network beside leaves, that it learns on the inputs
OTHER = {  # the head that a hybrid is compared with
    "forest": {"type": "random_forest"},
    "boosting": {"type": "hist_gradient_boosting", "n_estimators": 30, "learning_rate": 0.2},
}


@dataclass(frozen=True)
class Entry:
    """One way to answer the same question.

    score: the share of right test answers, or their mean absolute error. seconds: to learn, NaN
    where nobody measured it. size: how many numbers it consists of.
    """

    name: str
    score: float
    loss: float
    seconds: float
    size: int


class Contest(Job[list[Entry]]):
    """Measures the parts of a hybrid one after the other; `entries` has those that are done."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__("The comparison", self._measure)
        self.snapshot, self.entries, self.doing = snapshot, list[Entry](), ""

    def _measure(self) -> list[Entry] | None:
        network: object = self.snapshot.network
        ways = self._deep(network) if isinstance(network, Deep) else self._read()
        for entry in ways:
            if self.stopped:
                return None
            self.entries.append(entry)
        return self.entries

    # ---- trees on a network's features ----
    def _deep(self, deep: Deep) -> Iterator[Entry]:
        network, trees = deep.network, self.snapshot.experiment.trees
        assert network is not None and trees is not None
        learned, grown = deep.seconds
        yield self._entry("The network alone", Alone(network, self._classes), learned)
        yield self._entry(f"Its last hidden layer → {_title(trees)}", deep, learned + grown)
        forest = trees.make().combine != "sum"
        head = OTHER["boosting" if forest else "forest"]
        experiment = self.snapshot.experiment.changed(trees=head)
        data = self.snapshot.data
        growth = build.trees(
            experiment, data, network.features, math.prod(network.plan.rows[-2].output_shape)
        )
        name = f"Its last hidden layer → {_title(experiment.trees)}"
        if (seconds := self._grow(growth, name)) is not None:
            yield self._entry(name, Deep(*growth.snapshot().parts, network), learned + seconds)
        yield from self._alone()

    def _alone(self) -> Iterator[Entry]:
        """The same trees on the inputs as they are."""
        alone = Experiment.model_validate(sharing.shared(self.snapshot.experiment, ""))
        growth = build.trees(alone, self.snapshot.data)
        name = f"The inputs → {_title(alone.trees)}"
        if (seconds := self._grow(growth, name)) is not None:
            yield self._entry(name, growth.snapshot(), seconds)

    def _grow(self, growth: Growth, name: str) -> float | None:
        """Seconds until all has grown; None where somebody stopped it."""
        self.doing, self.progress, seconds = name, 0.0, 0.0
        while not self.stopped:
            with CORES:
                start = time.perf_counter()
                steps = growth.train(1).steps
                seconds += time.perf_counter() - start
            if not steps:
                return seconds
            self.progress = growth.step / (growth.most_steps or growth.step)
        return None

    # ---- a network on leaves ----
    def _read(self) -> Iterator[Entry]:
        read = cast(Read, self.snapshot.network)
        learned, grown = read.seconds
        yield self._entry("The trees alone", read.plain, grown)
        if read.network is not None:
            yield self._entry("Their leaves → the network", read, grown + learned)
        experiment = self.snapshot.experiment.changed(trees=None, hybrid=None, stop={})
        name = "The inputs → the same network"
        data = self.snapshot.data
        network = build.network(experiment, data)
        training = build.training(experiment, data, network)
        assert training is not None
        self.doing, self.progress, seconds = name, 0.0, 0.0
        for epoch in range(EPOCHS):
            if self.stopped:
                return
            with CORES:
                start = time.perf_counter()
                training.train(training.steps_per_epoch)
                seconds += time.perf_counter() - start
            self.progress = (epoch + 1) / EPOCHS
        yield self._entry(name, Alone(network.snapshot(), self._classes), seconds)

    # ---- measuring ----
    @property
    def _classes(self) -> int:
        return self.snapshot.data.classes

    def _entry(self, name: str, answering: object, seconds: float) -> Entry:
        data = self.snapshot.data
        self.doing = name
        measured = evaluation.evaluate(cast(FrozenNetwork, answering), data.test, data)
        score = measured["accuracy" if data.classes else "mae"]
        size = cast(Ensemble, answering).size
        return Entry(name, score, measured["loss"], seconds, size)


class Alone:
    """A network that answers as trees do, so that their losses compare: −ln p of the right class,
    or squared error."""

    betas = Ensemble.betas

    def __init__(self, network: FrozenNetwork, classes: int) -> None:
        self.network, self.loss = network, believed(classes)
        self.size = network.flat.size

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Shares of classes, or values: float64 [N, k]."""
        return shares(self.network, x, self.loss.count)


def _title(part: Part | None) -> str:
    """What a kind of trees is called inside a line."""
    title = type(part.make()).title if part else ""
    return title[:1].lower() + title[1:] if title[1:] == title[1:].lower() else title
