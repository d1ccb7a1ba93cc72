"""Outputs at every step: masks, a state that goes on, a forget gate that starts open."""

import numpy as np
import pytest

from playground.engine import Network, Training, registry
from playground.engine.optimizers import SGD
from playground.engine.stream import Stream, in_turn
from tests.engine.again import Again
from tests.engine.case import dense, layer

STEP = 1e-6
CELLS = ("simple_rnn", "lstm", "gru")
LOSSES = list(registry.pieces("loss"))


def network(cell, loss, outputs, dtype="float64", time=4, **options):
    layers = [layer(cell, units=3, return_sequences=True, **options), dense(outputs)]
    made = [registry.make("layer", one) for one in layers]
    return Network(made, (time, 2), registry.make("loss", {"type": loss}), dtype=dtype)


def answers(piece, samples, random):
    """Answers [samples, 4] with a third of them not asked for, and how many outputs they need."""
    hidden = random.uniform(size=(samples, 4)) < 0.3
    if "classification" in piece.tasks:
        for outputs in piece().outputs(2) + piece().outputs(3):
            classes = max(outputs, 2)
            yield np.where(hidden, -1, random.integers(0, classes, hidden.shape)), outputs
    if "regression" in piece.tasks:
        for outputs in (1, 2):
            y = random.normal(size=(samples, 4, outputs))
            y[hidden] = np.nan
            yield (y[:, :, 0] if outputs == 1 else y), outputs


@pytest.mark.parametrize("samples", [5, 40])
@pytest.mark.parametrize("piece", LOSSES, ids=lambda piece: piece.type)
def test_a_loss_is_the_mean_over_the_steps_asked_for_and_has_its_slope(piece, samples):
    random = np.random.default_rng(4)
    for y, outputs in answers(piece, samples, random):
        net = network("gru", piece.type, outputs)
        x = random.normal(size=(samples, 4, 2))
        again = Again(net, x, y, training=True)
        value, gradients, _ = again.gradients
        known = y >= 0 if y.dtype.kind == "i" else ~np.isnan(y.reshape(samples, 4, -1)[:, :, 0])
        told = piece().evaluate(net.predict(x)[known], y[known])
        assert value == pytest.approx(told, rel=1e-9)
        assert net.loss.evaluate(net.predict(x), y) == pytest.approx(told, rel=1e-12)
        for name, gradient in gradients.items():
            array, losses = net.parameter(name), []
            direction, start = random.normal(size=array.shape), array.copy()
            for side in (STEP, -STEP):
                array[...] = start + side * direction
                losses.append(again.loss())
            array[...] = start
            slope = (losses[0] - losses[1]) / (2 * STEP)
            assert slope == pytest.approx(float((gradient * direction).sum()), rel=1e-5, abs=1e-8)


def test_what_follows_the_end_of_a_shorter_sequence_changes_nothing():
    random = np.random.default_rng(5)
    net, x = network("lstm", "softmax_cross_entropy", 3), random.normal(size=(6, 4, 2))
    y = np.full((6, 4), -1)
    lengths = [1, 2, 3, 4, 2, 3]
    y[np.arange(6), np.array(lengths) - 1] = [0, 1, 2, 0, 1, 2]
    other = x.copy()
    for row, length in enumerate(lengths):
        other[row, length:] = 9
    first, second = net.gradients(x, y), net.gradients(other, y)
    assert first[0] == second[0]
    for name, gradient in first[1].items():
        np.testing.assert_array_equal(gradient, second[1][name])


@pytest.mark.parametrize("cell", CELLS)
def test_a_stream_goes_on_where_it_stopped(cell):
    net = network(cell, "mse", 2, time=12, num_layers=2)
    x = np.random.default_rng(6).normal(size=(3, 12, 2))
    whole = net.predict(x)
    for steps in (1, 4):
        stream = Stream(net, steps, rows=3)
        for _ in range(2):
            parts = [stream.read(x[:, at : at + steps]) for at in range(0, 12, steps)]
            np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-12)
            stream.reset()


def test_a_stream_names_the_layer_that_needs_the_whole_window():
    for layers in (
        [layer("gru", units=3)],
        [layer("gru", units=3, return_sequences=True, bidirectional=True)],
        [layer("flatten"), dense(4)],
    ):
        made = [registry.make("layer", one) for one in layers]
        with pytest.raises(ValueError, match=r"Layer 1 \(.*\) reads a window as a whole"):
            Stream(Network(made, (5, 2), registry.make("loss", {"type": "mse"})), 1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("batch", [3, 40])
def test_a_carried_state_is_that_of_one_long_sequence(cell, batch):
    """The loss of every step, and a gradient that goes back no further than the window."""
    random = np.random.default_rng(7)
    windows, time, rate = 3, 4, 0.1
    x = random.normal(size=(batch * windows + 1, time, 2))
    y = random.normal(size=(len(x), time))
    net = network(cell, "mse", 1)
    training = Training(net, x, y, SGD(learning_rate=rate), batch_size=batch, carries=True)
    assert training.steps_per_epoch == windows
    parts = np.arange(batch * windows).reshape(batch, windows)
    for epoch in range(2):
        for window in range(windows):
            before = net.flat.copy()
            stream = Stream(net, time, rows=batch) if batch <= 32 else None
            loss = training.train(1).losses[0]
            assert training.last_batch().tolist() == parts[:, window].tolist()
            if stream and not epoch and not window:
                outputs = stream.read(x[parts[:, 0]])
                assert loss == pytest.approx(np.mean((outputs[:, :, 0] - y[parts[:, 0]]) ** 2))
            assert not (before == net.flat).all()
    frozen = Training(net, x, y, SGD(learning_rate=0.0), batch_size=batch, carries=True)
    losses = frozen.train(2 * windows).losses
    long = network(cell, "mse", 1, time=windows * time)
    long.load_state_dict(net.state_dict())
    whole = x[parts].reshape(batch, windows * time, 2)
    outputs = long.predict(whole)[:, :, 0].reshape(batch, windows, time)
    expected = ((outputs - y[parts]) ** 2).mean(axis=(0, 2))
    np.testing.assert_allclose(losses, np.tile(expected, 2), rtol=1e-10)
    assert frozen.program.state.size >= batch * 3


def test_training_with_a_carried_state_goes_on_alike():
    random = np.random.default_rng(8)
    x, y = random.normal(size=(20, 4, 2)).astype(np.float32), random.normal(size=(20, 4))
    made = [
        Training(network("lstm", "mse", 1, "float32"), x, y, SGD(), batch_size=4, carries=True)
        for _ in range(2)
    ]
    made[0].train(3)
    state = {name: array.copy() for name, array in made[0].state().items()}
    losses = made[0].train(9).losses
    made[1].restore(state)
    assert (made[1].train(9).losses == losses).all()


def test_windows_in_turn():
    net = network("gru", "mse", 1)
    x = np.random.default_rng(9).normal(size=(70, 4, 2))
    outputs = in_turn(net, x)
    long = network("gru", "mse", 1, time=12)
    long.load_state_dict(net.state_dict())
    whole = long.predict(x[:69].reshape(23, 12, 2)).reshape(69, 4, 1)
    np.testing.assert_allclose(outputs[:69], whole, atol=1e-12)
    net.parameter("1.bias")[...] += 1
    np.testing.assert_allclose(in_turn(net, x), outputs + 1, atol=1e-12)


def test_a_forget_gate_that_starts_open():
    def biases(**options):
        lstm = registry.make("layer", layer("lstm", units=3, num_layers=2, **options))
        net = Network([lstm], (4, 2), registry.make("loss", {"type": "mse"}))
        return {name: a for name, a in net.state_dict().items() if "bias" in name}

    for name, array in biases(forget_bias=3.0).items():
        raised = [0.0] * 3 + [3.0] * 3 + [0.0] * 6 if "_ih_" in name else [0.0] * 12
        assert array.tolist() == raised
    assert not any(array.any() for array in biases().values())
