"""More points of the plane with values: along a roll, and across a wave."""

from __future__ import annotations

import numpy as np

from playground.data.toy import EDGE, RADIUS, Values
from playground.engine.registry import register

INSIDE, OUTSIDE = 1.5 * np.pi, 4.5 * np.pi  # the angles at both ends of the roll


@register("data", "swiss_roll", "Swiss roll")
class SwissRoll(Values):
    """A slice of a Swiss roll: how far along the dough is a point? Neighbours may be far apart.

    t ~ U(1.5π, 4.5π) at (t·cos t, t·sin t)·5/4.5π + η·U(−1, 1)²; the value is (t − 3π)/1.5π, −1
    inside and +1 outside, as scikit-learn's make_swiss_roll seen from its end.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        turn = random.uniform(INSIDE, OUTSIDE, self.samples)
        radius = RADIUS * turn / OUTSIDE
        points = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
        points += noise * random.uniform(-1, 1, points.shape)
        return points, 2 * (turn - INSIDE) / (OUTSIDE - INSIDE) - 1


@register("data", "sine", "Sine")
class Sine(Values):
    """A wave that runs from left to right: one input is the answer, and the other is a distraction.

    x, y ~ U(−6, 6); the value is sin x′, with noise η·U(−π, π) in x′ only.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        points = random.uniform(-EDGE, EDGE, (self.samples, 2))
        moved = points[:, 0] + noise * random.uniform(-np.pi, np.pi, self.samples)
        return points, np.sin(moved)
