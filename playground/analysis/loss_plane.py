"""The loss of a network over a plane through its weights, and its training's path in that plane.

L(a, b) = loss(θ + a d₁ + b d₂), the mean loss of training samples, without any penalty. Directions:

- "path": the two along which the recorded moments of the training spread most, by principal
  components of θ_t − θ; the path lies in this plane as well as it can in any (Lorch, 2016).
- "random": normal numbers, each filter scaled to the norm of the same filter of θ, so that planes
  of different networks can be compared (Li, Xu, Taylor, Studer and Goldstein, 2018). A filter is
  what one output reads: a row of a dense layer, a kernel of a convolution. As there, biases and
  what normalisation learns stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from playground.data import Data, Split
from playground.engine import FrozenNetwork, Network
from playground.training.evaluation import evaluate
from playground.training.snapshot import Snapshot

SIDES = (51, 31, 21)  # places along each side: the first that fits into the time there is
SAMPLES = 512  # of the training data that stand for all, at most
FEWEST = 32
SECONDS = 12.0  # that a plane should take at most; fewer samples where even 21 places take longer
REACH = 1.0  # of random directions: as far as the weights themselves are large
MARGIN = 0.3  # of the path's width, around it
LEAST = 3  # moments that make a path with two directions
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")  # moved by no gradient


@dataclass(frozen=True, eq=False)
class LossPlane:
    """The losses of a plane.

    a, b: [side], how far along the directions. losses: [side, side], row i at b[i]. path: [moments,
    2], the training's moments in the plane, the newest at (0, 0); path_losses, epochs: [moments].
    shares: of the moments' variance, what each direction holds. samples: how many were asked.
    moved: how many parameters training moves.
    """

    kind: str
    a: np.ndarray
    b: np.ndarray
    losses: np.ndarray
    path: np.ndarray
    path_losses: np.ndarray
    epochs: np.ndarray
    shares: tuple[float, float]
    samples: int
    moved: int


def has_plane(snapshot: Snapshot) -> str:
    """Why a network's loss is not drawn; empty where it can be."""
    experiment = snapshot.experiment
    if not experiment.network or experiment.adversarial is not None:
        return "There is no single network with a single loss."
    if snapshot.data.stateful:
        return "This network reads one long sequence; its loss is not asked of single samples."
    if not len(snapshot.data.train):
        return "There are no samples to measure a loss on."
    return ""


def loss_plane(
    snapshot: Snapshot,
    moments: Sequence[tuple[float, np.ndarray]],
    kind: str,
    seed: int = 1,
    tell: Callable[[float], bool] = lambda share: True,
) -> LossPlane | None:
    """Losses around a network, and around the path that led to it.

    moments: epoch and parameters, oldest first. kind: "path" or "random". tell: hears which share
    is done, and says whether to go on; None where it said no.
    """
    now = snapshot.network
    epochs, rows = _rows(now, snapshot.epoch, moments)
    steps = (rows - rows[-1])[:, _moves(now)].astype(np.float64)
    if kind == "path":
        directions, shares = _principal(steps)
    else:
        directions = _random(now, seed)
        shares = _shares(steps, directions)
    path = np.linalg.lstsq(directions.T, steps.T, rcond=None)[0].T
    asked = _Asked(snapshot, tell, len(rows))
    side = asked.side
    a, b = (_span(path[:, k], kind, side) for k in range(2))
    losses = np.full((side, side), np.nan, np.float32)
    for i in range(side):
        for j in range(side):
            moved = a[j] * directions[0] + b[i] * directions[1]
            if not asked.goes_on:
                return None
            losses[i, j] = asked.loss(rows[-1], moved)
    along = np.array([asked.loss(row, None) for row in rows], np.float32)
    count = steps.shape[1]
    return LossPlane(kind, a, b, losses, path, along, epochs, shares, asked.samples, count)


class _Asked:
    """A network of its own whose weights are put everywhere in the plane."""

    def __init__(self, snapshot: Snapshot, tell: Callable[[float], bool], moments: int) -> None:
        of = snapshot.network
        self.network = Network(of.layers, of.plan.input_shape, of.loss)
        self.moves, self.data = _moves(of), snapshot.data
        self.tell, self.count, self.done, self.goes_on = tell, 1, 0, True
        self.split = _first(snapshot.data.train, SAMPLES)
        self.side = self._side(of.flat, moments)
        self.count, self.done = self.side**2 + moments, 0

    def _side(self, flat: np.ndarray, moments: int) -> int:
        """How many places there is time for; fewer samples where there is not enough."""
        self.loss(flat, None)  # compiled
        start = time.perf_counter()
        self.loss(flat, None)
        each = time.perf_counter() - start
        for side in SIDES:
            if (side**2 + moments) * each <= SECONDS:
                return side
        fewer = int(len(self.split) * SECONDS / ((side**2 + moments) * each))
        self.split = _first(self.split, max(FEWEST, fewer))
        return side

    @property
    def samples(self) -> int:
        return len(self.split)

    def loss(self, flat: np.ndarray, moved: np.ndarray | None) -> float:
        """The mean loss at flat, moved by so much."""
        self.network.load_parameters(flat)
        if moved is not None:
            self.network.flat[self.moves] += moved.astype(self.network.dtype)
        value = _measured(self.network, self.split, self.data)
        self.done += 1
        self.goes_on = self.tell(min(self.done / self.count, 1.0)) and self.goes_on
        return value


def _measured(network: Network, split: Split, data: Data) -> float:
    with np.errstate(all="ignore"):
        return float(evaluate(network, split, data)["loss"])


def _first(split: Split, count: int) -> Split:
    """The first samples alone, without what belongs to all of them."""
    lengths = None if split.lengths is None else split.lengths[:count]
    return replace(split, x=split.x[:count], y=split.y[:count], points=None, lengths=lengths)


def _rows(
    now: FrozenNetwork, epoch: float, moments: Sequence[tuple[float, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """Epochs, and parameters [moments, all], the network itself last."""
    kept = [(at, flat) for at, flat in moments if at < epoch and flat.shape == now.flat.shape]
    epochs = np.array([*(at for at, _ in kept), epoch])
    return epochs, np.stack([*(flat for _, flat in kept), now.flat])


def _moves(network: FrozenNetwork) -> np.ndarray:
    """Which parameters gradients move: all but running statistics."""
    mask = np.zeros(network.flat.size, bool)
    for name, place in network.places.items():
        mask[place.offset : place.offset + place.size] = not name.endswith(STATISTICS)
    return mask


def _principal(steps: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Two unit directions [2, parameters], and the share of the spread that each holds."""
    middle = steps - steps.mean(axis=0)
    _, sizes, directions = np.linalg.svd(middle, full_matrices=False)
    first = directions[:2] if len(directions) > 1 else np.resize(directions, (2, steps.shape[1]))
    variance = sizes**2 / max(float((sizes**2).sum()), 1e-30)
    return first, (float(variance[0]), float(variance[1]))


def _random(network: FrozenNetwork, seed: int) -> np.ndarray:
    """Two directions [2, parameters that move], their filters as long as the network's."""
    directions = np.zeros((2, network.flat.size))
    for number, (name, place) in enumerate(network.places.items()):
        if len(place.shape) < 2 or name.endswith(STATISTICS):
            continue
        weights = network.parameter(name).reshape(place.shape[0], -1)
        lengths = np.linalg.norm(weights, axis=1, keepdims=True)
        for k in range(2):
            drawn = np.random.default_rng([seed, number, k]).standard_normal(weights.shape)
            drawn *= lengths / np.linalg.norm(drawn, axis=1, keepdims=True)
            directions[k, place.offset : place.offset + place.size] = drawn.ravel()
    return directions[:, _moves(network)]


def _shares(steps: np.ndarray, directions: np.ndarray) -> tuple[float, float]:
    """The share of the moments' spread along each direction."""
    middle = steps - steps.mean(axis=0)
    total = max(float((middle**2).sum()), 1e-30)
    units = directions / np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-30)
    first, second = ((middle @ units.T) ** 2).sum(axis=0) / total
    return float(first), float(second)


def _span(along: np.ndarray, kind: str, side: int) -> np.ndarray:
    """The places along a direction: as far as weights are large, or around the path."""
    if kind == "random":
        return np.linspace(-REACH, REACH, side)
    low, high = float(along.min()), float(along.max())
    room = MARGIN * max(high - low, 1e-3)
    return np.linspace(low - room, high + room, side)
