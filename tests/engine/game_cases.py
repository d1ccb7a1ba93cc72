"""Games to play for twenty turns, here and in PyTorch: two small networks, real samples, noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.engine import AdversarialTraining, Generator, registry
from playground.engine.network import chunks_of
from tests.engine import noise
from tests.engine.case import FLATTEN, Description, dense, layer

TURNS, LATENT = 20, 2**40
ADAM = {"type": "adam", "learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.999}


@dataclass(frozen=True)
class GameCase:
    """Two networks with weights of their own, and what they play for."""

    name: str
    game: Description
    generator: tuple[Description, ...] = (dense(7, "tanh"), dense(2))
    discriminator: tuple[Description, ...] = (dense(9, "tanh"), dense(1))
    shape: tuple[int, ...] = (2,)
    noise: int = 3
    samples: int = 20
    batch: int = 8
    steps: int = 1
    optimizer: Mapping[str, Any] = field(default_factory=lambda: ADAM)
    uniform: bool = False

    def __str__(self) -> str:
        return self.name

    def network(self, dtype: str = "float32") -> Generator:
        """Both networks, with weights that are exact in float32."""
        stacks = [
            [registry.make("layer", one) for one in layers]
            for layers in (self.generator, self.discriminator)
        ]
        made = Generator(
            stacks[0],
            self.noise,
            stacks[1],
            self.shape,
            registry.make("game", self.game),
            self.uniform,
            dtype=dtype,
        )
        random = np.random.default_rng(3)
        for network in (made, made.opponent):
            state = network.state_dict()
            for name, start in state.items():
                if not name.endswith(("num_batches_tracked", "running_var")):
                    state[name] = random.uniform(-0.7, 0.7, start.shape).astype(np.float32)
            network.load_state_dict(state)
        return made

    def reals(self) -> np.ndarray:
        """Real samples, exact in float32."""
        random = np.random.default_rng(4)
        return random.uniform(-1, 1, (self.samples, *self.shape)).astype(np.float32)

    def training(self, network: Generator, parallel: bool = False) -> AdversarialTraining:
        """Ready to play; samples come in the order in which they lie."""
        optimizers = [registry.make("optimizer", dict(self.optimizer)) for _ in range(2)]
        made = AdversarialTraining(
            network,
            self.reals(),
            *optimizers,
            steps=self.steps,
            batch_size=self.batch,
            shuffle=False,
        )
        made.parallel = parallel
        return made

    def drawn(self, step: int, samples: int, trained: int) -> np.ndarray:
        """The engine's noise [samples, noise] of a step, from 1, once more in NumPy, float64."""
        lanes, _ = chunks_of(self.batch, trained)
        z = np.zeros((samples, self.noise))
        for sample in range(samples):
            chunk, lane = divmod(sample, lanes)
            start = noise.random_bits(noise.random_bits(1, step), LATENT + chunk) & noise.HALF
            places = np.arange(self.noise) * lanes + lane
            z[sample] = (
                2 * noise.even(start, places) - 1 if self.uniform else noise.normal(start, places)
            )
        return z


NORMED = (dense(6), layer("batch_norm"), layer("activation", name="relu"))
GAMES = (
    GameCase("minimax", {"type": "minimax"}),
    GameCase("non-saturating", {"type": "non_saturating"}, uniform=True),
    GameCase(
        "least squares, two steps",
        {"type": "least_squares"},
        steps=2,
        optimizer={"type": "sgd", "learning_rate": 0.05, "momentum": 0.5},
    ),
    GameCase(
        "Wasserstein, three steps",
        {"type": "wasserstein", "clip": 0.5},
        steps=3,
        optimizer={"type": "rmsprop", "learning_rate": 0.01},
    ),
    GameCase("two chunks", {"type": "non_saturating"}, samples=90, batch=40),
    GameCase(
        "batch normalisation",
        {"type": "non_saturating"},
        generator=(*NORMED, dense(2)),
        discriminator=(*NORMED, dense(1)),
        batch=10,
        optimizer={"type": "sgd", "learning_rate": 0.05},  # Adam would enlarge what rounding leaves
    ),
    GameCase(
        "images",
        {"type": "non_saturating"},
        generator=(
            dense(8, "tanh"),
            layer("reshape", shape=(2, 2, 2)),
            layer("conv2d_transpose", filters=1, kernel_size=4, stride=2, padding=1),
            layer("activation", name="tanh"),
        ),
        discriminator=(
            layer("conv2d", filters=3, kernel_size=3, stride=2, padding=1, activation="tanh"),
            FLATTEN,
            dense(1),
        ),
        shape=(1, 4, 4),
    ),
)
