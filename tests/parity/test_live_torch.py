"""The engine beside PyTorch, live, on networks drawn at random: `pytest tests/parity`.

Needs torch 2.13.0, which `python -m tests` does not: .ci/run installs it. The shapes are the odd
ones on purpose: one sample, one channel, strides beyond the kernel, borders as wide as the kernel,
batches that are no multiple of a chunk's lanes. PLAYGROUND_SEED=n draws others.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch

from playground.engine import ShapeError, registry
from playground.engine import plan as plan_of
from tests.engine import torch_network
from tests.engine.case import FLATTEN, Case, Description, dense
from tests.engine.compare import all_close, distances
from tests.engine.recipes import Recipe
from tests.engine.test_reference import TOLERANCES, one_batch, twenty_steps

SEED = int(os.environ.get("PLAYGROUND_SEED", "1"))
NETWORKS, TRAININGS = 150, 60
BATCHES = (1, 1, 2, 7, 15, 16, 17, 31, 32, 33, 45, 64, 65)
# The others have cases of their own: a divergence of nearly equal shares has few digits in float32.
LOSSES = ("mse", "binary_cross_entropy", "softmax_cross_entropy")
SMOOTH = ("identity", "sigmoid", "tanh")
ACTIVATIONS = (*SMOOTH, "relu")


def pick(random: np.random.Generator, *values):
    return values[random.integers(len(values))]


def image_layer(random: np.random.Generator, channels: int) -> Description:
    """A convolution or a pooling with options that need not be sensible."""
    size = int(random.integers(1, 6))
    stride = int(random.integers(1, size + 3))
    if random.random() < 0.6:
        groups = pick(random, *(g for g in (1, 1, 1, 2, 3, channels) if channels % g == 0))
        return {
            "type": "conv2d",
            "filters": groups * int(random.integers(1, 8)),
            "kernel_size": size,
            "stride": stride,
            "padding": int(random.integers(0, size + 1)),
            "dilation": pick(random, 1, 1, 2, 3),
            "groups": groups,
            "activation": pick(random, *ACTIVATIONS),
        }
    return {
        "type": pick(random, "max_pool2d", "avg_pool2d"),
        "pool_size": size,
        "stride": stride,
        "padding": int(random.integers(0, size // 2 + 1)),
    }


def image_stack(random: np.random.Generator) -> tuple[tuple[int, ...], list[Description]]:
    """Up to three layers on an image, each drawn until it fits."""
    shape = (pick(random, 1, 1, 2, 3, 5), *(int(n) for n in random.integers(3, 14, 2)))
    layers: list[Description] = []
    inner: tuple[int, ...] = shape
    while len(layers) < random.integers(1, 4):
        layer = image_layer(random, inner[0])
        try:
            inner = plan_of([registry.make("layer", layer)], inner).output_shape
        except ShapeError:
            continue
        layers.append(layer)
        if random.random() < 0.2:
            layers.append({"type": "activation", "name": pick(random, *ACTIVATIONS)})
    return shape, [*layers, FLATTEN]


def draw(seed: int, batches: tuple[int, ...] = BATCHES) -> Case:
    """A network, a loss and the size of a batch."""
    random = np.random.default_rng([SEED, seed])
    if random.random() < 0.6:
        shape, layers = image_stack(random)
    else:
        shape, layers = (int(random.integers(1, 80)),), []
    for _ in range(random.integers(0, 3)):
        layers.append(dense(int(random.integers(1, 50)), pick(random, *ACTIVATIONS, "softmax")))
    loss = pick(random, *LOSSES)
    layers.append(dense(int(random.integers(2 if "softmax" in loss else 1, 12))))
    return Case(f"random {seed}", tuple(layers), shape, loss, pick(random, *batches))


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_one_batch(seed):
    """Within 2e-6 in float32; where a stack makes rounding grow, as PyTorch's own float32.

    Two softmax layers in a row leave gradients of a billionth: differences of near equals.
    """
    case = draw(seed)
    arguments = case, case.network(), *case.batch()
    truth = torch_network.one_batch(*arguments)
    grown = 4 * max(distances(torch_network.one_batch(*arguments, torch.float32), truth).values())
    for dtype, tolerance in TOLERANCES.items():
        allowed = max(tolerance, grown) if dtype == "float32" else tolerance
        all_close(one_batch(case, dtype), truth, allowed, f"{dtype} {case}")


@pytest.mark.parametrize("seed", range(TRAININGS))
def test_twenty_steps(seed):
    random = np.random.default_rng([SEED, 1000 + seed])
    case = draw(2000 + seed, batches=(3, 17, 33, 70))
    sgd = {"type": "sgd", "learning_rate": 0.02, "momentum": pick(random, 0.0, 0.5, 0.9)}
    sgd["nesterov"] = bool(sgd["momentum"]) and pick(random, True, False)
    adam = {"type": "adam", "learning_rate": 0.003, "epsilon": pick(random, 1e-8, 1e-3)}
    penalty = pick(random, "none", "l1", "l2")
    priced = {"type": penalty} if penalty == "none" else {"type": penalty, "rate": 0.01}
    recipe = Recipe(case.name, pick(random, sgd, adam), priced, case, pick(random, 1, 5, 16, 33))
    truth = torch_network.twenty_steps(recipe, case.network(), *case.batch())
    for dtype, tolerance in TOLERANCES.items():
        # Adam divides a gradient by its own size: where that is rounding alone (a saturated unit),
        # a small epsilon makes whole steps of it, in float32 and by PyTorch too.
        if dtype == "float64" or recipe.optimizer.get("epsilon", 1) > 1e-4:
            all_close(twenty_steps(recipe, dtype), truth, tolerance, f"{dtype} {recipe}")


def test_the_stored_numbers_are_of_this_torch():
    assert torch.__version__.startswith("2.13.0")


def test_odd_shapes_are_among_the_networks():
    cases = [draw(seed) for seed in range(NETWORKS)]
    windows = [
        (layer, layer.get("kernel_size") or layer["pool_size"])
        for case in cases
        for layer in case.layers
        if "stride" in layer
    ]
    assert sum(layer["stride"] > size for layer, size in windows) > 10
    assert sum(2 * layer["padding"] >= size for layer, size in windows) > 10
    assert sum(case.samples == 1 for case in cases) > 5
    assert sum(len(case.shape) == 3 and case.shape[0] == 1 for case in cases) > 5
    assert sum(case.samples % 16 > 0 for case in cases) > 20
    kinds = {"conv2d", "max_pool2d", "avg_pool2d", "activation", "flatten", "dense"}
    assert {layer["type"] for case in cases for layer in case.layers} == kinds
