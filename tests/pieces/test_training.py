"""Every registered loss, optimizer, penalty, schedule, start and change of images, in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from playground.engine import Network, Training, registry
from playground.engine.layer import Parameter
from playground.engine.optimizers import SGD
from tests.engine.case import Description, dense
from tests.pieces import cases

STEP, RATE = 1e-6, 0.05
POINTS = np.random.default_rng(5).normal(size=(40, 3)).astype(np.float32)
VALUES = (POINTS @ [[0.5], [-1.0], [0.25]]).astype(np.float32)


def every(kind: str):
    """Each description of each piece of a kind."""
    found = [one for piece in registry.pieces(kind) for one in cases.described(piece)]
    return pytest.mark.parametrize(kind, found, ids=str)


def training(**pieces: Mapping[str, Any]) -> Training:
    """Of a small network that learns a plane."""
    made = {kind: registry.make(kind, description) for kind, description in pieces.items()}
    layers = [registry.make("layer", one) for one in (dense(5, "tanh"), dense(1))]
    network = Network(layers, (3,), registry.make("loss", {"type": "mse"}))
    optimizer = made.pop("optimizer", None) or SGD(learning_rate=RATE)
    return Training(network, POINTS, VALUES, optimizer, batch_size=8, **made)


def goes_on_alike(**pieces: Mapping[str, Any]) -> None:
    """The same bits again, and after being put back to where it was."""
    first, second = training(**pieces), training(**pieces)
    first.train(7)
    state = {name: array.copy() for name, array in first.state().items()}
    flat = first.network.parameters()
    losses = first.train(6).losses
    assert np.isfinite(losses).all()
    second.train(7)
    assert (second.network.flat == flat).all()
    second.train(3)
    second.network.load_parameters(flat)
    second.restore(state)
    assert (second.train(6).losses == losses).all()
    assert (second.network.flat == first.network.flat).all()


@every("optimizer")
def test_an_optimizer_makes_the_loss_smaller_and_goes_on_alike(optimizer: Description):
    run = training(optimizer=optimizer)
    before = run.network.loss.evaluate(run.network.predict(POINTS), VALUES)
    run.train(150)
    after = run.network.loss.evaluate(run.network.predict(POINTS), VALUES)
    assert after < before
    goes_on_alike(optimizer=optimizer)
    for option in registry.options(registry.get("optimizer", optimizer["type"])):
        if option.live:
            run.set("optimizer", option.name, float(option.default))


@every("regularizer")
def test_a_penalty_lets_weights_grow_no_larger_and_goes_on_alike(regularizer: Description):
    free, held = training(), training(regularizer=regularizer)
    weights = []
    for run in (free, held):
        run.train(100)
        state = run.network.state_dict()
        weights.append([np.abs(state[name]).sum() for name in ("0.weight", "1.weight")])
    assert sum(weights[1]) <= sum(weights[0]) * (1 + 1e-6)
    goes_on_alike(regularizer=regularizer)


@every("schedule")
def test_a_schedule_is_its_formula_and_goes_on_alike(schedule: Description):
    run, piece = training(schedule=schedule), registry.make("schedule", schedule)
    for _ in range(12):
        step, before = run.step, run.network.parameters()
        run.train(1)
        batch, moved = run.last_batch(), before - run.network.flat
        run.network.load_parameters(before)
        _, gradients = run.network.gradients(POINTS[batch], VALUES[batch])
        size = np.sqrt(sum((gradient**2).sum() for gradient in gradients.values()))
        factor = piece.factor(step, run.steps_per_epoch)
        assert 0 <= factor <= 1 + 1e-12
        assert np.linalg.norm(moved) / size == pytest.approx(RATE * factor, rel=1e-3, abs=1e-6)
        run.network.load_parameters(before - moved)
    goes_on_alike(schedule=schedule)


@every("initializer")
def test_a_start_is_finite_and_follows_from_the_seed(initializer: Description):
    piece = registry.make("initializer", initializer)
    for shape in ((7, 12), (12, 7), (6, 2, 3, 3)):
        inputs = int(np.prod(shape[1:]))
        weight = Parameter("weight", shape, fan_in=inputs, fan_out=shape[0], weight=True)
        first, same = (piece.draw(np.random.default_rng(3), weight) for _ in range(2))
        drawn = np.broadcast_to(first, shape)
        assert np.isfinite(drawn).all() and (drawn == np.broadcast_to(same, shape)).all()
    assert np.isfinite(piece.bias)


@every("loss")
def test_a_loss_is_evaluated_as_it_is_trained_and_has_its_slope(loss: Description):
    piece, random = registry.make("loss", loss), np.random.default_rng(6)
    answers = []
    if "classification" in piece.tasks:
        answers += [(random.integers(0, c, 19), n) for c in (2, 5) for n in piece.outputs(c)]
    if "regression" in piece.tasks:
        answers += [(random.normal(size=(19, n)), n) for n in (1, 3)]
    if piece.reconstructs:
        answers.append((POINTS[:19].astype(np.float64), 3))  # of the input itself
    assert answers
    for y, outputs in answers:
        layers = [registry.make("layer", dense(outputs))]
        network = Network(layers, (3,), piece, dtype="float64")
        x = POINTS[:19].astype(np.float64)
        value, gradients = network.gradients(x, y)
        assert value == pytest.approx(piece.evaluate(network.predict(x), y), rel=1e-9)
        for name, gradient in gradients.items():
            array, losses = network.parameter(name), []
            direction = random.normal(size=array.shape)
            start = array.copy()
            for side in (STEP, -STEP):
                array[...] = start + side * direction
                losses.append(network.gradients(x, y)[0])
            array[...] = start
            slope = (losses[0] - losses[1]) / (2 * STEP)
            assert slope == pytest.approx(float((gradient * direction).sum()), rel=1e-5, abs=1e-8)


@every("augmentation")
def test_a_change_of_images_keeps_their_shape_and_follows_from_the_seed(augmentation: Description):
    images = np.random.default_rng(7).uniform(size=(20, 1, 8, 7)).astype(np.float32)
    layers = [registry.make("layer", {"type": name}) for name in ("flatten", "dense")]
    losses = []
    for _ in range(2):
        network = Network(layers, images.shape[1:], registry.make("loss", {"type": "mse"}))
        change = registry.make("augmentation", augmentation)
        run = Training(network, images, np.ones((20, 4)), SGD(), augmentation=change)
        losses.append(run.train(6).losses)
    assert np.isfinite(losses).all() and (losses[0] == losses[1]).all()
