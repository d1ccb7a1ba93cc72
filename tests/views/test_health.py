"""The charts of the Health panel hold what was measured."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.health import examine
from playground.views import health


def examined(experiment, epochs=2):
    run = Run(experiment)
    run.train(epochs, callback=lambda record: None)
    return examine(run)


@pytest.fixture
def found():
    return examined(Experiment.preset("circle"))


@pytest.mark.parametrize(
    ("chart", "field"), [(health.gradients, "gradient"), (health.updates, "update")]
)
def test_a_dot_a_layer_on_a_log_scale(found, chart, field):
    figure = chart(found)
    sizes = [trace["x"][-1] for trace in figure["data"]]
    assert sizes == [getattr(layer, field) for layer in found.layers]
    x = figure["layout"]["xaxis"]
    assert x["type"] == "log" and all(
        10 ** x["range"][0] < size < 10 ** x["range"][1] for size in sizes
    )
    assert figure["layout"]["yaxis"]["ticktext"] == ["H1", "H2", "Out"]


def test_histograms_tell_the_share_of_outputs(found):
    figure = health.outputs(found)
    hills = figure["data"][1::2]
    assert [hill["name"] for hill in hills] == ["H1", "H2"]
    for hill, layer in zip(hills, found.hidden, strict=True):
        low, high = figure["layout"]["xaxis"]["range"]
        inside = ((layer.outputs >= low) & (layer.outputs <= high)).mean()
        shares = [float(text.rstrip("%")) / 100 for text in hill["text"]]
        assert sum(shares) == pytest.approx(inside, abs=0.005 * health.BINS)


@pytest.mark.parametrize("chart", [health.gradients, health.updates, health.outputs])
def test_each_chart_has_title_and_unit(found, chart):
    layout = chart(found)["layout"]
    assert layout["title"]["text"] and layout["xaxis"]["title"]["text"]


def test_layers_without_gradient_and_broken_numbers_are_drawn(found):
    still = examined(Experiment.preset("circle").changed(initializer={"type": "zeros"}), 0)
    assert min(layer.gradient for layer in still.layers) == 0
    for chart in (health.gradients, health.updates, health.outputs):
        for trace in chart(still)["data"]:
            assert np.isfinite(np.asarray(trace["x"], float)).all()
    bad = [
        layer.__class__(
            **{**vars(layer), "gradient": np.nan, "outputs": np.full_like(layer.outputs, np.nan)}
        )
        for layer in found.layers
    ]
    broken = found.__class__(**{**vars(found), "layers": tuple(bad)})
    assert health.gradients(broken)["data"] == []
    assert len(health.outputs(broken)["data"]) == 4


def test_a_network_of_one_layer_shows_its_outputs():
    plain = Experiment.preset("gauss").changed(layers=[{"type": "dense", "units": 1}])
    figure = health.outputs(examined(plain))
    assert figure["layout"]["yaxis"]["ticktext"] == ["Out"]


def test_the_charts_in_words(found):
    told = health.describe(found)
    assert "H1: gradient" in told and "Out: gradient" in told


def test_a_network_without_weights_is_drawn():
    layers = [{"type": "activation", "name": "tanh"}]
    plain = Experiment.preset("circle").changed(
        layers=layers, loss={"type": "softmax_cross_entropy"}
    )
    measured = examined(plain)
    for chart in (health.gradients, health.updates, health.outputs):
        assert chart(measured)["data"] == []
    assert health.describe(measured)
