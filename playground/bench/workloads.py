"""The workloads: what we do, what each peer does, and how many operations it takes."""

from __future__ import annotations

import numpy as np

from playground.bench.contest import Side, Workload
from playground.engine import Network, Training, registry
from playground.zoo.deep import DEEP
from playground.zoo.digits import DIGITS

LENET5 = next(preset for preset in DIGITS if preset.name == "lenet5").experiment["layers"]
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
ADAM, SGD = {"type": "adam", "learning_rate": 0.001}, {"type": "sgd", "learning_rate": 0.03}
IMAGE, ROWS = (1, 28, 28), (28, 28)


def network(layers: list[dict], shape: tuple[int, ...], loss: dict, seed: int = 1) -> Network:
    """A network from words, with He's weights."""
    pieces = [registry.make("layer", layer) for layer in layers]
    initializer = registry.make("initializer", {"type": "he_uniform"})
    return Network(pieces, shape, registry.make("loss", loss), initializer, seed)


def images(count: int = 2048) -> tuple[np.ndarray, np.ndarray]:
    """Noise in the shape of MNIST: speed does not depend on what is in an image."""
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (count, *IMAGE)).astype(np.uint8)
    return x, random.integers(0, 10, count)


def plane(count: int = 250) -> tuple[np.ndarray, np.ndarray]:
    """Points of two classes."""
    x = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    return x, (x[:, 0] * x[:, 1] > 0).astype(np.int64)


def our_steps(layers, shape, loss, data, batch, optimizer, threads=1, check_steps=5) -> Side:
    """Training steps of the engine, in the order in which the samples lie, as the peers do."""
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

    return [*_digit_steps(peers), *_deep_steps(peers), _toy_step(peers), peers.one_digit(),
            *kernels.workloads(), race.to_accuracy()]  # fmt: skip


def _digit_steps(peers) -> list[Workload]:
    data, found = images(), []
    for title, layers, goals in (
        ("LeNet-5 step, batch 64", LENET5, (5.0, 5.0)),
        ("MLP 784-128-10 step, batch 64", MLP, (3.0, 2.5)),
    ):
        for threads, goal in ((1, goals[0]), (2, goals[1])):
            task = (layers, IMAGE, SOFTMAX, data, 64, ADAM, threads)
            rivals = {"torch": lambda task=task: peers.torch_steps(*task)}
            if layers is MLP and threads == 1:
                rivals["sklearn"] = lambda: peers.sklearn_steps(MLP, data, 64, ADAM)
            flops = step_flops(layers, IMAGE, SOFTMAX, 64)
            ours = lambda task=task: our_steps(*task)  # noqa: E731
            found.append(Workload(title, ours, rivals, flops, threads, targets={"torch": goal}))
    return found


def _deep_steps(peers) -> list[Workload]:
    x, y = images(640)
    rows, found = (x[:, 0], y), []
    residual = next(preset for preset in DEEP if preset.name == "resnet").experiment["layers"]
    dense = {"type": "dense", "units": 10}
    for title, layers, shape, data in (
        ("LSTM 64 on 28 rows, step, batch 64", [{"type": "lstm", "units": 64}, dense], ROWS, rows),
        ("GRU 64 on 28 rows, step, batch 64", [{"type": "gru", "units": 64}, dense], ROWS, rows),
        ("small ResNet step, batch 64", residual, IMAGE, (x, y)),
    ):
        task = (layers, shape, SOFTMAX, data, 64, ADAM)
        found.append(Workload(
            title, lambda task=task: our_steps(*task),
            {"torch": lambda task=task: peers.torch_steps(*task)},
            step_flops(layers, shape, SOFTMAX, 64), targets={"torch": 2},
        ))  # fmt: skip
    return found


def _toy_step(peers) -> Workload:
    task = (TOY, (2,), SIGMOID, plane(), 10, SGD)
    rivals = {"torch": lambda: peers.torch_steps(*task), "jax": lambda: peers.jax_steps(*task)}
    return Workload(
        "toy 2-8-8-1 step, batch 10", lambda: our_steps(*task), rivals,
        step_flops(TOY, (2,), SIGMOID, 10), targets={"torch": 300, "jax": 5},
    )  # fmt: skip
