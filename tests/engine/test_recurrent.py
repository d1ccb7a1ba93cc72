"""Recurrent layers against loops that can be read off the formula, at sizes beyond one tile."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from playground.engine import Network, ShapeError, Training, plan, registry
from tests.engine.compare import close

KINDS = ("simple_rnn", "lstm", "gru")
TOLERANCES = {"float32": 2e-6, "float64": 1e-13}
ORDER = ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
each = pytest.mark.parametrize("kind", KINDS)


def built(layers: list[dict], shape, dtype: str = "float32", loss: str = "mse") -> Network:
    stack = [registry.make("layer", layer) for layer in layers]
    initializer = registry.make("initializer", {"type": "glorot_uniform", "bias": 0.1})
    return Network(stack, shape, registry.make("loss", {"type": loss}), initializer, 3, dtype)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(kind, w, b, w_hh, b_hh, x, h, c):
    """One step of one layer; x [N, features], h and c [N, units]."""
    a, r = x @ w.T + b, h @ w_hh.T + b_hh
    if kind == "simple_rnn":
        return np.tanh(a + r), c
    if kind == "lstm":
        i, f, g, o = np.split(a + r, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
    (ar, az, an), (rr, rz, rn) = np.split(a, 3, axis=1), np.split(r, 3, axis=1)
    new, z = np.tanh(an + sigmoid(ar + rr) * rn), sigmoid(az + rz)
    return (1 - z) * new + z * h, c


def loop(network: Network, x: np.ndarray) -> np.ndarray:
    """The outputs of a network that is one recurrent layer."""
    layer, state = network.layers[0], network.state_dict()
    x = x.astype(np.float64)
    for number in range(layer.num_layers):
        sides, lasts = [], []
        for end in ("", "_reverse")[: 1 + layer.bidirectional]:
            names = [f"0.{name}_l{number}{end}" for name in ORDER]
            weights = [state[name].astype(np.float64) for name in names]
            h = c = np.zeros((len(x), layer.units))
            outputs = []
            for t in range(x.shape[1])[:: -1 if end else 1]:
                h, c = step(layer.type, *weights, x[:, t], h, c)
                outputs.append(h)
            lasts.append(h)
            sides.append(np.stack(outputs[:: -1 if end else 1], axis=1))
        x = np.concatenate(sides, axis=2)
    return x if layer.return_sequences else np.concatenate(lasts, axis=1)


@pytest.mark.parametrize("dtype", TOLERANCES)
@each
def test_outputs_are_the_formulas(kind, dtype):
    random = np.random.default_rng(4)
    choices = itertools.product((1, 7), (1, 33), (1, 40), (1, 2), (False, True), (False, True))
    samples = itertools.cycle((1, 2, 16, 17, 33, 70))
    for steps, features, units, layers, both, whole in choices:
        layer = {
            "type": kind,
            "units": units,
            "num_layers": layers,
            "bidirectional": both,
            "return_sequences": whole,
        }
        network = built([layer], (steps, features), dtype)
        x = random.normal(size=(next(samples), steps, features)).astype(np.float32)
        close(network.predict(x), loop(network, x), TOLERANCES[dtype], f"{layer} {x.shape}")


@each
def test_a_sample_does_not_see_its_neighbours(kind):
    network = built([{"type": kind, "units": 20, "bidirectional": True}], (6, 5))
    x = np.random.default_rng(1).normal(size=(35, 6, 5)).astype(np.float32)
    alone = np.concatenate([network.predict(x[i : i + 1]) for i in range(len(x))])
    close(network.predict(x), alone, 1e-6)


@each
def test_the_same_bits_on_one_thread_or_more_and_again(kind):
    random = np.random.default_rng(2)
    x, y = random.normal(size=(150, 5, 6)).astype(np.float32), random.integers(0, 4, 150)
    flats = []
    for parallel in (False, True, False):
        layers = [
            {"type": kind, "units": 9, "num_layers": 2, "bidirectional": True},
            {"type": "dense", "units": 4},
        ]
        network = built(layers, (5, 6), loss="softmax_cross_entropy")
        run = Training(network, x, y, registry.make("optimizer", {"type": "adam"}), batch_size=70)
        run.parallel = parallel
        assert run.train(12).finite
        flats.append(network.flat.copy())
    assert (flats[0] == flats[1]).all() and (flats[0] == flats[2]).all()


@each
def test_it_remembers_the_first_of_many_steps(kind):
    random = np.random.default_rng(3)
    x = random.normal(size=(600, 12, 1)).astype(np.float32)
    y = (x[:, 0, 0] > 0).astype(np.int64)
    network = built(
        [{"type": kind, "units": 12}, {"type": "dense", "units": 1}],
        (12, 1),
        loss="binary_cross_entropy",
    )
    adam = registry.make("optimizer", {"type": "adam", "learning_rate": 0.01})
    Training(network, x[:500], y[:500], adam, batch_size=25).train(2000)
    assert (network.loss.classes(network.predict(x[500:])) == y[500:]).mean() > 0.9


def test_names_layouts_and_counts_are_pytorchs():
    layer = {"type": "lstm", "units": 5, "num_layers": 2, "bidirectional": True}
    network = built([layer], (4, 3))
    shapes = {name: array.shape for name, array in network.state_dict().items()}
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    assert list(shapes)[:4] == [f"0.{name}_l0" for name in names]
    assert shapes["0.weight_ih_l0"] == (20, 3) and shapes["0.weight_hh_l0_reverse"] == (20, 5)
    assert shapes["0.weight_ih_l1"] == (20, 10) and shapes["0.bias_hh_l1_reverse"] == (20,)
    weights = 2 * (20 * 3 + 20 * 5) + 2 * (20 * 10 + 20 * 5)
    assert network.plan.parameters == weights + 8 * 20
    assert network.plan.rows[0].multiply_adds == 4 * weights


@each
def test_what_is_no_sequence_is_refused(kind):
    for shape in ((5,), (1, 28, 28)):
        with pytest.raises(ShapeError, match=r"sequence.*Reshape"):
            plan([registry.make("layer", {"type": kind})], shape)


@each
@pytest.mark.parametrize("bidirectional", [False, True])
def test_bytes_teach_what_their_numbers_teach(kind, bidirectional):
    """Bytes lie by sample already and are not turned for the gradient; the numbers are."""
    random = np.random.default_rng(5)
    raw, y = random.integers(0, 256, (70, 5, 7)).astype(np.uint8), random.integers(0, 3, 70)
    losses = []
    for x, scale in ((raw, 1 / 255), (raw.astype(np.float32) * np.float32(1 / 255), 1)):
        network = built(
            [
                {"type": kind, "units": 6, "bidirectional": bidirectional},
                {"type": "dense", "units": 3},
            ],
            (5, 7),
            loss="softmax_cross_entropy",
        )
        training = Training(
            network, x, y, registry.make("optimizer", {"type": "sgd"}), batch_size=35, scale=scale
        )
        losses.append(training.train(20).losses)
    assert np.allclose(*losses, rtol=1e-5) and losses[0][-1] != losses[0][0]
