"""Why a network answers as it does: which pixels matter, what a unit likes, what lies near what.

Everywhere x is what the network reads, float32 [channels, height, width] or [features].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.analysis.trace import Score
from playground.engine import Network, registry
from playground.engine.network import FrozenNetwork

AT_ONCE = 512  # inputs of one question, so that wide networks stay within memory
SUMS = {"conv2d", "conv2d_transpose", "dense"}  # their activation is their very last step
NEIGHBOURS = 30  # t-SNE's perplexity: about how many neighbours a point looks at


def part(network: Network | FrozenNetwork, depth: int, plain: bool = False) -> Network:
    """A network of the first `depth` layers with the same weights.

    plain: the last one only adds up, so that also a unit that is off has a slope; a block of
    several steps stays as it is.
    """
    layers = [row.layer for row in network.plan.rows[:depth]]
    if plain and layers[-1].type in SUMS:
        layers[-1] = registry.make(
            "layer", {**registry.describe(layers[-1]), "activation": "identity"}
        )
    made = Network(layers, network.plan.input_shape, Score())
    state = network.state_dict()
    made.load_state_dict({name: state[name] for name in made.state_dict()})
    return made


def slopes(network: Network, x: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """∂ Σ wanted · output / ∂x for inputs x [N, *shape] and wanted [N, outputs]: [N, *shape]."""
    return network.backward(x, wanted.astype(np.float32), training=False)[2]


# ---- one image ----


def saliency(network: Network | FrozenNetwork, x: np.ndarray, label: int) -> np.ndarray:
    """∂ score / ∂x of the class `label`, the score before softmax: [*shape].

    K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", 2014. Its size
    tells how much a pixel could change the score; times x, what the pixel says now.
    """
    whole = part(network, len(network.plan.rows))
    wanted = np.eye(math.prod(network.plan.output_shape), dtype=np.float32)[[label]]
    return slopes(whole, x[None], wanted)[0]


def background(x: np.ndarray) -> np.ndarray:
    """What stands around what is shown: every channel's median at the border, [channels, 1, 1]."""
    border = np.concatenate([x[:, 0], x[:, -1], x[:, 1:-1, 0], x[:, 1:-1, -1]], axis=1)
    return np.median(border, axis=1)[:, None, None].astype(x.dtype)


def occlusion(
    chances: Callable[[np.ndarray], np.ndarray], x: np.ndarray, label: int, patch: int = 5
) -> np.ndarray:
    """What the probability of `label` loses when a patch around each pixel is covered.

    Returns [height, width]. chances: inputs [N, *shape] → probabilities [N, classes]; the patch
    shows the `background` (M. Zeiler, R. Fergus, "Visualizing and understanding convolutional
    networks", 2014).
    """
    _, height, width = x.shape
    cover, reach = background(x), patch // 2
    covered = np.repeat(x[None], height * width, 0)
    for place, one in enumerate(covered):
        row, column = divmod(place, width)
        top, left = max(0, row - reach), max(0, column - reach)
        one[:, top : row + reach + 1, left : column + reach + 1] = cover
    drops = []
    for start in range(0, len(covered), AT_ONCE):
        # The whole image is read with each slice: alone, its sums are rounded in another order.
        found = chances(np.concatenate([x[None], covered[start : start + AT_ONCE]]))[:, label]
        drops.append(found[0] - found[1:])
    return np.concatenate(drops).reshape(height, width)


# ---- one unit ----


@dataclass(frozen=True, eq=False)
class Favourites:
    """The inputs that units like, [units, *shape], cut to what the units see of them.

    before, after: the sum of each unit (before its activation) for the noise, and for its input.
    """

    inputs: np.ndarray
    before: np.ndarray
    after: np.ndarray


def favourites(
    network: Network | FrozenNetwork,
    depth: int,
    units: range,
    steps: int = 100,
    seed: int = 1,
    rate: float = 0.1,
    shrink: float = 0.05,
    blur: float = 0.5,
) -> Favourites:
    """Climb to the inputs that units of layer `depth` (counted from 1) answer to most.

    Of a map the cell in the middle counts. From weak noise, each step goes `rate` along the
    gradient (its largest number taken as 1), then shrinks all pixels (a penalty on their squares)
    and blurs them a little: both keep out noise that only the network sees
    (J. Yosinski et al., "Understanding neural networks through deep visualization", 2015).
    """
    first = part(network, depth, plain=True)
    shape = first.plan.output_shape
    wanted = _one_each(shape, units)
    random = np.random.default_rng(seed)
    start = random.normal(0.3, 0.1, first.plan.input_shape).clip(0, 1)
    x = np.repeat(start[None].astype(np.float32), len(units), 0)
    answers, seen = [], np.zeros(x.shape[1:], bool)
    for step in range(steps + 1):
        if step in (0, steps):
            answers.append((first.predict(x).reshape(len(x), -1) * wanted).sum(1))
        if step < steps:
            slope = slopes(first, x, wanted)
            seen |= (slope != 0).any(0)
            largest = np.abs(slope).reshape(len(x), -1).max(1)
            slope /= np.maximum(largest, 1e-12).reshape(-1, *(1,) * (x.ndim - 1))
            x = np.clip(_blurred((x + rate * slope) * (1 - shrink), blur), 0, 1)
    return Favourites(_cut(x, seen), *answers)


def _one_each(shape: tuple[int, ...], units: range) -> np.ndarray:
    """[units, numbers]: 1 for the unit, or for the cell in the middle of the map."""
    wanted = np.zeros((len(units), *shape), np.float32)
    middle = tuple(size // 2 for size in shape[1:])
    for row, unit in enumerate(units):
        wanted[(row, unit, *middle)] = 1
    return wanted.reshape(len(units), -1)


def _cut(x: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Images without the borders that no unit sees."""
    if x.ndim != 4 or not seen.any():
        return x
    rows, columns = (np.flatnonzero(seen.any(axes)) for axes in ((0, 2), (0, 1)))
    return x[:, :, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _blurred(x: np.ndarray, deviation: float) -> np.ndarray:
    """A little of the next pixels on both axes; images alone."""
    if x.ndim != 4 or not deviation:
        return x
    side = math.exp(-0.5 / deviation**2)
    for axis in (2, 3):
        before = np.concatenate([x.take([0], axis), x.take(range(x.shape[axis] - 1), axis)], axis)
        after = np.concatenate([x.take(range(1, x.shape[axis]), axis), x.take([-1], axis)], axis)
        x = (x + side * (before + after)) / (1 + 2 * side)
    return x.astype(np.float32)


# ---- many inputs ----


def last_hidden(network: Network | FrozenNetwork) -> int:
    """The layer (counted from 1) whose answers the last layer with weights reads; 0: the input."""
    heavy = [row.position for row in network.plan.rows if row.parameters]
    return heavy[-1] if heavy else 0


def pca(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two directions in which points [N, features] spread most: ([N, 2], shares of variance).

    K. Pearson, 1901. Signs as scikit-learn chooses them: of each direction the largest part is > 0.
    """
    middle = points.astype(np.float64) - points.mean(0, dtype=np.float64)
    _, size, ways = np.linalg.svd(middle, full_matrices=False)
    ways = ways[:2] * np.sign(np.take_along_axis(ways[:2], np.abs(ways[:2]).argmax(1)[:, None], 1))
    found = middle @ ways.T
    shares = size[:2] ** 2 / max(float((size**2).sum()), 1e-30)
    if found.shape[1] < 2:  # a single feature
        found, shares = np.pad(found, ((0, 0), (0, 1))), np.append(shares, 0.0)
    return found, shares


def tsne(points: np.ndarray, seed: int = 1) -> np.ndarray:
    """[N, 2]: what is near in [N, features] stays near; far distances mean little.

    L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", 2008; scikit-learn's, some seconds
    for 1,000 points. On one thread: several wait for each other in busy loops, and where a network
    trains besides, that makes minutes of three seconds.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    near = min(NEIGHBOURS, (len(points) - 1) / 3)
    with threadpool_limits(1):
        return TSNE(perplexity=near, init="pca", random_state=seed).fit_transform(points)
