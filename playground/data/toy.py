"""Points of the plane to learn from: the data sets of TensorFlow Playground, drawn from a seed.

The formulas are those of tensorflow/playground (src/dataset.ts). Points lie in [−6, 6]²; class 1
(+1 there) is blue, class 0 (−1 there) orange. The noise η is a share from 0 to 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data.dataset import SEEDS, Data, DataSet, Split, parts_of
from playground.data.features import FEATURES, features
from playground.engine.registry import integer, real, register, several

RADIUS = 5.0
EDGE = 6.0  # the plane that is shown is [−EDGE, EDGE]²
# The classes of points, in order; how they look stands in views/plane.py.
COLOURS = ("orange", "blue", "green", "pink", "brown", "grey")
HILLS = (
    (-4.0, 2.5, 1),
    (0.0, 2.5, -1),
    (4.0, 2.5, 1),
    (-4.0, -2.5, -1),
    (0.0, -2.5, 1),
    (4.0, -2.5, -1),
)


@dataclass(frozen=True, kw_only=True)
class Toy(DataSet):
    """Points of the plane, shuffled, then split into training, validation and test points."""

    samples: int = integer(
        500,
        20,
        10_000,
        "How many points there are in all. More points leave less to chance.",
        title="Points",
    )
    noise: int = integer(
        0,
        0,
        50,
        "How far the answers stray from the rule, in percent. With noise, a network that "
        "gets every training point right has learned some of them by heart.",
        title="Noise",
    )
    train_fraction: float = real(
        0.5,
        0.1,
        0.9,
        "The share of points to learn from. The others only test what was learned.",
        title="Share for training",
    )
    validation_fraction: float = real(
        0.0,
        0.0,
        0.5,
        "The share of the training points kept aside to choose settings by, so that "
        "the test points stay unseen.",
        title="Share for validation",
    )
    features: tuple[str, ...] = several(
        ("x1", "x2"),
        tuple(FEATURES),
        "What the network is told about each point. r: how far it "
        "lies from the middle. angle: in which direction, in radians from −π to π, counted "
        "counter-clockwise from the x₁ axis.",
        title="Inputs",
    )
    seed: int | None = integer(
        None,
        0,
        SEEDS,
        "Which points chance draws. Empty: the seed of the whole experiment.",
        optional=True,
        title="Seed of the points",
    )

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.features),)

    @property
    def sizes(self) -> tuple[int, int]:
        return self.samples, self.samples

    def load(self, seed: int) -> Data:
        """Draw, shuffle, split: training points first, of which the last are for validation."""
        random = np.random.default_rng(seed if self.seed is None else self.seed)
        points, answers = self.draw(random, self.noise / 100)
        order = random.permutation(self.samples)
        parts = parts_of(self.samples, self.train_fraction, self.validation_fraction)
        splits = (
            split(points[order[part]], answers[order[part]], self.task, self.features)
            for part in parts
        )
        return self.data(*splits, feature_names=self.features)

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        """Points [samples, 2] and their answers [samples]: classes 0, 1, …, or values."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class TwoClasses(Toy):
    """Points of which each is blue or orange."""

    labels = COLOURS[:2]


@dataclass(frozen=True, kw_only=True)
class Values(Toy):
    """Points of which each has a value."""

    samples: int = integer(
        1200,
        20,
        10_000,
        "How many points there are in all. More points leave less to chance.",
        title="Points",
    )
    task = "regression"


def split(points: np.ndarray, answers: np.ndarray, task: str, names: tuple[str, ...]) -> Split:
    """Points [N, 2] and their answers as a network of the inputs `names` reads them."""
    kind = np.int64 if task == "classification" else np.float32
    stored = points.astype(np.float32)
    return Split(features(stored, names), answers.astype(kind), stored)


def polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """(r·sin a, r·cos a), one row a point."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


@register("data", "circle", "Circle")
class Circle(TwoClasses):
    """A blue disc inside an orange ring: no straight line parts them.

    Half r ~ U(0, R/2), half r ~ U(0.7 R, R) with R = 5, at an angle ~ U(0, 2π); blue where
    ‖p + η·U(−R, R)²‖ < R/2. Noise changes the answer; the point is stored where it was drawn.
    """

    @property
    def question(self) -> str:
        return (
            "Take x₁² and x₂² as the only inputs and remove all hidden layers. Why does one "
            "neuron suffice?"
        )

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        inner = self.samples // 2
        radius = np.concatenate(
            [
                random.uniform(0, 0.5 * RADIUS, inner),
                random.uniform(0.7 * RADIUS, RADIUS, self.samples - inner),
            ]
        )
        points = polar(radius, random.uniform(0, 2 * np.pi, self.samples))
        moved = points + noise * random.uniform(-RADIUS, RADIUS, points.shape)
        return points, np.hypot(*moved.T) < 0.5 * RADIUS


@register("data", "xor", "Exclusive or")
class Xor(TwoClasses):
    """Blue where both coordinates have the same sign: the problem that stopped single neurons.

    x, y ~ U(−5, 5), pushed 0.3 away from the axes; blue where x′·y′ ≥ 0, with noise η·U(−5, 5)
    in x′ and y′ only.
    """

    @property
    def question(self) -> str:
        return "Take x₁x₂ as the only input. How many hidden neurons are still needed?"

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        points = random.uniform(-RADIUS, RADIUS, (self.samples, 2))
        points += np.where(points > 0, 0.3, -0.3)
        moved = points + noise * random.uniform(-RADIUS, RADIUS, points.shape)
        return points, moved[:, 0] * moved[:, 1] >= 0


@register("data", "gauss", "Two clouds")
class Gauss(TwoClasses):
    """Two round clouds: one neuron is enough, unless noise makes them overlap.

    Normal around (2, 2), blue, and (−2, −2), orange; the variance grows from 0.5 to 4 with η.
    """

    @property
    def question(self) -> str:
        return "Turn the noise up to 50 %. Can any network get every test point right?"

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        blue = np.arange(self.samples) < self.samples // 2
        centres = np.where(blue, 2.0, -2.0)[:, None]
        deviation = np.sqrt(0.5 + 7 * noise)
        return centres + deviation * random.standard_normal((self.samples, 2)), blue


@register("data", "spiral", "Spiral")
class Spiral(TwoClasses):
    """Two arms wound around each other: the hardest of the four.

    Point i of n on an arm: r = 5i/n, t = 1.75·2π·i/n + Δ, Δ = 0 for blue and π for orange, at
    (r·sin t, r·cos t) + η·U(−1, 1)².
    """

    @property
    def question(self) -> str:
        if {"sin_x1", "sin_x2"} <= set(self.features):
            return (
                "Switch off sin x₁ and sin x₂, then play. How many neurons does the spiral "
                "need now?"
            )
        return "Switch on sin x₁ and sin x₂. Why does the spiral become easier?"

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        arms = []
        for count, turn in ((self.samples // 2, 0.0), (self.samples - self.samples // 2, np.pi)):
            along = np.arange(count) / count
            arms.append(polar(RADIUS * along, 1.75 * 2 * np.pi * along + turn))
        points = np.concatenate(arms)
        points += noise * random.uniform(-1, 1, points.shape)
        return points, np.arange(self.samples) < self.samples // 2


@register("data", "reg_plane", "Slope")
class Plane(Values):
    """A value that rises evenly across the plane: one linear neuron learns it.

    x, y ~ U(−6, 6); the value is (x′ + y′)/10, with noise η·U(−6, 6) in x′ and y′ only.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        points = random.uniform(-EDGE, EDGE, (self.samples, 2))
        moved = points + noise * random.uniform(-EDGE, EDGE, points.shape)
        return points, moved.sum(axis=1) / 10


@register("data", "reg_gauss", "Hills")
class Hills(Values):
    """Three hills and three hollows, flat in between.

    Centres (−4, 0, 4) × (2.5, −2.5) with signs + − + and − + −; a value is sign·max(0, 1 − d/2),
    the largest in size of the six, with noise η·U(−6, 6) in the place that is asked for.
    """

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        points = random.uniform(-EDGE, EDGE, (self.samples, 2))
        moved = points + noise * random.uniform(-EDGE, EDGE, points.shape)
        x, y, sign = np.array(HILLS).T
        distance = np.hypot(moved[:, :1] - x, moved[:, 1:] - y)
        heights = sign * np.clip(1 - distance / 2, 0, 1)
        tallest = np.abs(heights).argmax(axis=1)
        return points, heights[np.arange(self.samples), tallest]
