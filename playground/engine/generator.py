"""The two networks of a generative adversarial network: one makes samples, the other judges them.

I. Goodfellow et al., "Generative adversarial nets", 2014.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.engine.games import Game, Opposition
from playground.engine.initializers import Initializer
from playground.engine.layer import Layer, Parameter, Shape
from playground.engine.network import Answering, FrozenNetwork, Network

APART = 64  # layers of one stack at most; so far apart are the streams of chance of two stacks


class Discriminator(Network):
    """Gives one number for a sample: how real it looks. Its loss is the generator's cost."""

    def _start(self, p: Parameter, seed: int, position: int, number: int) -> np.ndarray | float:
        return super()._start(p, seed, position + APART, number)


class Making(Answering):
    """What a generator and its frozen copy make alike.

    uniform: noise is even from −1 to 1 instead of standard normal. signed: pixels go from −1 to 1
    for both networks, and from 0 to 1 for everybody else.
    """

    game: Game
    opponent: Answering
    uniform: bool
    signed: bool

    def noise(self, n: int, seed: int = 0) -> np.ndarray:
        """Noise [n, numbers]; of the same seed more of it begins with the same."""
        random = np.random.default_rng(seed)
        shape = (n, *self.plan.input_shape)
        drawn = random.uniform(-1, 1, shape) if self.uniform else random.standard_normal(shape)
        return drawn.astype(self.flat.dtype)

    def fakes(self, z: np.ndarray) -> np.ndarray:
        """What noise [N, numbers] becomes, as the discriminator reads it: [N, *shape]."""
        return self.predict(z).reshape(len(z), *self.opponent.plan.input_shape)

    def samples(self, z: np.ndarray) -> np.ndarray:
        """The same as samples of the data are: [N, *shape], pixels from 0 to 1."""
        made = self.fakes(z)
        if self.signed:
            made = (made + 1) / 2
        return np.clip(made, 0, 1) if made.ndim == 4 else made

    def reals(self, x: np.ndarray) -> np.ndarray:
        """Samples of the data, pixels from 0 to 1, as the discriminator reads them."""
        return 2 * x - 1 if self.signed else x


class Generator(Making, Network):
    """Makes samples of noise; `opponent` tells them from real ones.

    x is noise [N, numbers]. `game`: what both play for. `shape`: of a real sample.
    """

    opponent: Discriminator

    def __init__(
        self,
        layers: Sequence[Layer],
        noise: int,
        discriminator: Sequence[Layer],
        shape: Shape,
        game: Game,
        uniform: bool = False,
        signed: bool = False,
        initializer: Initializer | None = None,
        seed: int = 1,
        dtype: str = "float32",
    ) -> None:
        loss = Opposition(game)
        self.game, self.uniform, self.signed = game, uniform, signed
        self.opponent = Discriminator(discriminator, shape, loss, initializer, seed, dtype)
        super().__init__(layers, (noise,), loss, initializer, seed, dtype)

    def reseed(self, seed: int) -> None:
        super().reseed(seed)
        self.opponent.reseed(seed)

    def memory_bytes(self) -> int:
        return super().memory_bytes() + self.opponent.memory_bytes()

    def snapshot(self) -> FrozenGenerator:
        return FrozenGenerator(self)


class FrozenGenerator(Making, FrozenNetwork):
    """Both networks at one moment."""

    opponent: FrozenNetwork

    def __init__(self, network: Generator) -> None:
        super().__init__(network)
        self.game, self.opponent = network.game, network.opponent.snapshot()
        self.uniform, self.signed = network.uniform, network.signed
