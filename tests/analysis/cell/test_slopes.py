"""Gradients by every layer's numbers, beside networks of the layers that follow and differences."""

from __future__ import annotations

import numpy as np
import pytest

from playground.analysis.cell.slopes import Slopes
from playground.engine import Network, registry
from tests.analysis.cell import networks

CHAINS = ("lenet5", "lenet5_1998", "mnist_mlp", "alexnet", "vgg", "googlenet", "resnet")


def label(net):
    return 3 % net.plan.output_shape[0]


@pytest.mark.parametrize("name", [*CHAINS, "odd", "lstm_rows"])
def test_parameters_and_input_are_those_of_the_engine(name):
    net = networks.network(name)
    x = networks.image(net)
    found = Slopes(net).of_loss(net, x, label(net))
    _, gradients, slope = net.backward(x[None], np.array([label(net)]), False)
    assert list(found.parameters) == list(gradients)
    for key, expected in gradients.items():
        size = max(float(np.abs(expected).max()), 1e-20)
        np.testing.assert_allclose(found.parameters[key] / size, expected / size, atol=2e-5)
    scale = float(np.abs(slope).max())
    np.testing.assert_allclose(found.values[0] / scale, slope[0] / scale, atol=2e-5)


@pytest.mark.parametrize("name", ["lenet5_1998", "vgg", "resnet", "mnist_mlp"])
def test_a_layers_slope_is_the_input_gradient_of_the_layers_behind_it(name):
    net = networks.network(name)
    x = networks.image(net)
    values, found = networks.values(net, x), Slopes(net).of_loss(net, x, label(net))
    for row in net.plan.rows[:-1]:
        rest = Network(net.layers[row.position + 1 :], row.output_shape, net.loss)
        rest.load_state_dict(
            {
                _moved(key, row.position + 1): net.parameter(key)
                for key in net.declared
                if int(key.split(".")[0]) > row.position
            }
        )
        _, _, slope = rest.backward(values[row.position + 1][None], np.array([label(net)]), False)
        scale = float(np.abs(slope).max())
        np.testing.assert_allclose(
            found.values[row.position + 1] / scale, slope[0] / scale, atol=2e-5, err_msg=str(row)
        )


def _moved(name, by):
    number, rest = name.split(".", 1)
    return f"{int(number) - by}.{rest}"


@pytest.mark.parametrize("name", ["lenet5", "odd", "googlenet"])
def test_a_score_follows_its_slope(name):
    """The score moves as its gradient by the input says, along that gradient."""
    net = networks.network(name)
    x, slopes = networks.image(net), Slopes(net)
    slope = slopes.of_score(net, x, 1).values[0]
    step = slope / np.linalg.norm(slope)
    double = Network(net.layers, net.plan.input_shape, net.loss, dtype="float64")
    double.load_state_dict(net.state_dict())
    there, by = x.astype(np.float64), 1e-6 * step.astype(np.float64)
    ends = double.predict(np.stack([there + by, there - by]))[:, 1]
    assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(float(np.linalg.norm(slope)), rel=1e-3)
    last = slopes.of_score(net, x, 1).values[-1]
    np.testing.assert_array_equal(last, np.eye(len(last))[1])


def test_shortcuts_bring_their_slopes_together():
    """y = x + x: every number counts twice."""
    layers = [
        registry.make("layer", one)
        for one in ({"type": "activation", "name": "tanh"}, {"type": "add", "from_layer": 1})
    ]
    net = Network(layers, (4,), registry.make("loss", {"type": "mse"}))
    x = np.float32([0.1, -0.2, 0.3, 0.4])
    found = Slopes(net).of_score(net, x, 2).values
    np.testing.assert_allclose(found[1], [0, 0, 2, 0], atol=1e-6)
    np.testing.assert_allclose(found[0], [0, 0, 2 * (1 - np.tanh(0.3) ** 2), 0], atol=1e-6)


def test_new_weights_give_new_slopes_from_the_same_program():
    net = networks.network("lenet5")
    other = Network(net.layers, net.plan.input_shape, net.loss, seed=9)
    x, slopes = networks.image(net), Slopes(net)
    one = slopes.of_loss(net, x, 3).values[0].copy()
    two = slopes.of_loss(other.snapshot(), x, 3).values[0]
    _, _, expected = other.backward(x[None], np.array([3]), False)
    np.testing.assert_allclose(two, expected[0], rtol=1e-3, atol=1e-6)
    np.testing.assert_array_equal(slopes.of_loss(net, x, 3).values[0], one)
