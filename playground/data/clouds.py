"""Points to imitate: clouds in a ring and in a grid, and a line. As data to tell apart they have
two colours."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from playground.data.dataset import Clouds, Data
from playground.data.toy import TwoClasses
from playground.engine.registry import register

RING = 8
ROW = 5


@dataclass(frozen=True, kw_only=True)
class Clouded(TwoClasses):
    """Normal clouds, as many points in each as in the others, of two colours by turns."""

    width = 0.2  # σ without noise

    @property
    def centres(self) -> np.ndarray:
        """Where the clouds are, [count, 2]."""
        raise NotImplementedError

    @property
    def colours(self) -> np.ndarray:
        """The class of each cloud."""
        return np.arange(len(self.centres)) % 2

    @property
    def deviation(self) -> float:
        """σ of each cloud."""
        return self.width + 2 * self.noise / 100

    def load(self, seed: int) -> Data:
        return replace(super().load(seed), clouds=Clouds(self.centres, self.deviation))

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        which = np.arange(self.samples) % len(self.centres)
        away = self.deviation * random.standard_normal((self.samples, 2))
        return self.centres[which] + away, self.colours[which]


@register("data", "ring", "Ring of clouds")
class Ring(Clouded):
    """Eight clouds around the middle, orange and blue by turns.

    Centres at distance 4, at angles of k · 45°; points are normal around them with σ = 0.3 + 2 η.
    The ring of Metz et al., "Unrolled generative adversarial networks" (2017).
    """

    width = 0.3

    @property
    def centres(self) -> np.ndarray:
        angles = 2 * np.pi * np.arange(RING) / RING
        return 4 * np.stack([np.cos(angles), np.sin(angles)], axis=1)


@register("data", "clouds", "Grid of clouds")
class Grid(Clouded):
    """Five rows of five clouds, orange and blue as on a chessboard.

    Centres at −4, −2, 0, 2 and 4; points are normal around them with σ = 0.2 + 2 η.
    """

    @property
    def centres(self) -> np.ndarray:
        along = np.linspace(-4, 4, ROW)
        x, y = np.meshgrid(along, along)
        return np.stack([x.ravel(), y.ravel()], axis=1)


@register("data", "segment", "Line")
class Line(TwoClasses):
    """A line across the plane: its left half is orange, its right half blue.

    x ~ U(−5, 5), y = x / 2, both moved by normal numbers with σ = 0.1 + 2 η.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        x = random.uniform(-5, 5, self.samples)
        points = np.stack([x, x / 2], axis=1)
        points += (0.1 + 2 * noise) * random.standard_normal(points.shape)
        return points, x > 0
