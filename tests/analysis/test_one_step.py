"""The numbers of a step agree with the engine, with the chain rule and with differences."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis import by_hand, one_update
from playground.analysis.one_step import ExplainError, next_step
from playground.engine.program import Program
from tests.engine.parity import settled

CIRCLE = Experiment.preset("circle")
ENTRIES = [("0.weight", (2, 1)), ("1.weight", (0, 3)), ("2.bias", (0,)), ("1.bias", (1,))]


def trained(experiment, epochs=2):
    """A Run that has begun to learn."""
    run = Run(experiment)
    run.train(epochs, callback=lambda record: None)
    return run


def agree(run, name, index):
    """Explain one parameter, check every number, then let the Run make that step."""
    told = next_step(run, name, index)
    products = [term.slope * term.incoming for term in told.terms]
    assert np.allclose(products, [term.product for term in told.terms])
    assert np.isclose(told.gradient, np.mean(products))
    assert np.isclose(told.gradient, told.engine_gradient, rtol=1e-4, atol=1e-7)
    assert np.isclose(told.gradient, told.measured, rtol=1e-3, atol=1e-6)
    assert abs(told.new_value - told.engine_new_value) < 1e-6
    run.step()
    assert run.network.parameter(name)[index] == np.float32(told.engine_new_value)


@pytest.mark.parametrize(("name", "index"), ENTRIES)
def test_every_number_of_a_step(name, index):
    agree(trained(CIRCLE), name, index)


@pytest.mark.parametrize("optimizer", settled("optimizer"))
def test_every_optimizer_is_worked_out(optimizer):
    agree(trained(CIRCLE.changed(optimizer={"type": optimizer})), "1.weight", (1, 2))


def test_an_optimizer_that_is_not_worked_out_says_so(monkeypatch):
    monkeypatch.setattr(one_update, "update", by_hand.update.dispatch(object))
    with pytest.raises(ExplainError, match="SGD"):
        next_step(trained(CIRCLE), "1.weight", (0, 0))


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": {"type": "sgd", "momentum": 0.9}},
        {"optimizer": {"type": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}},
        {"optimizer": {"type": "adam", "weight_decay": 0.1}},
        {"optimizer": {"type": "rmsprop", "centered": True, "momentum": 0.5, "weight_decay": 0.1}},
        {"regularization": {"type": "l1", "rate": 0.1}},
        {"regularization": {"type": "l2", "rate": 0.1}},
        {"clip_norm": 0.01},
        {"clip_value": 0.001},
        {"schedule": {"type": "exponential"}},
        {"loss": {"type": "mse", "half": True}},
    ],
    ids=str,
)
def test_what_else_shapes_a_step(changes):
    agree(trained(CIRCLE.changed(**changes)), "0.weight", (0, 0))


def test_the_forward_pass_of_a_term():
    run = trained(CIRCLE)
    told = next_step(run, "0.weight", (1, 0))
    weight, bias = run.network.parameter("0.weight"), run.network.parameter("0.bias")
    for term in told.terms:
        x = run.data.train.x[term.sample]
        assert np.isclose(term.incoming, x[0])
        assert np.isclose(term.total, weight[1] @ x + bias[1], atol=1e-5)
        assert np.isclose(term.output, np.tanh(term.total), atol=1e-5)


@pytest.mark.parametrize(("name", "index"), ENTRIES)
@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy"])
def test_the_chain_rule_of_one_sample(name, index, loss):
    """f′(z), and what the loss makes of f, are found apart and multiply to δ."""
    activation = "tanh" if loss == "mse" else "identity"
    layers = [layer.described() for layer in CIRCLE.layers]
    layers[-1]["activation"] = activation
    told = next_step(trained(CIRCLE.changed(loss={"type": loss}, layers=layers)), name, index)
    closer, term = told.closer, told.terms[told.closer.number]
    assert abs(term.product) == max(abs(other.product) for other in told.terms)
    assert np.isclose(closer.weights @ closer.inputs + closer.bias, term.total, atol=1e-5)
    assert np.isclose(closer.curve * closer.effect, term.slope, rtol=1e-3, atol=1e-7)
    if told.activation == "tanh":
        assert np.isclose(closer.curve, 1 - np.tanh(term.total) ** 2, rtol=1e-4)
    if closer.onwards is None:
        assert name.startswith("2.")
    else:
        assert np.isclose(sum(w * slope for w, slope in closer.onwards), closer.effect)


def test_the_loss_of_a_batch_is_the_mean_of_its_samples():
    told = next_step(trained(CIRCLE), "1.weight", (0, 0))
    assert np.isclose(told.loss, np.mean([term.loss for term in told.terms]), rtol=1e-5)


@pytest.mark.parametrize("between", [{"type": "dropout"}, {"type": "batch_norm"}])
def test_samples_that_act_on_each_other_are_not_told_apart(between):
    layers = [layer.described() for layer in CIRCLE.layers]
    with pytest.raises(ExplainError, match="act on each other"):
        next_step(
            trained(CIRCLE.changed(layers=[layers[0], between, *layers[1:]])), "0.weight", (0, 0)
        )


def test_layers_between_leave_the_neurons_explained():
    layers = [layer.described() for layer in CIRCLE.layers]
    agree(
        trained(CIRCLE.changed(layers=[layers[0], {"type": "layer_norm"}, *layers[1:]])),
        "0.weight",
        (1, 0),
    )


@pytest.mark.parametrize("preset", ["reg_plane", "reg_gauss", "spiral"])
def test_other_tasks(preset):
    agree(trained(Experiment.preset(preset)), "0.weight", (0, 1))


def test_several_classes():
    layers = [{"type": "dense", "units": 5, "activation": "tanh"}, {"type": "dense", "units": 2}]
    classes = CIRCLE.changed(layers=layers, loss={"type": "softmax_cross_entropy"})
    for name, index in (("0.weight", (3, 1)), ("1.weight", (1, 4))):
        agree(trained(classes), name, index)


def test_an_overflown_loss_is_said():
    run = trained(Experiment.preset("reg_gauss"))
    run.set_parameter(f"{len(run.experiment.layers) - 1}.bias", (0,), 3e38)
    with pytest.raises(ExplainError, match="larger than any number"):
        next_step(run, "0.weight", (0, 0))


def test_explaining_changes_nothing():
    asked, alone = trained(CIRCLE), trained(CIRCLE)
    next_step(asked, "0.weight", (0, 0))
    for run in (asked, alone):
        run.train(1, callback=lambda record: None)
    assert np.array_equal(asked.network.parameters(), alone.network.parameters())


@pytest.mark.parametrize(
    ("name", "index"), [("9.weight", (0, 0)), ("0.weight", (9, 0)), ("0.weight", (-1, 0))]
)
def test_what_is_not_there_is_named(name, index):
    with pytest.raises(ExplainError, match=name):
        next_step(Run(CIRCLE), name, index)


def test_a_large_batch_is_one_program(monkeypatch):
    """A batch of 4,096 costs one pass through the network, not one for every sample."""
    large = CIRCLE.changed(
        data={"type": "circle", "samples": 8200, "train_fraction": 0.5}, batch_size=4096
    )
    run = trained(large, epochs=1)
    programs = []
    begin = Program.__init__

    def counted(self, *args, **options):
        programs.append(self)
        begin(self, *args, **options)

    monkeypatch.setattr(Program, "__init__", counted)
    explanation = next_step(run, "0.weight", (0, 0))
    assert len(explanation.terms) == 4096 and len(programs) < 20
    agree(run, "0.weight", (0, 0))


def test_a_neuron_whose_answer_is_read_twice():
    """The next layer is not all that reads it: its weights alone do not make the slope."""
    hidden = {"type": "dense", "units": 3, "activation": "tanh"}
    layers = [hidden, hidden, {"type": "add", "from_layer": 1}, {"type": "dense", "units": 1}]
    run = trained(CIRCLE.changed(layers=layers))
    explanation = next_step(run, "0.weight", (0, 0))
    assert explanation.closer.onwards is None
    agree(run, "0.weight", (0, 0))


def test_an_f1_loss_is_not_told_apart():
    with pytest.raises(ExplainError, match="act on each other"):
        next_step(trained(CIRCLE.changed(loss={"type": "soft_f1"})), "0.weight", (0, 0))
