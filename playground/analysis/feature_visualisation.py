"""What a unit likes: the inputs that it answers to most, found by climbing its gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.analysis.attribution import part, slopes
from playground.engine import Network
from playground.engine.network import FrozenNetwork


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
