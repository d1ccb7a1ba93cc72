"""What is raced: our networks, their data and steps, which peers build anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.bench.contest import Side
from playground.engine import Network, Training, registry
from playground.experiment.presets.digits import DIGITS

Shape = tuple[int, ...]
Description = dict[str, Any]  # of a registered piece
Layers = list[Description]
Samples = tuple[np.ndarray, np.ndarray]

LENET5: Layers = next(preset for preset in DIGITS if preset.name == "lenet5").experiment["layers"]
MLP: Layers = [
    {"type": "flatten"},
    {"type": "dense", "units": 128, "activation": "relu"},
    {"type": "dense", "units": 10},
]
TOY: Layers = [
    {"type": "dense", "units": 8, "activation": "tanh"},
    {"type": "dense", "units": 8, "activation": "tanh"},
    {"type": "dense", "units": 1},
]
SOFTMAX, SIGMOID = {"type": "softmax_cross_entropy"}, {"type": "binary_cross_entropy"}
ADAM, SGD = {"type": "adam", "learning_rate": 0.001}, {"type": "sgd", "learning_rate": 0.03}
IMAGE, ROWS = (1, 28, 28), (28, 28)


def network(layers: Layers, shape: Shape, loss: Description, seed: int = 1) -> Network:
    """A network from words, with He's weights."""
    pieces = [registry.make("layer", layer) for layer in layers]
    initializer = registry.make("initializer", {"type": "he_uniform"})
    return Network(pieces, shape, registry.make("loss", loss), initializer, seed)


def images(count: int = 2048) -> Samples:
    """Noise in the shape of MNIST: speed does not depend on what is in an image."""
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (count, *IMAGE)).astype(np.uint8)
    return x, random.integers(0, 10, count)


def plane(count: int = 250) -> Samples:
    """Points of two classes."""
    x = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    return x, (x[:, 0] * x[:, 1] > 0).astype(np.int64)


def our_steps(
    layers: Layers,
    shape: Shape,
    loss: Description,
    data: Samples,
    batch: int,
    optimizer: Description,
    threads: int = 1,
    check_steps: int = 5,
) -> Side:
    """Training steps of the engine, in the order in which the samples lie, as the peers do."""
    x, y = data

    def begin() -> Training:
        training = Training(
            network(layers, shape, loss),
            x,
            y,
            registry.make("optimizer", optimizer),
            batch_size=batch,
            scale=1 / 255,
            shuffle=False,
        )
        training.parallel = threads > 1
        return training

    training = begin()
    return Side(training.train, lambda: begin().train(check_steps).losses)


def step_flops(layers: Layers, shape: Shape, loss: Description, batch: int) -> float:
    """Forwards, by the weights, and by every input but the first: two per multiply-add each."""
    rows = network(layers, shape, loss).plan.rows
    weighted = [row.multiply_adds for row in rows if row.multiply_adds]
    return 2.0 * batch * (3 * sum(weighted) - weighted[0])
