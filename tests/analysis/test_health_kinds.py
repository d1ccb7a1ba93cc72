"""Each kind of trouble is named by its cause, whatever the network and the seed.

Every case is trained from several seeds, and all of them must be told the same; sound networks
are told nothing.
"""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.health import diagnose, examine
from playground.training import build, evaluation

CIRCLE = Experiment.preset("circle")
GAUSS = Experiment.preset("gauss").changed(data={"type": "gauss", "noise": 0}, loss={"type": "mse"})
SEEDS = range(4)
NORM = {"type": "batch_norm"}


def dense(*units, activation, output="identity"):
    hidden = [{"type": "dense", "units": u, "activation": activation} for u in units]
    return [*hidden, {"type": "dense", "units": 1, "activation": output}]


def apart(*units, activation, between=()):
    """Hidden layers whose activation is a layer of its own."""
    curve = {"type": "activation", "name": activation}
    hidden = [part for u in units for part in ({"type": "dense", "units": u}, *between, curve)]
    return [*hidden, {"type": "dense", "units": 1}]


def recurrent(kind, **options):
    steps = {"type": "reshape", "shape": [2, 1]}
    return [steps, {"type": kind, "units": 8, **options}, {"type": "dense", "units": 1}]


def normal(deviation):
    return {"initializer": {"type": "normal", "deviation": deviation}}


def constant(value):
    return {"initializer": {"type": "constant", "value": value}}


def sgd(rate, **options):
    return {"optimizer": {"type": "sgd", "learning_rate": rate, **options}}


HE = {"initializer": {"type": "he_uniform"}}
MSE = {"loss": {"type": "mse"}}


def circle(layers, *changes):
    return CIRCLE.changed(layers=layers, **{k: v for change in changes for k, v in change.items()})


CASES = {  # rule: {name: (experiment, epochs)}
    "weights too small": {
        "8 relu, normal 0.1": (circle(dense(*[8] * 8, activation="relu"), normal(0.1)), 0),
        "8 relu, trained": (circle(dense(*[8] * 8, activation="relu"), normal(0.1)), 20),
        "wide relu": (circle(dense(*[32] * 8, activation="relu"), normal(0.1)), 5),
        "relu apart": (circle(apart(*[8] * 6, activation="relu"), normal(0.1)), 0),
        "2 tanh": (circle(dense(8, 8, activation="tanh"), normal(0.01)), 20),
        "uniform": (
            circle(
                dense(8, 8, activation="tanh"), {"initializer": {"type": "uniform", "limit": 0.02}}
            ),
            0,
        ),
        "5 tanh, adam": (
            circle(
                dense(*[8] * 5, activation="tanh"), normal(0.03), {"optimizer": {"type": "adam"}}
            ),
            0,
        ),
        "sigmoid": (circle(dense(8, 8, activation="sigmoid"), normal(0.01)), 3),
    },
    "vanishing gradient": {
        f"{depth} sigmoids of {units}": (circle(dense(*[units] * depth, activation="sigmoid")), e)
        for units, depth, e in ((4, 4, 20), (16, 4, 5), (8, 6, 20), (32, 6, 0), (8, 10, 5))
    }
    | {"apart": (circle(apart(*[8] * 6, activation="sigmoid")), 5)},
    "learning rate too high": {
        # Far beyond what works: at the edge of it, rounding decides where the loss leaps to.
        "8-8 tanh, sgd 10": (circle(dense(8, 8, activation="tanh"), sgd(10.0)), 20),
        "8-8 relu, sgd 3": (circle(dense(8, 8, activation="relu"), sgd(3.0)), 20),
        "relu apart": (circle(apart(8, 8, activation="relu"), sgd(3.0)), 20),
        "8-8 relu, He": (circle(dense(8, 8, activation="relu"), sgd(10.0), HE), 5),
        "8-8 sigmoid, sgd 10": (circle(dense(8, 8, activation="sigmoid"), sgd(10.0)), 5),
        "momentum": (circle(dense(8, 8, activation="tanh"), sgd(0.5, momentum=0.9)), 20),
        "adam": (
            circle(
                dense(8, 8, activation="tanh"),
                {"optimizer": {"type": "adam", "learning_rate": 3.0}},
            ),
            10,
        ),
        "overflow": (circle(dense(8, activation="relu"), sgd(10.0), MSE), 20),
    },
    "exploding gradient": {
        "3 relu": (circle(dense(8, 8, 8, activation="relu"), normal(3.0), sgd(1e-5)), 1),
        "1 relu": (circle(dense(8, activation="relu"), normal(10.0), sgd(1e-5)), 0),
        "4 linear": (circle(dense(8, 8, 8, 8, activation="identity"), normal(2.0)), 0),
        "overflow": (circle(dense(8, 8, 8, activation="identity"), normal(3.0), MSE), 5),
        "relu, squared error": (circle(dense(8, 8, activation="relu"), normal(3.0), MSE), 5),
    },
    "saturated neurons": {
        "tanh": (circle(dense(6, 6, activation="tanh"), normal(10.0), sgd(1e-5)), 1),
        "tanh, usual rate": (circle(dense(8, 8, activation="tanh"), normal(8.0)), 0),
        "sigmoid": (circle(dense(8, 8, activation="sigmoid"), normal(10.0), sgd(1e-5)), 1),
        "apart": (circle(apart(8, 8, activation="tanh"), normal(10.0)), 0),
        "rnn": (circle(recurrent("simple_rnn"), normal(10.0)), 0),
        "output": (GAUSS.changed(layers=dense(activation="", output="tanh"), **constant(-2.0)), 0),
        "output, trained": (
            GAUSS.changed(layers=dense(activation="", output="tanh"), **constant(-2.0)),
            20,
        ),
        "sigmoid output": (
            GAUSS.changed(
                layers=dense(activation="", output="sigmoid"),
                **constant(-4.0),
                loss={"type": "mse"},
            ),
            5,
        ),
    },
    "symmetric start": {
        f"{activation}, {value}": (circle(dense(8, 8, activation=activation), constant(value)), 5)
        for activation in ("tanh", "relu", "sigmoid")
        for value in (0.1, 1.0)
    }
    | {
        "zeros": (circle(dense(8, activation="tanh"), {"initializer": {"type": "zeros"}}), 20),
        "normalised": (circle(apart(8, 8, activation="relu", between=(NORM,)), constant(0.5)), 0),
        "rnn": (circle(recurrent("simple_rnn"), constant(0.1)), 2),
        "lstm": (circle(recurrent("lstm"), constant(0.1)), 2),
        "gru": (circle(recurrent("gru"), constant(0.1)), 0),
    },
    "": {
        "batch norm": (circle(apart(8, 8, 8, activation="relu", between=(NORM,))), 0),
        "batch norm, small": (circle(apart(8, 8, activation="tanh", between=(NORM,)), HE), 5),
        "batch norm first": (circle([NORM, *dense(8, 8, 8, activation="tanh")]), 0),
        "batch norm, sigmoid": (circle(apart(*[8] * 6, activation="sigmoid", between=(NORM,))), 3),
        "layer norm": (
            circle(apart(8, 8, activation="relu", between=({"type": "layer_norm"},))),
            0,
        ),
        "dropout": (circle(apart(8, 8, activation="relu", between=({"type": "dropout"},)), HE), 3),
        "6 tanh": (circle(dense(*[8] * 6, activation="tanh")), 5),
        "6 relu": (circle(dense(*[16] * 6, activation="relu"), HE), 5),
        "rnn": (circle(recurrent("simple_rnn")), 3),
        "lstm": (circle(recurrent("lstm")), 3),
        "gru": (circle(recurrent("gru")), 0),
        "tanh output": (GAUSS.changed(layers=dense(activation="", output="tanh")), 10),
        "no hidden layer, small weights": (circle(dense(activation=""), normal(0.001)), 0),
        "sgd 0.3": (circle(dense(8, 8, activation="tanh"), sgd(0.3)), 10),
    },
}
NAMED = [(rule, name) for rule, cases in CASES.items() for name in cases]


def findings(experiment, epochs):
    run = Run(experiment)
    if epochs:
        run.train(epochs, callback=lambda record: None)
    return diagnose(examine(run))


@pytest.mark.parametrize(("rule", "name"), NAMED)
def test_each_kind_is_named_by_its_cause(rule, name):
    experiment, epochs = CASES[rule][name]
    for seed in SEEDS:
        rules = [finding.rule for finding in findings(experiment.changed(seed=seed), epochs)]
        assert rules == ([rule] if rule else []), f"seed {seed}: {rules}"


@pytest.mark.parametrize(("rule", "name"), [named for named in NAMED if named[0]])
def test_the_remedy_cures_the_rule(rule, name):
    """In at most three steps, for a rate may be far too high."""
    experiment, epochs = CASES[rule][name]
    for _ in range(4):
        found = [f for f in findings(experiment, epochs) if f.rule == rule]
        if not found:
            return
        assert found[0].changed != experiment
        experiment = found[0].changed
    raise AssertionError(f"{rule} stays")


@pytest.mark.parametrize(
    "preset", ["circle", "xor", "gauss", "spiral", "early_stopping", "reg_plane", "reg_gauss"]
)
@pytest.mark.parametrize("epochs", [0, 1, 10, 60])
def test_presets_are_healthy(preset, epochs):
    for seed in SEEDS:
        assert not findings(Experiment.preset(preset).changed(seed=seed), epochs)


@pytest.mark.parametrize("preset", ["lenet5", "lenet5_1998", "mnist_mlp", "lstm_rows"])
def test_image_presets_are_healthy(preset):
    run = Run(Experiment.preset(preset))
    for steps in (0, 10):
        for _ in range(steps):
            run.step()
        health = examine(run)
        assert not diagnose(health)
        assert len(health.layers) == sum(
            any(p.weight for p in row.layer.parameters(row.input_shape))
            for row in run.network.plan.rows
        )


@pytest.mark.parametrize(
    "layers",
    [
        [{"type": "activation", "name": "tanh"}],
        [NORM],
        [{"type": "layer_norm"}, {"type": "dropout"}],
    ],
)
def test_networks_without_weights_are_measured(layers):
    plain = CIRCLE.changed(layers=layers, loss={"type": "softmax_cross_entropy"})
    run = Run(plain)
    run.train(10, callback=lambda record: None)
    health = examine(run)
    assert health.layers == () and not diagnose(health)


def test_gradients_are_those_of_training():
    """With batch normalisation the statistics are the batch's, as in a step."""
    run = Run(circle([NORM, *dense(8, 8, activation="tanh")]))
    run.train(2, callback=lambda record: None)
    health, train = examine(run), run.data.train
    network = build.network(run.experiment, run.data)
    network.load_parameters(run.network.parameters())
    x = evaluation.numbers(train.x[:256], run.data.scale)
    _, gradients = network.gradients(x, train.y[:256], training=True)
    for layer in health.layers:
        gradient = gradients[f"{layer.position}.weight"].astype(np.float64)
        assert layer.gradient == pytest.approx(np.sqrt(np.mean(gradient**2)), rel=1e-4)


@pytest.mark.parametrize("between", [NORM, {"type": "dropout"}])
def test_measuring_leaves_the_state_as_it_is(between):
    layers = apart(8, 8, activation="relu", between=(between,))
    measured, alone = Run(circle(layers)), Run(circle(layers))
    for run in (measured, alone):
        run.train(1, callback=lambda record: None)
    before = measured.network.state_dict()
    examine(measured)
    for name, value in measured.network.state_dict().items():
        assert np.array_equal(value, before[name]), name
    for run in (measured, alone):
        run.train(1, callback=lambda record: None)
    assert np.array_equal(measured.network.parameters(), alone.network.parameters())


def test_a_curve_of_its_own_belongs_to_the_layer_before():
    health = examine(Run(circle(apart(8, activation="relu", between=(NORM,)))))
    assert [layer.activation for layer in health.layers] == ["relu", "identity"]
    assert (health.layers[0].outputs >= 0).all()


def test_weights_of_recurrent_layers_are_all_looked_at():
    steps, lstm, out = recurrent("lstm", return_sequences=True, num_layers=2)
    run = Run(circle([steps, lstm, {"type": "flatten"}, out]))
    layer = examine(run).layers[0]
    arrays = [a for name, a in run.network.state_dict().items() if name.startswith("1.weight")]
    numbers = np.concatenate([array.ravel() for array in arrays])
    assert len(arrays) == 4
    assert layer.weight == pytest.approx(np.sqrt(np.mean(numbers.astype(float) ** 2)))
    assert layer.outputs.shape == (250 * 2, 8)
