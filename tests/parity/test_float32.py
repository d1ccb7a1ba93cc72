"""Float32 beside PyTorch's own float32: stacks of five layers drawn at random, truth in float64.

`pytest tests/parity/test_float32.py`; needs torch, as test_live_torch does. PLAYGROUND_SEED=n draws
others. Curves are smooth and pools take means: where a ReLU's sum or two pixels of a window are
equal but for rounding, one number tips over, in any program.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch

from playground.engine import ShapeError, registry
from playground.engine import plan as plan_of
from tests.engine import torch_network
from tests.engine.case import FLATTEN, Case, Description, dense, layer
from tests.engine.compare import distances
from tests.engine.test_reference import one_batch
from tests.parity.test_live_deep import trainable

SEED = int(os.environ.get("PLAYGROUND_SEED", "1"))
STACKS = 20
TIMES = 4.0  # as far from the truth as PyTorch's float32, at most
ROUNDING = 5e-7  # a few roundings of a float are not counted
CURVES = ("tanh", "sigmoid", "softsign", "softplus", "gelu", "silu", "sine", "gaussian")
torch.set_num_threads(1)


def pick(random: np.random.Generator, *values):
    return values[random.integers(len(values))]


def image_layer(random: np.random.Generator) -> Description:
    """One layer that reads an image and gives one."""
    curve, filters = pick(random, "identity", *CURVES), int(random.integers(2, 9))
    size = int(pick(random, 1, 3, 5))
    beta, alpha = pick(random, 0.75, 0.5, 1.3), pick(random, 1e-4, 0.1, 1.0)
    return pick(
        random,
        layer("conv2d", filters=filters, kernel_size=size, padding=size // 2, activation=curve),
        layer("conv2d_transpose", filters=filters, kernel_size=4, padding=1, activation=curve),
        layer("activation", name=pick(random, *CURVES)),
        layer("batch_norm"),
        layer("layer_norm"),
        layer("local_response_norm", size=int(random.integers(1, 8)), alpha=alpha, beta=beta),
        layer("avg_pool2d", pool_size=2, stride=2),
        layer("up_sampling2d", size=2),
        layer("residual", filters=filters, activation="tanh"),
        layer(pick(random, "add", "concatenate"), from_layer=1),
    )


def draw(seed: int) -> Case:
    """Five layers on an image, each drawn until it fits, and a loss of ten outputs of them."""
    random = np.random.default_rng([SEED, seed])
    side = int(random.integers(6, 29))
    shape = (pick(random, 1, 3), side, side)
    layers = [
        layer("conv2d", filters=4, kernel_size=3, padding=1, activation=pick(random, *CURVES))
    ]
    while len(layers) < 5:
        more = [*layers, image_layer(random)]
        try:
            plan = plan_of([registry.make("layer", one) for one in more], shape)
        except ShapeError:
            continue
        if max(np.prod(row.output_shape) for row in plan.rows) < 8000:
            layers = more
    end = pick(random, layer("global_avg_pool2d"), FLATTEN, FLATTEN)
    loss = pick(random, "mse", "softmax_cross_entropy")
    samples = int(pick(random, 16, 33, 64))
    return Case(f"stack {seed}", (*layers, end, dense(10)), shape, loss, samples)


CASES = [case for case in map(draw, range(STACKS)) if trainable(case)]
KNOWN = [  # what lost digits once: sums of many small numbers on top of a large one
    Case(
        f"{curve}, {norm}",
        (
            layer("conv2d", filters=8, kernel_size=3, padding=1, activation=curve),
            layer(norm),
            FLATTEN,
            dense(10),
        ),
        (1, 28, 28),
        "softmax_cross_entropy",
        32,
    )
    for curve in ("softsign", "sigmoid")
    for norm in ("layer_norm", "batch_norm", "local_response_norm")
]


@pytest.mark.parametrize("case", [*KNOWN, *CASES], ids=str)
def test_no_more_is_lost_than_pytorch_loses(case):
    arguments = case, case.network(), *case.batch()
    truth = torch_network.one_batch(*arguments)
    theirs = distances(torch_network.one_batch(*arguments, torch.float32), truth)
    ours = distances(one_batch(case, "float32"), truth)
    allowed = max(TIMES * max(theirs.values()), ROUNDING)
    assert max(ours.values()) <= allowed, (case.layers, ours, theirs)
