"""The presets: each network is what its name promises, and small enough for two cores."""

import pytest

from playground import Experiment, Run
from playground.experiment import presets

DEEP = {
    "alexnet": {"local_response_norm", "dropout"},
    "vgg": {"conv2d", "max_pool2d"},
    "googlenet": {"inception", "global_avg_pool2d"},
    "resnet": {"residual", "batch_norm"},
    "lstm_rows": {"reshape", "lstm"},
    "lenet5_1998": {"avg_pool2d"},
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_networks_are_what_they_are_called(name):
    experiment = Experiment.preset(name)
    assert DEEP[name] <= {layer.type for layer in experiment.layers}
    assert experiment.plan().parameters <= 300_000
    assert experiment.plan().output_shape == (10,)
    assert len(experiment.to_link()) <= 200


def test_lenet_of_1998_sees_32_by_32_and_bends_with_tanh():
    layers = Experiment.preset("lenet5_1998").layers
    assert layers[0].padding == 2 and layers[0].kernel_size == 5
    assert {layer.activation for layer in layers[:-1] if hasattr(layer, "activation")} == {"tanh"}
    assert Experiment.preset("lenet5_1998").plan().parameters == 61_706


def test_titles_are_told_apart():
    titles = [preset.title for preset in presets.PRESETS.values()]
    assert len(set(titles)) == len(titles)
    assert all(len(preset.about) <= 110 for preset in presets.PRESETS.values())


def test_early_stopping_pays():
    experiment = Experiment.preset("early_stopping")
    stopped, patient = Run(experiment), Run(experiment.changed(stop={"epochs": 400}))
    stopped.train(400)
    patient.train(400)
    assert stopped.status == "finished" and "weights of epoch" in stopped.message
    best, last = stopped.evaluate("test"), patient.evaluate("test")
    assert best["accuracy"] > last["accuracy"] and best["loss"] < last["loss"] / 2


def test_an_lstm_reads_rows():
    """Three epochs of all images give 98.5 %; one of 6,000 images must already read most."""
    experiment = Experiment.preset("lstm_rows").changed(data={"type": "mnist", "samples": 6000})
    assert Run(experiment).train(3)[-1]["metrics"]["test"]["accuracy"] > 0.9
