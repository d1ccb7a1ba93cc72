"""What is to be seen of a game: fakes, the plane as both networks see it, who wins."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from playground.data import Clouds, Data
from playground.engine import FrozenGenerator, Generator, Network, Plan
from playground.training.fair_lock import CORES

NEAR = 3.0  # σ: so near a cloud's centre a sample belongs to it; 98.9 % of the real ones do
FAIR = 0.25  # of its fair share of all samples makes a cloud covered
FIXED = 2000  # samples of a fixed noise, that measurements look at
MOST = 10_000  # samples a call
JUDGED = 256  # real samples, and fakes, that `Game.beliefs` looks at

Made = Generator | FrozenGenerator


def signed(plan: Plan, shape: tuple[int, ...]) -> bool:
    """Whether the generator's pixels go from −1 to 1: it makes images, and ends in tanh."""
    layers = [row.layer for row in plan.rows if not row.layer.passes_on]
    return len(shape) == 3 and bool(layers) and layers[-1].curve == "tanh"


def metrics(data: Data) -> tuple[str, ...]:
    """What is measured besides the generator's loss."""
    return ("discriminator_loss", "modes", "share") if data.clouds else ("discriminator_loss",)


def evaluate(network: Made, x: np.ndarray, data: Data) -> dict[str, float]:
    """Both losses, of real samples x and as many fakes; and what the fakes cover.

    "loss": the generator's. "discriminator_loss". Where the data are clouds, "modes": how many of
    them the fakes cover; "share": of the fakes that lie in one (see `coverage`). The noise is the
    same in every call, and both networks behave as in prediction.
    """
    with CORES:
        fakes = network.fakes(network.noise(max(len(x), FIXED), seed=0))
        judged = network.opponent.predict(fakes[: len(x)])
        real = network.opponent.predict(network.reals(x))
    measured = {
        "loss": network.game.generator(judged),
        "discriminator_loss": network.game.discriminator(real, judged),
    }
    if data.clouds is None:
        return measured
    modes, share = coverage(fakes[:FIXED], data.clouds)
    return measured | {"modes": float(modes.sum()), "share": share}


def coverage(points: np.ndarray, clouds: Clouds) -> tuple[np.ndarray, float]:
    """Which clouds points [N, 2] cover, and what share of the points lies within 3 σ of one.

    Covered is a cloud that has at least a quarter of its fair share of all points: of eight clouds
    1/32 of them. A single stray point covers nothing.
    """
    gaps = points[:, None].astype(np.float64) - clouds.centres
    inside = np.hypot(gaps[..., 0], gaps[..., 1]) <= NEAR * clouds.deviation
    fair = max(FAIR * len(points) / len(clouds.centres), 1)
    return inside.sum(0) >= fair, float(inside.any(1).mean())


def generate(network: Made, n: int, seed: int = 0) -> np.ndarray:
    """n samples as the data's are; see `Run.generate`."""
    if not 0 < n <= MOST:
        raise ValueError(f"From 1 to {MOST:,} samples can be made at a time, and not {n}.")
    with CORES:
        return network.samples(network.noise(n, seed))


class Game:
    """Views of a generator and its discriminator at one moment; what is asked again is kept.

    Points lie in the plane of the data; images are [N, channels, height, width] from 0 to 1.
    """

    def __init__(self, network: FrozenGenerator, data: Data, next_player: str, done: int) -> None:
        self.network, self.data = network, data
        self.next_player = next_player  # "discriminator" or "generator"
        self.done = done  # steps of the turn under way that are made

    def fakes(self, count: int = 500) -> np.ndarray:
        """What the same noise becomes at every moment: points [count, 2], or images."""
        return self.network.samples(self.network.noise(count))

    def belief(self, x: np.ndarray) -> np.ndarray:
        """How real the discriminator finds samples [N, *shape], pixels from 0 to 1: float64 [N].

        A chance from 0 to 1; of least squares and Wasserstein its number as it is.
        """
        outputs = self.network.opponent.predict(self.network.reals(np.asarray(x, np.float32)))
        return self.network.game.belief(outputs)[:, 0]

    @cached_property
    def beliefs(self) -> tuple[float, float]:
        """How real the discriminator finds real test samples and fakes, on average."""
        test = self.data.test if len(self.data.test) else self.data.train
        fakes = float(self.belief(self.fakes(JUDGED)).mean())
        if not len(test):
            return float("nan"), fakes
        real = test.x[:JUDGED] if test.points is None else test.points[:JUDGED]
        scaled = real / np.float32(255) if real.dtype == np.uint8 else real
        return float(self.belief(scaled).mean()), fakes

    def plane(self, resolution: int = 50, edge: float = 6.0) -> np.ndarray:
        """`belief` over [−edge, edge]²: [rows, columns], row i is x₂ = linspace(−edge, edge)[i]."""
        self._check_plane()
        along = np.linspace(-edge, edge, resolution)
        x, y = np.meshgrid(along, along)
        points = np.stack([x.ravel(), y.ravel()], axis=1)
        return self.belief(points).reshape(resolution, resolution)

    def bent_grid(self, lines: int = 21, reach: float = 2.0) -> np.ndarray:
        """Where the generator takes an even grid of noise: points [lines, lines, 2].

        [i, j] comes from z = (g[j], g[i]), g even from −reach to reach (of uniform noise from −1 to
        1); further numbers of the noise are 0. Of noise of one number: [1, lines, 2].
        """
        self._check_plane()
        numbers = self.network.plan.input_shape[0]
        along = np.linspace(-1, 1, lines) * (1.0 if self.network.uniform else reach)
        x, y = np.meshgrid(along, along if numbers > 1 else [0.0])
        z = np.zeros((x.size, numbers), np.float32)
        z[:, 0] = x.ravel()
        if numbers > 1:
            z[:, 1] = y.ravel()
        return self.network.fakes(z).reshape(*x.shape, 2)

    def arrows(self, count: int = 100) -> tuple[np.ndarray, np.ndarray]:
        """Fakes of the fixed noise, and −∂(generator's loss)/∂fake of each, both [count, *shape].

        Where the discriminator draws each fake, as if there were no others: the slope of its own
        cost, not divided by how many there are.
        """
        fakes = self.network.fakes(self.network.noise(count))
        nothing = np.zeros((count, 1), np.float32)
        slopes = self._slopes.backward(fakes, nothing, training=False)[2]
        return fakes, -count * slopes

    @cached_property
    def _slopes(self) -> Network:
        """The discriminator, as a network that gives gradients."""
        opponent = self.network.opponent
        network = Network(opponent.layers, opponent.plan.input_shape, opponent.loss)
        network.load_state_dict(opponent.state_dict())
        return network

    def wall(self, count: int = 64) -> np.ndarray:
        """A wall of images that sharpen: the same noise at every moment."""
        return self.fakes(count)

    def modes(self, count: int = FIXED) -> np.ndarray | None:
        """Which clouds of the data are covered, bool [clouds]; None where there are none."""
        clouds = self.data.clouds
        return None if clouds is None else coverage(self.fakes(count), clouds)[0]

    def verdict(self) -> str:
        """Who wins, in a sentence, where one of the two has lost; else nothing."""
        game = self.network.game
        if not game.logits or self.beliefs[1] > 0.01:
            return ""
        return "The discriminator knows every fake. " + (
            "Here the generator's loss is flat, and it hardly learns: take the non-saturating "
            "one, or a lower learning rate for the discriminator."
            if game.saturates
            else "If that lasts, lower the discriminator's learning rate or make it smaller."
        )

    def _check_plane(self) -> None:
        if self.network.opponent.plan.input_shape != (2,):
            raise ValueError("this data set does not lie in a plane")
