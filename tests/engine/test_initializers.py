"""Initializers: what weights are drawn from, and that chance follows from the seed alone."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, registry
from tests.engine.cases import INITIALIZERS, LENET

each = pytest.mark.parametrize("name", INITIALIZERS)


def built(name: str, layers: list[dict], shape: tuple[int, ...], seed=1, **options) -> Network:
    stack = [registry.make("layer", layer) for layer in layers]
    initializer = registry.make("initializer", {"type": name, **options})
    return Network(stack, shape, registry.make("loss", {"type": "mse"}), initializer, seed)


@each
def test_spread(name):
    options, (largest, deviation) = INITIALIZERS[name]
    network = built(name, [{"type": "dense", "units": 20}], (30,), **options)
    weights = np.concatenate([draw(network, seed) for seed in range(20)])
    assert (network.parameter("0.bias") == np.float32(options["bias"])).all()
    assert weights.std() == pytest.approx(deviation, rel=0.03, abs=1e-6)
    if deviation:
        assert abs(weights.mean()) <= 4 * deviation / weights.size**0.5
    else:
        assert (weights == np.float32(largest)).all()
    if largest is not None:
        assert np.abs(weights).max() <= largest * (1 + 1e-6)
        assert np.abs(weights).max() >= 0.99 * largest
    else:
        assert np.abs(weights).max() > 3 * deviation, "not a bell: it has no tails"


@pytest.mark.parametrize(("units", "features"), [(6, 20), (20, 6), (9, 9)])
def test_orthogonal_means_at_right_angles(units, features):
    layers = [{"type": "dense", "units": units}]
    w = built("orthogonal", layers, (features,), gain=3.0).parameter("0.weight")
    small = w @ w.T if units <= features else w.T @ w
    assert np.allclose(small, 9 * np.eye(len(small)), atol=1e-5)


def draw(network: Network, seed: int) -> np.ndarray:
    network.reseed(seed)
    return network.parameter("0.weight").ravel().copy()


def test_fans_of_a_convolution_count_its_window():
    layer = {"type": "conv2d", "filters": 24, "kernel_size": 3}
    he = built("he_uniform", [layer], (5, 8, 8)).parameter("0.weight")
    glorot = built("glorot_uniform", [layer], (5, 8, 8)).parameter("0.weight")
    assert np.abs(he).max() == pytest.approx((6 / 45) ** 0.5, rel=0.01)
    assert np.abs(glorot).max() == pytest.approx((6 / (45 + 216)) ** 0.5, rel=0.01)


@each
def test_seed_decides(name):
    layers = [{"type": "dense", "units": 6}, {"type": "dense", "units": 6}]
    first, same, other = (built(name, layers, (6,), seed) for seed in (1, 1, 2))
    assert (first.flat == same.flat).all()
    if name not in ("zeros", "constant"):
        assert not (first.flat == other.flat).all()
        assert not (first.parameter("0.weight") == first.parameter("1.weight")).all()


def test_reset_gives_the_same_weights_and_reseed_others():
    network = LENET.network()
    network.reseed(5)
    start = network.parameters()
    network.load_parameters(np.zeros_like(start))
    network.reset()
    assert (network.parameters() == start).all()
    network.reseed(6)
    assert not (network.parameters() == start).all()
