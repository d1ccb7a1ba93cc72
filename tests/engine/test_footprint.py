"""What a layer is said to take is never less than what its program takes, nor far more."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from playground import engine
from playground.engine import network, registry
from playground.engine.builder import Builder
from playground.engine.footprint import Footprint, total
from playground.engine.operands import Tensor

SHAPES = [(2,), (64,), (7, 5), (40, 16), (3, 9, 9), (16, 16, 16), (1, 28, 28), (4, 12, 7)]
BATCHES = 1, 16, 20, 128
DRAWS = 40
FEWEST_VALUES = 4_000  # of a lane; below it what every program has outweighs the layer


def laid_out(layer: engine.Layer, shape: tuple[int, ...], batch: int) -> Builder:
    """The training program of this one layer."""
    plan = engine.plan([layer], shape)
    places = {
        f"0.{p.name}": Tensor("parameters", 0, p.shape, 1)
        for p in plan.rows[0].layer.parameters(shape)
    }
    described = SimpleNamespace(
        plan=plan,
        layers=[plan.rows[0].layer],
        places=places,
        loss=registry.make("loss", {"type": "mse"}),
        trained=plan.parameters,
        dtype=np.dtype(np.float32),
    )
    order, data = np.zeros(1, np.int64), Tensor("x", 0, (1,), 1)
    return network.batch_program(described, batch, order, True, data, wants_x=True)[0]


def drawn(piece: type, random: np.random.Generator) -> engine.Layer:
    """The layer with some options by chance."""
    options: dict = {}
    for option in registry.options(piece):
        if option.many or random.random() < 0.5:
            continue
        if option.choices is not None:
            options[option.name] = str(random.choice(list(option.names())))
        elif option.type is bool:
            options[option.name] = bool(random.random() < 0.5)
        elif option.type is int:
            size = round(math.exp(random.uniform(0, math.log(40))))
            options[option.name] = int(min(max(size, option.minimum), option.maximum))
    return piece(**options)


@pytest.mark.parametrize("piece", [*registry.pieces("layer")], ids=lambda piece: piece.type)
def test_a_layer_takes_no_more_than_it_is_said_to(piece):
    random, seen = np.random.default_rng(len(piece.type)), 0
    for draw in range(DRAWS):
        layer = piece() if draw < len(SHAPES) else drawn(piece, random)
        shape = SHAPES[draw % len(SHAPES)]
        batch = int(random.choice(BATCHES))
        try:
            plan = engine.plan([layer], shape)
        except engine.ShapeError:
            continue
        outputs = math.prod(plan.output_shape)
        if max(outputs, plan.parameters) > 400_000 or batch < layer.smallest_batch(shape):
            continue
        build = laid_out(layer, shape, batch)
        said = plan.rows[0].layer.footprint(shape, build.lanes)
        around = math.prod(shape) + 2 * outputs  # the samples, answers, gradients of the outputs
        values = build.local_size / build.lanes - around
        what = f"{layer} on {shape}, batch {batch}: {said}"
        assert values <= said.values + 32, what
        assert sum(table.size for table in build.tables) - 1 <= said.offsets + 1, what
        assert len(build.operations) - 5 <= said.operations, what
        if said.values > FEWEST_VALUES:
            assert said.values <= 4 * (values + around), what
        seen += 1
    assert seen or piece.type == "reshape"  # whose sizes must fit, and which lays nothing out


def test_footprints_add_up():
    parts = [Footprint(1, 2, 3, 4), Footprint(10, 20, 30, 40)]
    assert total(parts) == Footprint(11, 22, 33, 44)
    assert total([]) == Footprint()
