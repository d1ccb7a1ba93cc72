"""How good a network is on a split of the data."""

from __future__ import annotations

import numpy as np

from playground.data import Data, Split
from playground.engine.network import FrozenNetwork, Network
from playground.training.fair_lock import CORES

SLICE = 2048  # samples a turn, about 20 ms of LeNet-5
SAMPLES = 2000  # so many of a large split stand for all


def metric(data: Data) -> str:
    """What is measured besides the loss."""
    return "accuracy" if data.classes else "mae"


def sample(split: Split) -> Split:
    """A small split itself, of a large one its first samples."""
    part = slice(None) if len(split) <= 2 * SAMPLES else slice(SAMPLES)
    return Split(split.x[part], split.y[part])


def numbers(x: np.ndarray, scale: float) -> np.ndarray:
    """Inputs as the network reads them: bytes become scaled float32."""
    x = np.asarray(x)
    return x.astype(np.float32) * np.float32(scale) if x.dtype == np.uint8 else x


def evaluate(network: Network | FrozenNetwork, split: Split, data: Data) -> dict[str, float]:
    """The loss, and the share of right answers or the mean absolute error.

    The network reads slices, so that others get their turns; the loss looks at all answers at once,
    for not every loss is a mean over samples.
    """
    if not len(split):
        return {"loss": float("nan"), metric(data): float("nan")}
    slices = []
    for start in range(0, len(split), SLICE):
        with CORES:
            slices.append(network.predict(numbers(split.x[start : start + SLICE], data.scale)))
    outputs = np.concatenate(slices)
    if data.classes:
        score = np.mean(network.loss.classes(outputs) == split.y)
    else:
        score = np.mean(np.abs(outputs[:, 0].astype(np.float64) - split.y))
    return {"loss": float(network.loss.evaluate(outputs, split.y)), metric(data): float(score)}
