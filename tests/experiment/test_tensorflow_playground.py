"""Addresses of TensorFlow Playground open the same set-up."""

import pytest

from playground.experiment.link_text import LinkError
from playground.experiment.tensorflow_playground import CONTROLS, is_reference_link, read

BASE = "https://playground.tensorflow.org/#"
LINK = BASE + (
    "activation=relu&batchSize=30&dataset=spiral&regDataset=reg-plane&learningRate=0.003"
    "&regularizationRate=0.01&noise=35&networkShape=8,6,4&seed=0.42&showTestData=true"
    "&discretize=true&percTrainData=70&x=true&y=true&xTimesY=true&xSquared=false&ySquared=true"
    "&cosX=false&sinX=true&cosY=false&sinY=true&collectStats=false&problem=classification"
    "&initZero=false&hideText=false&regularization=L1&learningRate_hide=true&noise_hide=true"
)


def test_every_key_of_a_full_link():
    opened = read(LINK)
    e = opened.experiment
    assert (e.data.type, e.data.noise, e.data.train_fraction) == ("spiral", 35, 0.7)
    assert set(e.data.features) == {"x1", "x2", "x1_x2", "x2_squared", "sin_x1", "sin_x2"}
    assert [layer.units for layer in e.layers] == [8, 6, 4, 1]
    assert [layer.activation for layer in e.layers] == ["relu", "relu", "relu", "tanh"]
    assert (e.optimizer.type, e.optimizer.learning_rate, e.batch_size) == ("sgd", 0.003, 30)
    assert (e.regularization.type, e.regularization.rate) == ("l1", 0.01)
    assert (e.initializer.limit, e.initializer.bias, e.shuffle) == (0.5, 0.1, False)
    assert (e.loss.type, e.loss.half) == ("mse", True)
    assert opened.test_points and opened.two_colours
    assert opened.hidden == {"learning_rate", "noise"}


def test_what_is_missing_has_the_default_there():
    e = read(BASE).experiment
    assert (e.data.type, e.data.noise, e.data.features) == ("circle", 0, ("x1", "x2"))
    assert [layer.units for layer in e.layers] == [4, 2, 1]
    assert (e.optimizer.learning_rate, e.batch_size, e.regularization.type) == (0.03, 10, "none")


def test_regression_has_a_linear_output():
    e = read(BASE + "problem=regression&regDataset=reg-gauss&networkShape=").experiment
    assert (e.data.type, len(e.layers), e.layers[0].activation) == ("reg_gauss", 1, "identity")


def test_zero_start_and_every_hidden_control():
    hides = "&".join(f"{key}_hide=true" for key in CONTROLS)
    opened = read(BASE + "initZero=true&" + hides)
    assert opened.experiment.initializer.type == "zeros"
    assert len(opened.hidden) == 15


@pytest.mark.parametrize(
    "part",
    [
        "dataset=moon",
        "networkShape=4,x",
        "networkShape=1,1,1,1,1,1,1",
        "learningRate=fast",
        "x=false&y=false",
        "noise=nan",
        "networkShape=0",
        "batchSize=1e9",
        "activation=" + "x" * 5000,
    ],
)
def test_garbage_is_refused_with_a_sentence(part):
    with pytest.raises(LinkError, match=r"\.$"):
        read(BASE + part)


def test_which_texts_are_such_links():
    assert is_reference_link(LINK)
    assert is_reference_link(BASE)
    assert not is_reference_link("https://example.org/?m=1abc")
    assert not is_reference_link("hello")
