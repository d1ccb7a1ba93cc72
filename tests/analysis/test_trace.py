"""A batch's numbers in one program are those of prediction, of training and of differences."""

import numpy as np
import pytest

from playground.analysis.trace import trace
from playground.engine import Network, losses, registry

DENSE = {"type": "dense", "units": 3, "activation": "tanh"}
STACKS = {
    "dense": ([DENSE, {"type": "dense", "units": 2, "activation": "relu"}], (2,)),
    "normalised": ([DENSE, {"type": "batch_norm"}, {"type": "layer_norm"}, DENSE], (2,)),
    "joined": ([DENSE, DENSE, {"type": "add", "from_layer": 1}, {"type": "dense"}], (2,)),
    "maps": (
        [
            {"type": "conv2d", "filters": 2, "kernel_size": 3, "activation": "relu"},
            {"type": "max_pool2d"},
            {"type": "activation", "name": "tanh"},
            {"type": "flatten"},
            DENSE,
        ],
        (1, 8, 8),
    ),
    "steps": ([{"type": "lstm", "units": 3, "return_sequences": True}, {"type": "gru"}], (4, 2)),
}


def batch(stack, samples=70, dtype="float32"):
    layers, shape = STACKS[stack]
    layers = [registry.make("layer", layer) for layer in layers]
    network = Network(layers, shape, losses.MSE(), seed=2, dtype=dtype)
    random = np.random.default_rng(1)
    x = random.normal(size=(samples, *shape)).astype(dtype)
    return network, x, random.normal(size=(samples, *network.plan.output_shape))


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("training", [True, False])
def test_loss_gradients_and_the_slope_by_the_input_are_the_engines(stack, training):
    network, x, y = batch(stack)
    before = network.parameters()
    result = trace(network, x, y, training)
    loss, gradients, slope = network.backward(x, y, training)
    assert result.loss == pytest.approx(loss, rel=1e-6)
    assert set(result.gradients) == set(gradients)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(result.gradients[name], gradient, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(result.slopes[0], slope, rtol=1e-4, atol=1e-7)
    assert np.array_equal(network.parameters(), before)


@pytest.mark.parametrize("stack", STACKS)
def test_values_in_prediction(stack):
    network, x, y = batch(stack)
    values = trace(network, x, y, training=False).values
    for value, expected in zip(values, [x, *network.activations(x)], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def test_values_in_training_have_the_statistics_of_the_batch():
    network, x, y = batch("normalised")
    value = trace(network, x, y).values[2]
    np.testing.assert_allclose(value.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(value.std(0), 1, atol=1e-3)


@pytest.mark.parametrize("stack", ["dense", "joined", "maps", "steps"])
def test_slopes_of_every_layer_by_differences(stack):
    """What moves a layer's output by a little, moves the loss by the slope."""
    network, x, y = batch(stack, samples=3, dtype="float64")
    result = trace(network, x, y)
    rows, step = network.plan.rows, 1e-6
    for position in range(len(rows)):
        if any(row.layer.reads_earlier for row in rows[position + 1 :]):
            continue
        rest = [row.layer for row in rows[position + 1 :]]
        shape = rows[position].output_shape
        tail = Network(rest, shape, network.loss, dtype="float64")
        state = network.state_dict()
        for name in tail.state_dict():
            number, word = name.split(".")
            tail.parameter(name)[...] = state[f"{int(number) + position + 1}.{word}"]
        value = result.values[position + 1]
        index = (1, *(0 for _ in shape))
        ends = []
        for sign in (step, -step):
            moved = value.copy()
            moved[index] += sign
            outputs = tail.predict(moved) if rest else moved
            ends.append(network.loss.evaluate(outputs, y))
        slope = (ends[0] - ends[1]) / (2 * step)
        assert result.slopes[position + 1][index] == pytest.approx(slope, rel=1e-4, abs=1e-8)
