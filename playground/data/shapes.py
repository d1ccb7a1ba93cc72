"""More points of the plane in classes: half moons, three arms, rings and squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data.toy import COLOURS, EDGE, RADIUS, Toy, TwoClasses, polar
from playground.engine.registry import register

MOON = 3.2  # the radius of a half moon
ARMS, TURNS = 3, 1.25
RINGS, GAP, BREADTH = 4, 1.4, 0.8  # from one ring's inner edge to the next one's; of a ring
SQUARE = 3.0  # the side of a square of the board


@dataclass(frozen=True, kw_only=True)
class ThreeClasses(Toy):
    """Points of which each is orange, blue or green."""

    labels = COLOURS[:3]


@dataclass(frozen=True, kw_only=True)
class FourClasses(Toy):
    """Points of which each is orange, blue, green or pink."""

    labels = COLOURS[:RINGS]


@register("data", "moons", "Moons")
class Moons(TwoClasses):
    """Two half moons that reach into each other: the border has to bend twice.

    t ~ U(0, π); blue at 3.2·(cos t − ½, sin t − ¼), orange at 3.2·(½ − cos t, ¼ − sin t), as
    scikit-learn's make_moons, centred; each point strays by 2η·N(0, 1)².
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        blue = np.arange(self.samples) < self.samples // 2
        turn = random.uniform(0, np.pi, self.samples)
        moon = np.stack([np.cos(turn) - 0.5, np.sin(turn) - 0.25], axis=1)
        points = MOON * np.where(blue, 1, -1)[:, None] * moon
        return points + 2 * noise * random.standard_normal(points.shape), blue


@register("data", "spirals", "Three arms")
class Spirals(ThreeClasses):
    """Three arms wound around each other, each a class: the output needs three neurons.

    Point i of n on arm k: r = 5i/n, t = 1.25·2π·i/n + 2πk/3, at (r·sin t, r·cos t) + η·U(−1, 1)².
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        arm = np.arange(self.samples) % ARMS
        along = (np.arange(self.samples) // ARMS) / -(-self.samples // ARMS)
        points = polar(RADIUS * along, TURNS * 2 * np.pi * along + 2 * np.pi * arm / ARMS)
        return points + noise * random.uniform(-1, 1, points.shape), arm


@register("data", "rings", "Rings")
class Rings(FourClasses):
    """A disc and three rings around it, four classes: closed borders, one inside the other.

    Ring k = 0 … 3 has r ~ U(1.4 k, 1.4 k + 0.8), at an angle ~ U(0, 2π). The class is the ring that
    is nearest to p + η·U(−5, 5)²; the point is stored where it was drawn.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        ring = np.arange(self.samples) % RINGS
        radius = GAP * ring + random.uniform(0, BREADTH, self.samples)
        points = polar(radius, random.uniform(0, 2 * np.pi, self.samples))
        moved = points + noise * random.uniform(-RADIUS, RADIUS, points.shape)
        nearest = np.rint((np.hypot(*moved.T) - BREADTH / 2) / GAP)
        return points, np.clip(nearest, 0, RINGS - 1)


@register("data", "checkerboard", "Checkerboard")
class Checkerboard(TwoClasses):
    """Four by four squares in turn blue and orange: exclusive or, many times over.

    x, y ~ U(−6, 6); blue where ⌊x′/3⌋ + ⌊y′/3⌋ is even, with noise η·U(−3, 3) in x′ and y′ only.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        points = random.uniform(-EDGE, EDGE, (self.samples, 2))
        moved = points + noise * random.uniform(-SQUARE, SQUARE, points.shape)
        return points, np.floor(moved / SQUARE).sum(axis=1) % 2 == 0
