"""Whatever is offered for a stack that does not work makes one that does."""

import pytest

from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.experiment.repairs import repairs

PRESETS = {name: Experiment.preset(name) for name in ("circle", "reg_gauss", "lenet5")}
PRESETS["crowd"] = PRESETS["circle"].changed(
    data={"type": "spirals"},
    loss={"type": "softmax_cross_entropy"},
    layers=[{"type": "dense", "units": 4}, {"type": "dense", "units": 3}],
)
PRESETS["squares"] = PRESETS["circle"].changed(loss={"type": "mse"})


def labels(experiment):
    return [repair.label for repair in repairs(experiment)]


def mended(experiment):
    """All that the repairs would leave."""
    return [Experiment.model_validate(repair.description) for repair in repairs(experiment)]


def dense(*units):
    return [{"type": "dense", "units": n} for n in units]


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_is_offered_where_the_stack_works(name):
    PRESETS[name].check()
    assert repairs(PRESETS[name]) == ()


def works_in_the_end(experiment):
    """Whatever is taken, and then the first of what is offered, a few times."""
    assert mended(experiment)
    for whole in mended(experiment):
        for _ in range(3):
            whole = next(iter(mended(whole)), whole)
        whole.check()


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("kind", [piece.type for piece in registry.pieces("layer")])
def test_a_layer_too_many_is_mended_at_one_click(name, kind):
    experiment = PRESETS[name]
    for position in range(len(experiment.layers) + 1):
        broken = Experiment.model_validate(edits.add_layer(experiment, position, {"type": kind}))
        if edits.problem(broken) is not None:
            assert mended(broken)
            for whole in mended(broken):
                whole.check()


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("layers", [[], dense(7), dense(5, 8), [{"type": "flatten"}]], ids=str)
def test_a_stack_with_several_faults_is_mended_one_after_the_other(name, layers):
    broken = PRESETS[name].changed(layers=layers)
    if edits.problem(broken) is not None:
        works_in_the_end(broken)


def test_the_last_layer_gets_as_many_outputs_as_the_loss_reads():
    for name, layers, label in (
        ("circle", dense(3), "Give it 1 unit"),
        ("reg_gauss", dense(3), "Give it 1 unit"),
        ("crowd", dense(4), "Give it 3 units"),
        ("squares", dense(3), "Give it 1 unit"),
        ("circle", [], "Add a Dense layer of 1"),
        ("reg_gauss", [], "Add a Dense layer of 1"),
        ("crowd", [], "Add a Dense layer of 3"),
    ):
        assert labels(PRESETS[name].changed(layers=layers))[0] == label, name


def test_a_loss_that_compares_classes_is_changed_where_there_are_none():
    broken = PRESETS["circle"].changed(data={"type": "reg_plane"})
    assert labels(broken)[0] == "Take squared error"
    assert mended(broken)[0].loss.type == "mse"


def test_the_gentlest_repair_comes_first():
    stack = PRESETS["lenet5"].described()["layers"]
    without_flatten = PRESETS["lenet5"].changed(layers=[*stack[:4], *stack[5:]])
    assert labels(without_flatten) == ["Flatten first"]
    assert mended(without_flatten) == [PRESETS["lenet5"]]


# ---- reconstructions ----


def autoencoder(*layers, data=None, name="autoencoder_conv"):
    return Experiment.preset(name).changed(layers=layers, **({"data": data} if data else {}))


def test_an_image_of_another_size_gets_a_border_that_makes_it_fit():
    stack = Experiment.preset("autoencoder_conv").described()["layers"]
    for position, option, size in ((6, "output_padding", 0), (7, "padding", 0), (7, "filters", 3)):
        changed = [dict(layer) for layer in stack]
        changed[position][option] = size
        broken = autoencoder(*changed)
        assert "compared with the input" in broken.mismatch()
        offers = repairs(broken)
        assert offers[0].label.startswith("Give ") and len(offers) > 1
        for offer in offers:
            Experiment.model_validate(offer.description).check()


def test_a_row_of_another_length_and_pixels_that_are_none():
    vae = Experiment.preset("vae")
    short = autoencoder(*vae.layers[:-1], {"type": "dense", "units": 9}, name="vae")
    assert repairs(short)[0].label == "Give it 784 units"
    points = Experiment.preset("autoencoder_points")
    pixels = points.changed(loss={"type": "reconstruction"})
    assert "Gaussian" in pixels.mismatch()
    assert repairs(pixels)[0].label == "Take Gaussian outputs"
    for offer in (*repairs(short), *repairs(pixels)):
        Experiment.model_validate(offer.description).check()


def test_what_cannot_be_halved_gets_one_number_more():
    layers = Experiment.preset("vae").described()["layers"]
    layers[2]["units"] = 41
    broken = autoencoder(*layers, name="vae")
    assert "Layer 4 (Sampling)" in edits.problem(broken).message
    assert repairs(broken)[0].label == "Give layer 3 42 units"


def sequences(name, change):
    description = Experiment.preset(name).described()
    change(description["layers"])
    return Experiment.model_validate(description)


@pytest.mark.parametrize(
    ("name", "change", "label"),
    [
        ("text_gru", lambda layers: layers[1].update(return_sequences=False), "every step"),
        ("names_gru", lambda layers: layers[1].update(return_sequences=False), "every step"),
        ("echo_rnn", lambda layers: layers.insert(0, {"type": "lstm"}), "every step"),
        ("adding_lstm", lambda layers: layers[0].update(return_sequences=True), "once"),
        ("text_gru", lambda layers: layers.pop(0), "Embedding"),
        ("text_gru", lambda layers: layers.clear(), "Embedding"),
        ("text_gru", lambda layers: layers.insert(3, {"type": "flatten"}), "sequences"),
        ("text_gru", lambda layers: layers[-1].update(units=10), "80 units"),
        ("adding_gru", lambda layers: layers.pop(0), "sequences"),
        ("adding_gru", lambda layers: layers.insert(0, {"type": "embedding"}), "sequences"),
    ],
)
def test_a_stack_for_sequences_answers_when_it_is_asked(name, change, label):
    experiment = sequences(name, change)
    first = repairs(experiment)[0]
    assert label in first.label
    whole = Experiment.model_validate(first.description)
    whole.check()
    assert whole.loss == experiment.loss and whole.data == experiment.data
