"""Fine-tuning: a trained network goes on to learn a visitor's own drawings.

Trained on the drawings alone it would forget other hands (catastrophic forgetting: McCloskey and
Cohen, 1989). So they are mixed with images of MNIST, and repeated, a little changed each time,
until they are about a third of what it sees. The network it starts from stays as it is.
"""

from __future__ import annotations

import threading
import time
import zlib
from dataclasses import dataclass, replace

import numpy as np

from playground.data import jobs, mnist
from playground.engine import Training, registry
from playground.engine.network import FrozenNetwork, Network
from playground.training import build, evaluation
from playground.training.fair_lock import CORES
from playground.training.snapshot import Snapshot

EPOCHS = 5
REHEARSED = 3000  # images of MNIST that are mixed in
SHARE = 1500  # of the visitor's drawings among them, by repeating each
MOST_REPEATS = 50
RATE, BATCH = 0.0005, 64
SECONDS = 20.0  # of training at most, however large the network
WORK = 4e8  # multiplications of a turn, about 20 ms: others wait no longer
EVERY = 5  # one drawing of about so many is only for testing, once there are enough
FEWEST = 10  # from so many drawings on


@dataclass(frozen=True)
class Scores:
    """Right answers before or after: of all drawings, of those kept aside, and on MNIST."""

    drawings: int
    aside: int
    mnist: dict[str, float]  # loss and accuracy on the 10,000 test images


@dataclass(frozen=True)
class Tuned:
    """What came of it."""

    snapshot: Snapshot
    before: Scores
    after: Scores
    drawings: int
    aside: int  # how many of them were not learned from
    epochs: float


def aside(images: np.ndarray) -> np.ndarray:
    """Which drawings are kept for testing, bool [N]: about every fifth, by its checksum.

    So a drawing stays on its side when others come, and when a tuned network is tuned again.
    """
    if len(images) < FEWEST:
        return np.zeros(len(images), bool)
    return np.array([zlib.crc32(image.tobytes()) % EVERY == 0 for image in images])


def mixed(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What it trains on: drawings [N, 1, 28, 28], repeated, and images of MNIST."""
    known = mnist.load()[0]
    chosen = np.random.default_rng(1).choice(len(known) - 5000, REHEARSED, replace=False)
    repeats = min(max(round(SHARE / len(images)), 1), MOST_REPEATS)
    return (
        np.concatenate([known.x[chosen], np.repeat(images, repeats, 0)]),
        np.concatenate([known.y[chosen], np.repeat(labels, repeats)]),
    )


class Tuning(jobs.Job[Tuned]):
    """One fine-tuning. images: uint8 [N, 28, 28]; labels: their digits."""

    def __init__(self, base: Snapshot, images: np.ndarray, labels: np.ndarray) -> None:
        super().__init__("Fine-tuning", self._tune)
        self.base, self.labels = base, np.array(labels, np.int64)
        self.images = np.array(images, np.uint8)[:, None]

    def _tune(self) -> Tuned | None:
        validation = aside(self.images)
        before = self._scores(self.base.network, validation)
        network = build.network(self.base.experiment, self.base.data)
        network.load_state_dict(self.base.network.state_dict())
        training = self._training(network, validation)
        if not self._train(training):
            return None
        frozen = network.snapshot()
        after = self._scores(frozen, validation)
        tuned = replace(
            self.base,
            status="finished",
            message="",
            network=frozen,
            step=self.base.step + training.step,
            recorded=(),
            repeatable=False,
            metrics={**self.base.metrics, "test": after.mnist},
            _cache={},
            _lock=threading.RLock(),
        )
        return Tuned(tuned, before, after, len(self.labels), int(validation.sum()), training.epoch)

    def _training(self, network: Network, validation: np.ndarray) -> Training:
        x, y = mixed(self.images[~validation], self.labels[~validation])
        return Training(
            network,
            x,
            y,
            registry.make("optimizer", {"type": "adam", "learning_rate": RATE}),
            batch_size=BATCH,
            scale=self.base.data.scale,
            augmentation=registry.make("augmentation", {"type": "images"}),
        )

    def _train(self, training: Training) -> bool:
        """Whether it came to an end of its own, in time or by the clock."""
        total = EPOCHS * training.steps_per_epoch
        work = max(training.network.plan.multiply_adds * BATCH, 1)
        turn, start = max(int(WORK / work), 1), time.monotonic()
        while training.step < total and time.monotonic() - start < SECONDS:
            if self.stopped:
                return False
            with CORES:
                done = training.train(min(turn, total - training.step))
            if not done.finite:
                raise jobs.JobError("The loss overflowed: this network cannot be trained further.")
            self.progress = training.step / total
        return True

    def _scores(self, network: Network | FrozenNetwork, validation: np.ndarray) -> Scores:
        numbers = evaluation.numbers(self.images, self.base.data.scale)
        right = network.loss.classes(network.predict(numbers)) == self.labels
        scores = evaluation.evaluate(network, mnist.load()[1], self.base.data)
        return Scores(int(right.sum()), int(right[validation].sum()), scores)
