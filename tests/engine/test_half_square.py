"""Half of the squared error: TensorFlow Playground's loss."""

import numpy as np

from playground.engine import Network, registry


def test_loss_and_gradients_are_half_of_the_squared_error():
    layers = [registry.make("layer", {"type": "dense", "units": 1, "activation": "tanh"})]
    random = np.random.default_rng(3)
    x, y = random.normal(size=(5, 2)).astype("f4"), np.array([0, 1, 1, 0, 1])
    results = []
    for half in (False, True):
        loss = registry.make("loss", {"type": "mse", "half": half})
        network = Network(layers, (2,), loss)
        value, gradients = network.gradients(x, y)
        assert np.isclose(value, loss.evaluate(network.predict(x), y), rtol=1e-6)
        results.append((value, gradients))
    (whole, whole_gradients), (half, half_gradients) = results
    assert np.isclose(half, whole / 2)
    for name in whole_gradients:
        assert np.allclose(half_gradients[name], whole_gradients[name] / 2)
