"""An activation's curve and slope, as data for a view: the numbers that training uses."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, activations, registry

NAMES = registry.names("activation")
x = np.linspace(-4, 4, 81, dtype=np.float32)
each = pytest.mark.parametrize("name", NAMES)


@each
def test_the_slope_is_that_of_the_curve(name):
    away = np.abs(np.abs(x) - np.array([[0], [1]])).min(axis=0) > 0.05  # from corners
    wide, step = x[away].astype(np.float64), 1e-2
    _, slope = activations.curve(name, x[away])
    right, left = (
        activations.curve(name, (wide + side).astype(np.float32))[0].astype(np.float64)
        for side in (step, -step)
    )
    assert np.abs((right - left) / (2 * step) - slope).max() < 2e-4


@each
def test_the_curve_is_what_a_network_computes(name):
    layer = registry.make("layer", {"type": "activation", "name": name})
    network = Network([layer], (2,), registry.make("loss", {"type": "mse"}))
    pairs = np.stack([x, np.zeros_like(x)], axis=1)
    y, _ = activations.curve(name, x)
    assert (network.predict(pairs)[:, 0] == y).all()


@pytest.mark.parametrize("shape", [(), (1,), (3, 5)])
def test_shapes_are_kept(shape):
    y, slope = activations.curve("tanh", np.full(shape, 0.5))
    assert y.shape == slope.shape == shape
    assert y == pytest.approx(np.full(shape, np.tanh(0.5)), rel=1e-6)


def test_corners_are_pytorchs():
    for name, at, slope in (
        ("relu", 0, 0),
        ("leaky_relu", 0, 0.01),
        ("elu", 0, 1),
        ("hard_tanh", 1, 0),
        ("hard_tanh", -1, 0),
    ):
        found = activations.curve(name, np.float32([at]))[1]
        assert found == pytest.approx([slope], rel=1e-6), name
