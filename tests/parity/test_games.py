"""Games beside PyTorch, live, on pairs of networks drawn at random: twenty turns, the same noise.

PLAYGROUND_SEED=n draws others.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from playground.engine import registry
from tests.engine.case import FLATTEN, Description, dense, layer
from tests.engine.compare import all_close
from tests.engine.game_cases import TURNS, GameCase
from tests.engine.parity import BOUNDS
from tests.engine.test_games import twenty_turns
from tests.engine.torch_games import twenty_turns as truth_of

SEED = int(os.environ.get("PLAYGROUND_SEED", "1"))
GAMES = 24
OPTIMIZERS: tuple[Description, ...] = (
    {"type": "sgd", "learning_rate": 0.05},
    {"type": "sgd", "learning_rate": 0.02, "momentum": 0.5},
    {"type": "rmsprop", "learning_rate": 0.005, "epsilon": 1e-3},
    {"type": "adam", "learning_rate": 0.005, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
)


def stacks(random: np.random.Generator, shape: tuple[int, ...]) -> dict[str, tuple]:
    """A generator and a discriminator for points, or for images that halve evenly."""
    curve = str(random.choice(["tanh", "sigmoid", "identity"]))
    units, filters = int(random.integers(2, 24)), int(random.integers(1, 5))
    if len(shape) == 1:
        made, judge = [dense(units, curve), dense(shape[0])], [dense(units, "tanh"), dense(1)]
        return {"generator": tuple(made), "discriminator": tuple(judge)}
    low = (filters, shape[1] // 2, shape[2] // 2)
    halves = {"kernel_size": 4, "stride": 2, "padding": 1}
    return {
        "generator": (
            dense(int(np.prod(low)), curve),
            layer("reshape", shape=low),
            layer("conv2d_transpose", filters=shape[0], activation="tanh", **halves),
        ),
        "discriminator": (
            layer("conv2d", filters=filters, activation="tanh", **halves),
            FLATTEN,
            dense(1),
        ),
    }


def draw(seed: int) -> GameCase:
    """A game; every loss comes in turn, every other has more than one discriminator step."""
    random = np.random.default_rng([SEED, seed])
    names = registry.names("game")
    game: Description = {"type": names[seed % len(names)]}
    if game["type"] == "wasserstein":
        game["clip"] = float(random.choice([0.1, 0.5]))
    shape = (int(random.integers(1, 4)), 6, 8) if random.random() < 0.4 else (2,)
    batch = int(random.choice([2, 5, 16, 17, 40]))
    return GameCase(
        f"random {seed}",
        game,
        **stacks(random, shape),
        shape=shape,
        noise=int(random.integers(1, 9)),
        samples=batch + int(random.integers(0, 60)),
        batch=batch,
        steps=1 + seed // len(names) % 2 * int(random.integers(1, 4)),
        optimizer=OPTIMIZERS[random.integers(len(OPTIMIZERS))],
        uniform=bool(random.integers(2)),
    )


@pytest.mark.parametrize("seed", range(GAMES))
def test_twenty_turns(seed):
    case = draw(seed)
    truth = truth_of(case)
    assert len(truth["generator"]) == TURNS
    for dtype, bound in BOUNDS.items():
        all_close(twenty_turns(case, dtype), truth, bound, f"{dtype} {case.game} {case.shape}")


def test_every_loss_is_among_them_on_points_and_on_images():
    cases = [draw(seed) for seed in range(GAMES)]
    for name in registry.names("game"):
        some = [case for case in cases if case.game["type"] == name]
        assert {len(case.shape) for case in some} == {1, 3}
        assert min(case.steps for case in some) == 1 < max(case.steps for case in some)
    assert {case.uniform for case in cases} == {True, False}
