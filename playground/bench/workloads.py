"""The workloads: what we do, what each peer does, and how many floating-point operations it takes.

A workload yields callables that do `count` repetitions, and numbers by which to check that both
sides compute the same before anything is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from playground.engine import Network, Training, registry
from playground.zoo.digits import DIGITS

LENET5 = next(preset for preset in DIGITS if preset.name == "lenet5").experiment["layers"]


@dataclass
class Side:
    """One contestant: `run(count)` repeats the work; `check()` gives numbers to compare."""

    run: Callable[[int], object]
    check: Callable[[], np.ndarray] | None = None


@dataclass
class Workload:
    """`ours` and the peers are functions that build a Side, so that nothing is built in vain."""

    name: str
    ours: Callable[[], Side]
    peers: dict[str, Callable[[], Side]]
    flops: float = 0.0  # of one repetition; 0: not a matter of arithmetic
    threads: int = 1
    tolerance: float = 1e-4
    targets: dict[str, float] = field(default_factory=dict)
    slow: bool = False  # left out by --quick


MLP = [
    {"type": "flatten"},
    {"type": "dense", "units": 128, "activation": "relu"},
    {"type": "dense", "units": 10},
]
TOY = [
    {"type": "dense", "units": 8, "activation": "tanh"},
    {"type": "dense", "units": 8, "activation": "tanh"},
    {"type": "dense", "units": 1},
]
SOFTMAX, SIGMOID = {"type": "softmax_cross_entropy"}, {"type": "binary_cross_entropy"}


def network(layers: list[dict], shape: tuple[int, ...], loss: dict) -> Network:
    """A network from words, with He's weights."""
    pieces = [registry.make("layer", layer) for layer in layers]
    initializer = registry.make("initializer", {"type": "he_uniform"})
    return Network(pieces, shape, registry.make("loss", loss), initializer)


def images(count: int = 2048) -> tuple[np.ndarray, np.ndarray]:
    """Noise in the shape of MNIST: speed does not depend on what is in an image."""
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (count, 1, 28, 28)).astype(np.uint8)
    return x, random.integers(0, 10, count)


def plane(count: int = 250) -> tuple[np.ndarray, np.ndarray]:
    """Points of two classes."""
    x = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    return x, (x[:, 0] * x[:, 1] > 0).astype(np.int64)


def our_steps(layers, shape, loss, data, batch, optimizer, threads=1, check_steps=5) -> Side:
    """Training steps of the engine."""
    x, y = data

    def begin() -> Training:
        training = Training(
            network(layers, shape, loss), x, y, registry.make("optimizer", optimizer),
            batch_size=batch, scale=1 / 255, shuffle=False,
        )  # fmt: skip
        training.parallel = threads > 1
        return training

    training = begin()
    return Side(training.train, lambda: begin().train(check_steps).losses)


def step_flops(layers, shape, loss, batch) -> float:
    """Forwards, by the weights, and by every input but the first: two per multiply-add each."""
    rows = network(layers, shape, loss).plan.rows
    weighted = [row.multiply_adds for row in rows if row.multiply_adds]
    return 2.0 * batch * (3 * sum(weighted) - weighted[0])


def all_workloads() -> list[Workload]:
    """Every workload, in the order of the table."""
    from playground.bench import kernels, peers, race

    digits, points = images(), plane()
    adam, sgd = {"type": "adam", "learning_rate": 0.001}, {"type": "sgd", "learning_rate": 0.03}
    found = []
    for title, layers, goals in (
        ("LeNet-5 step, batch 64", LENET5, (5.0, 5.0)),
        ("MLP 784-128-10 step, batch 64", MLP, (3.0, 2.5)),
    ):
        for threads, goal in ((1, goals[0]), (2, goals[1])):
            task = (layers, (1, 28, 28), SOFTMAX, digits, 64, adam, threads)
            rivals = {"torch": lambda task=task: peers.torch_steps(*task)}
            if layers is MLP and threads == 1:
                rivals["sklearn"] = lambda: peers.sklearn_steps(digits, 128, 64)
            found.append(
                Workload(
                    title, lambda task=task: our_steps(*task), rivals,
                    step_flops(layers, (1, 28, 28), SOFTMAX, 64), threads, targets={"torch": goal},
                )  # fmt: skip
            )
    task = (TOY, (2,), SIGMOID, points, 10, sgd)
    found.append(
        Workload(
            "toy 2-8-8-1 step, batch 10", lambda: our_steps(*task),
            {"torch": lambda: peers.torch_steps(*task), "jax": lambda: peers.jax_steps(*task)},
            step_flops(TOY, (2,), SIGMOID, 10), targets={"torch": 300, "jax": 5},
        )  # fmt: skip
    )
    return [*found, peers.one_digit(), *kernels.workloads(), race.to_accuracy()]
