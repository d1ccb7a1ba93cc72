"""Every rule of the diagnosis has an Experiment that provokes it, and one that does not."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.health import RULES, diagnose, examine

CIRCLE = Experiment.preset("circle")


def stack(*units, activation):
    """Dense layers with an activation, and one linear output."""
    hidden = [{"type": "dense", "units": u, "activation": activation} for u in units]
    return [*hidden, {"type": "dense", "units": 1}]


def remembering(layer, length=40, **changes):
    """The first of many symbols is to be recalled: a small layer, 30 steps an epoch."""
    return Experiment.preset("first_symbol_lstm").changed(
        data={"type": "first_symbol", "length": length, "samples": 600},
        layers=[layer, {"type": "dense", "units": 4}],
        batch_size=16,
        **changes,
    )


SHUT = {"type": "lstm", "units": 6, "forget_bias": 0.0}
RNN = {"type": "simple_rnn", "units": 12}
LOUD = {"initializer": {"type": "normal", "deviation": 1.0}}


def rules(experiment, epochs):
    """The names of the rules that hold after so many epochs."""
    run = Run(experiment)
    run.train(epochs, callback=lambda record: None)
    return {finding.rule for finding in diagnose(examine(run))}


PROVOKED = {
    "learning rate too high": (
        CIRCLE.changed(
            optimizer={"type": "sgd", "learning_rate": 10.0},
            loss={"type": "mse"},
            layers=stack(8, activation="relu"),
        ),
        20,
    ),
    "symmetric start": (CIRCLE.changed(initializer={"type": "zeros"}), 2),
    "dead neurons": (
        CIRCLE.changed(
            layers=stack(8, 8, activation="relu"),
            initializer={"type": "uniform", "bias": -9.0},
            optimizer={"type": "sgd", "learning_rate": 1e-5},
        ),
        2,
    ),
    "saturated neurons": (
        CIRCLE.changed(
            layers=stack(6, 6, activation="tanh"),
            initializer={"type": "uniform", "limit": 10.0},
            optimizer={"type": "sgd", "learning_rate": 1e-5},
        ),
        2,
    ),
    "weights too small": (
        CIRCLE.changed(
            layers=stack(8, 8, activation="tanh"),
            initializer={"type": "normal", "deviation": 0.01},
        ),
        2,
    ),
    "vanishing gradient": (
        CIRCLE.changed(layers=stack(4, 4, 4, 4, 4, 4, activation="sigmoid")),
        2,
    ),
    "exploding gradient": (
        CIRCLE.changed(
            layers=stack(8, 8, 8, 8, activation="identity"),
            initializer={"type": "normal", "deviation": 3.0},
            optimizer={"type": "sgd", "learning_rate": 1e-5},
        ),
        1,
    ),
    "gradient vanishes through time": (remembering(SHUT), 12),
    "gradient explodes through time": (remembering({**RNN, "activation": "relu"}, **LOUD), 1),
    "over-fitting": (
        CIRCLE.changed(
            data={"type": "circle", "noise": 50, "samples": 60, "train_fraction": 0.5},
            layers=stack(8, 8, activation="tanh"),
            optimizer={"type": "adam", "learning_rate": 0.03},
        ),
        200,
    ),
}


@pytest.mark.parametrize("rule", PROVOKED)
def test_provoked(rule):
    assert rule in rules(*PROVOKED[rule])


@pytest.mark.parametrize("preset", ["circle", "gauss", "xor", "reg_plane"])
def test_healthy_runs_are_left_alone(preset):
    assert not rules(Experiment.preset(preset), 40)


# Each is near the Experiment that provokes its rule, and sound.
SPARED = {
    "learning rate too high": PROVOKED["learning rate too high"][0].changed(
        optimizer={"type": "sgd", "learning_rate": 0.03}
    ),
    "symmetric start": CIRCLE,
    "dead neurons": CIRCLE.changed(layers=stack(8, 8, activation="relu")),
    "saturated neurons": CIRCLE.changed(
        layers=stack(6, 6, activation="tanh"), initializer={"type": "uniform", "limit": 0.5}
    ),
    "weights too small": CIRCLE.changed(layers=stack(8, 8, activation="tanh")),
    "vanishing gradient": CIRCLE.changed(
        layers=stack(4, 4, 4, 4, 4, 4, activation="relu"), initializer={"type": "he_uniform"}
    ),
    "exploding gradient": PROVOKED["exploding gradient"][0].changed(
        initializer={"type": "glorot_uniform"}
    ),
    "gradient vanishes through time": remembering({**SHUT, "forget_bias": 3.0}),
    "gradient explodes through time": remembering({**RNN, "activation": "relu"}),
    "over-fitting": PROVOKED["over-fitting"][0].changed(
        data={"type": "circle", "noise": 0, "samples": 500, "train_fraction": 0.5}
    ),
}


def test_there_is_a_case_for_every_rule():
    assert len(PROVOKED) == len(SPARED) == len(RULES) and set(PROVOKED) == set(SPARED)


@pytest.mark.parametrize("rule", SPARED)
def test_spared(rule):
    assert rule not in rules(SPARED[rule], PROVOKED[rule][1])


@pytest.mark.parametrize("rule", [rule for rule in PROVOKED if rule != "over-fitting"])
def test_the_remedy_cures_within_two_clicks(rule):
    """Over-fitting is left out: a penalty makes it smaller, and on noise it does not end."""
    experiment, epochs = PROVOKED[rule]
    for _ in range(2):
        run = Run(experiment)
        run.train(epochs, callback=lambda record: None)
        held = [f for f in diagnose(examine(run)) if f.rule == rule]
        experiment = held[0].changed if held else experiment
    assert rule not in rules(experiment, epochs)


@pytest.mark.parametrize("rule", PROVOKED)
def test_the_remedy_is_an_experiment_that_can_be_trained(rule):
    run = Run(PROVOKED[rule][0])
    run.train(PROVOKED[rule][1], callback=lambda record: None)
    finding = next(f for f in diagnose(examine(run)) if f.rule == rule)
    assert finding.changed != run.experiment
    Run(finding.changed).train(1, callback=lambda record: None)


def test_neurons_that_large_steps_have_saturated_need_smaller_steps():
    """From Glorot's weights already: to start from them again would change nothing."""
    wild = CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 10.0})
    for again in (True, False):
        run = Run(wild)
        run.train(200, callback=lambda record: None)
        findings = [f for f in diagnose(examine(run)) if f.rule == "learning rate too high"]
        if not findings:
            break
        assert again and findings[0].again and findings[0].changed != wild
        wild = findings[0].changed
    assert run.evaluate("test")["accuracy"] > 0.9


def test_neurons_that_stay_saturated_get_another_curve():
    run = Run(CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 10.0}))
    run.train(200, callback=lambda record: None)
    assert run.update(CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 0.03}))
    found = next(f for f in diagnose(examine(run)) if f.rule == "saturated neurons")
    assert {layer.activation for layer in found.changed.layers[:-1]} == {"relu"}


def test_examining_changes_nothing():
    looked, alone = Run(CIRCLE), Run(CIRCLE)
    for run in (looked, alone):
        run.train(2, callback=lambda record: None)
    examine(looked)
    for run in (looked, alone):
        run.train(2, callback=lambda record: None)
    assert np.array_equal(looked.network.parameters(), alone.network.parameters())
