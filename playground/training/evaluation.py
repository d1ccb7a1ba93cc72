"""How good a network is on a split of the data."""

from __future__ import annotations

import numpy as np

from playground.data import Data, Split
from playground.engine import FrozenGenerator, Generator
from playground.engine.losses import Loss, known_steps
from playground.engine.network import FrozenNetwork, Network
from playground.engine.reconstruction import Reconstruction
from playground.engine.stream import in_turn
from playground.training import game
from playground.training.fair_lock import CORES

SLICE = 2048  # samples a turn, about 20 ms of LeNet-5
TINY = 1e-30
SAMPLES = 2000  # so many of a large split stand for all
ANSWERS, FEWEST = 20_000, 64  # or, with answers at every step, so many of them; sequences at least


def metrics(network: Network | FrozenNetwork, data: Data) -> tuple[str, ...]:
    """What is measured besides the loss."""
    if isinstance(network, Generator | FrozenGenerator):
        return game.metrics(data)
    answers = "accuracy" if data.classes else "mae"
    name = "reconstruction" if network.loss.reconstructs else answers
    text = ("bits", "perplexity") if data.next_symbol and not network.loss.reconstructs else ()
    return (name, *text, "kl") if draws(network) else (name, *text)


def draws(network: Network | FrozenNetwork) -> bool:
    """Whether a layer draws codes by chance."""
    return len(network.betas) > 0


def sample(split: Split) -> Split:
    """A small split itself, of a large one its first samples, or those with so many answers."""
    count = SAMPLES
    if split.y.ndim > 1:
        count = min(count, max(ANSWERS // split.y.shape[1], FEWEST))
    part = slice(None) if len(split) <= 2 * count else slice(count)
    return Split(split.x[part], split.y[part])


def numbers(x: np.ndarray, scale: float) -> np.ndarray:
    """Inputs as the network reads them: bytes become scaled float32."""
    x = np.asarray(x)
    return x.astype(np.float32) * np.float32(scale) if x.dtype == np.uint8 else x


def evaluate(network: Network | FrozenNetwork, split: Split, data: Data) -> dict[str, float]:
    """The loss, and the share of right answers, the mean absolute error, or its two parts.

    Of a reconstruction all is in nats per sample, summed over its numbers. Where codes are drawn
    the loss is "reconstruction" + β "kl", with β = 1 the negative of the variational bound, an
    average over one draw for each sample, the same in every call. Of text also "bits" a character,
    −log₂ of the probability of the right one, and the "perplexity", 2 to the power of that. Of a
    generator see `game.evaluate`.

    The network reads slices, so that others get their turns; other losses look at all answers at
    once, for not every loss is a mean over samples. Where a state is carried, windows are read one
    behind the other.
    """
    names = metrics(network, data)
    if not len(split):
        return {"loss": float("nan"), **dict.fromkeys(names, float("nan"))}
    if isinstance(network, Generator | FrozenGenerator):
        return game.evaluate(network, numbers(sample(split).x, data.scale), data)
    if data.stateful and not network.loss.reconstructs:
        with CORES:
            outputs = in_turn(network, split.x)
        return _answered(network.loss, outputs, split.y, data)
    chance, loss = draws(network), network.loss
    slices, costs, divergences = [], 0.0, np.zeros(len(network.betas))
    for start in range(0, len(split), SLICE):
        x = numbers(split.x[start : start + SLICE], data.scale)
        with CORES:
            if chance:
                outputs, divergence = network.draw(x, seed=start + 1)
                divergences += divergence.sum(0)
            else:
                outputs = network.predict(x)
            if isinstance(loss, Reconstruction):
                costs += float(loss.each(outputs, x).sum())
            else:
                slices.append(outputs)
    divergences /= len(split)
    if isinstance(loss, Reconstruction):
        measured = {"loss": costs / len(split), "reconstruction": costs / len(split)}
    else:
        measured = _answered(loss, np.concatenate(slices), split.y, data)
    if chance:
        measured["kl"] = float(divergences.sum())
    measured["loss"] += float(network.betas @ divergences)
    return measured


@np.errstate(over="ignore", invalid="ignore")  # answers that overflowed have no loss: NaN
def _answered(loss: Loss, outputs: np.ndarray, y: np.ndarray, data: Data) -> dict[str, float]:
    """The loss of answers, and how good they are: see `metrics`."""
    outputs, y = known_steps(outputs, y)
    measured = {"loss": float(loss.evaluate(outputs, y))}
    if not data.classes:
        return measured | {"mae": float(np.mean(np.abs(outputs[:, 0].astype(np.float64) - y)))}
    measured["accuracy"] = float(np.mean(loss.classes(outputs) == y))
    return measured | (surprise(loss.probabilities(outputs), y) if data.next_symbol else {})


def surprise(chances: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Bits a symbol and perplexity, of the probabilities [N, classes] and the right ones [N]."""
    right = np.take_along_axis(chances, y[:, None], axis=1)
    bits = float(-np.mean(np.log2(np.maximum(right, TINY))))
    return {"bits": bits, "perplexity": 2.0**bits}
