"""The layers of deep networks beside PyTorch, on stacks drawn at random; see test_live_torch."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch

from playground.engine import Network, ShapeError, registry
from playground.engine import plan as plan_of
from tests.engine import deep_cases, torch_network
from tests.engine.case import FLATTEN, Case, Description, dense, layer
from tests.engine.compare import all_close, distances
from tests.engine.recipes import Recipe
from tests.engine.test_reference import one_batch, twenty_steps

SEED = int(os.environ.get("PLAYGROUND_SEED", "1"))
NETWORKS, TRAININGS = 200, 60
torch.set_num_threads(1)  # small tensors: threads only wait for each other
TOLERANCE = {"float32": 2e-6, "float64": 2e-12}
BATCHES = (1, 3, 7, 15, 16, 17, 31, 32, 33, 45, 64, 70)
SMOOTH = layer("activation", name="tanh")


def pick(random: np.random.Generator, *values):
    return values[random.integers(len(values))]


def _transposed(random) -> Description:
    size, stride = int(random.integers(1, 6)), int(random.integers(1, 5))
    groups = pick(random, 1, 1, 2)
    return layer(
        "conv2d_transpose",
        filters=groups * int(random.integers(1, 5)),
        kernel_size=size,
        stride=stride,
        padding=int(random.integers(0, size + 1)),
        dilation=pick(random, 1, 1, 2, 3),
        output_padding=int(random.integers(0, stride)),
        groups=groups,
    )


def _response_norm(random) -> Description:
    beta = pick(random, 0.75, 0.75, 0.5, 1.3)
    size, k = int(random.integers(1, 9)), pick(random, 0.5, 1.0, 2.0)
    return layer("local_response_norm", size=size, alpha=pick(random, 0.1, 1.0), beta=beta, k=k)


def _residual(random) -> Description:
    return layer(
        "residual",
        filters=int(random.integers(1, 7)),
        kernel_size=pick(random, 1, 3, 3, 5),
        stride=pick(random, 1, 1, 2, 3),
        batch_norm=pick(random, True, True, False),
        activation=pick(random, "relu", "tanh"),
    )


def _inception(random) -> Description:
    sizes = {option: int(random.integers(1, 5)) for option in deep_cases.INCEPTION}
    options = {**sizes, "activation": pick(random, "relu", "tanh", "sigmoid")}
    return {**options, "type": "inception"}


def image_layer(random: np.random.Generator) -> list[Description]:
    """One layer, with what must stand before it for every gradient to say something."""
    kind = random.integers(8)
    if kind == 0:
        return [_transposed(random)]
    if kind == 1:
        return [layer("up_sampling2d", size=int(random.integers(1, 4)))]
    if kind == 2:
        return [SMOOTH, layer("batch_norm", epsilon=pick(random, 1e-5, 1e-2)), SMOOTH]
    if kind == 3:
        return [SMOOTH, layer("layer_norm")]
    if kind == 4:
        return [_response_norm(random)]
    if kind == 5:
        return [_inception(random)]
    if kind == 6:
        return [SMOOTH, layer(pick(random, "add", "concatenate"), from_layer=1)]
    return [_residual(random)]


def draw(seed: int) -> Case:
    """Up to three layers on an image, each drawn until it fits, and a loss of their outputs."""
    random = np.random.default_rng([SEED, seed])
    shape = (pick(random, 1, 2, 3, 5), *(int(n) for n in random.integers(2, 10, 2)))
    layers = [layer("conv2d", filters=pick(random, 2, 3, 6), kernel_size=1)]
    end = [layer("global_avg_pool2d")] if random.random() < 0.3 else [FLATTEN]
    while len(layers) < random.integers(2, 6):
        more = [*layers, *image_layer(random)]
        try:
            plan = plan_of([registry.make("layer", one) for one in more], shape)
        except ShapeError:
            continue
        if max(np.prod(row.output_shape) for row in plan.rows) < 3000:
            layers = more
    return Case(f"random {seed}", (*layers, *end, dense(3)), shape, samples=pick(random, *BATCHES))


def trainable(case: Case) -> bool:
    """Whether every normalised channel has numbers enough for its variance to mean something."""
    return all(
        row.layer.type not in ("batch_norm", "residual")
        or case.samples * np.prod(row.output_shape[1:]) >= 12
        for row in case.network().plan.rows
    )


CASES = [case for case in map(draw, range(NETWORKS)) if trainable(case)]


def compare(ours, theirs, piece, case):
    """Ours are as near the truth as TOLERANCE says or, where a normalised channel hardly varies and
    rounding grows, as PyTorch's own float32.
    """
    arguments = case.network(), *case.batch()
    truth = theirs(piece, *arguments)
    grown = 4 * max(distances(theirs(piece, *arguments, torch.float32), truth).values())
    rounding = {"float32": 1.0, "float64": 2.0**-29}
    for dtype, tolerance in TOLERANCE.items():
        allowed = max(tolerance, grown * rounding[dtype])
        all_close(ours(piece, dtype), truth, allowed, f"{dtype} {case.layers}")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_batch(case):
    compare(one_batch, torch_network.one_batch, case, case)


@pytest.mark.parametrize("case", CASES[:TRAININGS], ids=str)
def test_twenty_steps(case):
    sgd = {"type": "sgd", "learning_rate": 0.002, "momentum": 0.9}
    recipe = Recipe(case.name, sgd, {"type": "none"}, case, case.samples)
    compare(twenty_steps, torch_network.twenty_steps, recipe, case)


def test_what_was_drawn():
    assert len(CASES) > NETWORKS // 2
    kinds = {layer["type"] for case in CASES for layer in case.layers}
    random = {"dropout", "spatial_dropout2d"}
    others = {"reshape", "embedding", "column_embedding", "branch"}
    assert set(deep_cases.LAYERS) - kinds == {*random, *others}
    assert sum(case.samples == 1 for case in CASES) > 3
    assert all(isinstance(case.network(), Network) for case in CASES[:1])
