import numpy as np
import pytest

from playground import Experiment, Run


def trained(**changes):
    run = Run(Experiment.preset("circle").changed(**changes))
    run.train(5)
    return run.snapshot()


TANH = [
    {"type": "dense", "units": 3, "activation": "tanh"},
    {"type": "dense", "units": 1, "activation": "tanh"},
]


def by_hand(snapshot, x1, x2):
    """The network's outputs at a point, in NumPy."""
    values = np.array([x1, x2], np.float64)
    state = snapshot.network.state_dict()
    for position, layer in enumerate(snapshot.experiment.layers):
        values = state[f"{position}.weight"] @ values + state[f"{position}.bias"]
        values = np.tanh(values) if layer.activation == "tanh" else values
    return values


def test_the_plane_shows_what_the_network_believes():
    """Cross-entropy: P(blue) − P(orange). Row: x₂ from −6 up; column: x₁."""
    snapshot = trained()
    plane = snapshot.plane(13)
    assert plane.shape == (13, 13) and plane.dtype == np.float32
    for row, column in ((0, 0), (12, 0), (3, 9), (9, 3)):
        z = by_hand(snapshot, column - 6, row - 6)[0]
        assert plane[row, column] == pytest.approx(2 / (1 + np.exp(-z)) - 1, abs=1e-5)


def test_the_plane_of_squared_error_and_of_two_outputs():
    snapshot = trained(loss={"type": "mse"}, layers=TANH)
    assert snapshot.plane(13)[2, 7] == pytest.approx(by_hand(snapshot, 1, -4)[0], abs=1e-5)
    two = [TANH[0], {"type": "dense", "units": 2}]
    snapshot = trained(loss={"type": "softmax_cross_entropy"}, layers=two)
    a, b = by_hand(snapshot, 1, -4)
    assert snapshot.plane(13)[2, 7] == pytest.approx(np.tanh((b - a) / 2), abs=1e-5)


def test_the_plane_of_a_regression_is_the_value():
    run = Run(Experiment.preset("reg_plane"))
    run.train(20)
    along = np.linspace(-6, 6, 9)
    assert np.allclose(run.snapshot().plane(9), (along[None] + along[:, None]) / 10, atol=0.02)


def test_neurons_are_inputs_and_layers():
    snapshot = trained()
    inputs, first, second, last = snapshot.neurons(13)
    assert [len(layer) for layer in (inputs, first, second, last)] == [2, 4, 2, 1]
    assert inputs[0][5].tolist() == list(range(-6, 7))
    assert inputs[1][:, 5].tolist() == list(range(-6, 7))
    state = snapshot.network.state_dict()
    z = state["0.weight"] @ np.array([1, -4]) + state["0.bias"]
    assert first[:, 2, 7] == pytest.approx(np.tanh(z), abs=1e-5)
    assert np.allclose(last[0], snapshot.plane(13), atol=1e-6)


def test_wide_layers_are_cut_and_computed_in_slices(monkeypatch):
    from playground.training import snapshot as module

    snapshot = trained(layers=[{"type": "dense", "units": 100}, {"type": "dense", "units": 1}])
    whole = snapshot.neurons(12)
    monkeypatch.setattr(module, "PLANE_NUMBERS", 1010)  # ten points at a time
    snapshot._cache.clear()
    for one, other in zip(whole, snapshot.neurons(12), strict=True):
        assert np.allclose(one, other, atol=1e-6)
    assert len(whole[1]) == 64


THREE = {
    "data": {"type": "spirals"},
    "loss": {"type": "softmax_cross_entropy"},
    "layers": [TANH[0], {"type": "dense", "units": 3}],
}


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy", "mse"])
def test_the_plane_of_several_classes_is_the_winner_and_how_sure_it_is(loss):
    snapshot = trained(**{**THREE, "loss": {"type": loss}})
    plane = snapshot.plane(13)
    for row, column in ((0, 0), (12, 3), (5, 9)):
        outputs = by_hand(snapshot, column - 6, row - 6)
        shares = {
            "softmax_cross_entropy": np.exp(outputs),
            "binary_cross_entropy": 1 / (1 + np.exp(-outputs)),
            "mse": np.clip(outputs, 0, None),
        }[loss]
        winner = int(outputs.argmax())
        sure = (shares[winner] / shares.sum() - 1 / 3) * 1.5 if shares.sum() else 0
        assert plane[row, column] == pytest.approx(winner + sure, abs=1e-4)
    assert plane.min() >= 0 and plane.max() < 3


def test_outputs_of_several_classes_show_what_is_believed_of_each():
    snapshot = trained(**THREE)
    last = snapshot.neurons(13)[-1]
    outputs = by_hand(snapshot, 1, -4)
    expected = 2 * np.exp(outputs) / np.exp(outputs).sum() - 1
    assert last[:, 2, 7] == pytest.approx(expected, abs=1e-5)


def test_heavy_things_are_computed_once():
    snapshot = trained()
    assert snapshot.plane(10) is snapshot.plane(10)
    assert snapshot.now("running", "").plane(10) is snapshot.plane(10)
    assert not snapshot.plane(10).flags.writeable


def test_bytes_are_scaled():
    run = Run(Experiment.preset("mnist_linear"))
    snapshot = run.snapshot()
    x = run.data.test.x[:3]
    numbers = (x / 255).astype(np.float32)
    assert np.allclose(snapshot.predict(x), snapshot.predict(numbers), atol=1e-5)
    assert np.allclose(snapshot.activations(x)[-1], snapshot.predict(x), atol=1e-5)
    assert snapshot.probabilities(snapshot.predict(x)).sum(1) == pytest.approx(1)
    with pytest.raises(ValueError, match="plane"):
        snapshot.plane(10)
