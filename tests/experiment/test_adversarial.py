"""An Experiment of two networks: what it says, what it refuses, and what would mend it."""

from __future__ import annotations

import pytest

from playground import Experiment
from playground.experiment import ValidationError, controls, edits, explain
from playground.experiment.adversarial_checks import DISCRIMINATOR
from playground.experiment.in_words import words
from playground.experiment.link_text import LinkError
from playground.experiment.repairs import repairs
from playground.views import stack

RING = Experiment.preset("gan_ring")


def game(**changes):
    """The ring's with another adversary."""
    return RING.changed(adversarial={**RING.described()["adversarial"], **changes})


def dense(*units):
    return [{"type": "dense", "units": count} for count in units]


def refused(experiment: Experiment, *said: str) -> None:
    with pytest.raises(ValidationError) as error:
        experiment.check()
    assert all(word in explain(error.value) for word in said), explain(error.value)


def test_it_is_data_and_leaves_other_experiments_as_they_were():
    for one in (RING, game(steps=3, loss={"type": "wasserstein", "clip": 0.1})):
        assert Experiment.from_json(one.to_json()) == one
        assert Experiment.from_link(one.to_link()) == one
        assert "loss" not in one.described()
    assert all(
        "adversarial" not in Experiment.preset(name).described() for name in ("circle", "vae")
    )
    assert RING.changed(loss={"type": "mae"}) == RING  # a loss says nothing here
    assert RING.changed(adversarial=None).adversarial is None


def test_live_changes_go_to_either_network():
    after = game(steps=2, optimizer={**RING.described()["adversarial"]["optimizer"], "beta_1": 0.1})
    after = after.changed(optimizer={**RING.described()["optimizer"], "learning_rate": 0.1})
    assert RING.live_changes(after) == {
        ("adversarial", "steps"): 2,
        ("discriminator optimizer", "beta_1"): 0.1,
        ("optimizer", "learning_rate"): 0.1,
    }
    assert RING.live_changes(game(noise=3)) is None
    assert RING.live_changes(RING.changed(adversarial=None)) is None


@pytest.mark.parametrize("noise", [0, -1, 1025, 1.5])
def test_noise_of_no_numbers_is_refused(noise):
    with pytest.raises(ValidationError) as error:
        game(noise=noise)
    assert "adversarial.noise" in explain(error.value)


def test_what_is_no_sample_of_the_data_is_refused_and_mended():
    broken = RING.changed(layers=dense(8, 3))
    refused(broken, "Layer 2 of the generator", "gives 3 numbers", "Ring of clouds is 2")
    labels = [offer.label for offer in repairs(broken)]
    assert labels[0] == "Give it 2 units" and "Add a Dense layer of 2" in labels
    for offer in repairs(broken):
        Experiment.model_validate(offer.description).check()
    digits = game(layers=[{"type": "flatten"}, *dense(1)]).changed(data={"type": "mnist"})
    refused(digits, "of the generator", "1×28×28")
    assert "Give it 784 units" in [offer.label for offer in repairs(digits)]


COLOUR = {"type": "images", "key": "0", "names": "a,b", "colour": True}


def settled(experiment: Experiment, where: tuple, most: int = 4) -> Experiment:
    """What comes of taking the first offer again and again."""
    for _ in range(most):
        offers = repairs(experiment, where)
        if not offers:
            break
        experiment = Experiment.model_validate(offers[0].description)
    return experiment


@pytest.mark.parametrize("name", ["gan_mnist", "autoencoder_conv"])
def test_images_too_large_for_transposed_convolutions_are_mended(name):
    broken = Experiment.preset(name).changed(data=COLOUR)
    assert "1×28×28" in edits.problem(broken).message
    assert edits.problem(broken).position == len(broken.layers) - 1
    with pytest.raises(LinkError, match="1×28×28"):
        Experiment.from_link(broken.to_link())
    offers = repairs(broken)
    assert "filters" in offers[0].label and len(offers) > 1
    for offer in offers:
        Experiment.model_validate(offer.description).check()


@pytest.mark.parametrize(
    ("where", "position", "layer", "said"),
    [
        (DISCRIMINATOR, 1, {"type": "max_pool2d", "pool_size": 16}, "Layer 2: a 16×16 square"),
        (DISCRIMINATOR, 0, {"type": "max_pool2d", "pool_size": 9}, "Layer 3: a 4×4 kernel"),
        (("layers",), 5, {"type": "conv2d_transpose", "padding": 8}, "Layer 6: a padding of 8"),
        (("layers",), 5, {"type": "conv2d_transpose", "stride": 2}, "Layer 10 of the generator"),
        (("layers",), 4, {"type": "reshape", "shape": [32, 8, 8]}, "Layer 5: 32×8×8"),
    ],
)
def test_images_too_small_and_too_large_between_layers_are_mended(where, position, layer, said):
    digits = Experiment.preset("gan_mnist")
    defaults = {} if layer["type"] != "conv2d_transpose" else {"filters": 4, "kernel_size": 2}
    broken = Experiment.model_validate(
        edits.add_layer(digits, position, {**defaults, **layer}, where)
    )
    assert said in stack.lines(broken, where)[1].reason
    settled(broken, where).check()


def test_layers_that_halve_too_often_are_named():
    conv = {"type": "conv2d_transpose", "filters": 1, "kernel_size": 3}
    refused(RING.changed(layers=[*dense(8), conv]), "Layer 2")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"layers": dense(4, 3)}, "Layer 2 of the discriminator"),
        ({"layers": []}, "at least one layer"),
        (
            {"layers": [{"type": "conv2d", "filters": 1, "kernel_size": 3}, *dense(1)]},
            "In the discriminator",
        ),
        ({"layers": [{"type": "sampling"}, *dense(1)]}, "draws codes"),
        ({"layers": dense(8192, 8192, 8192, 8192, 1)}, "million numbers"),
    ],
)
def test_a_discriminator_that_cannot_work_is_refused(changes, said):
    broken = game(**changes)
    refused(broken, said)
    offers = repairs(broken, DISCRIMINATOR)
    assert bool(offers) == bool(edits.problem(broken, DISCRIMINATOR))
    assert offers or said in edits.refusal(broken)
    for offer in offers:
        Experiment.model_validate(offer.description).check()


def test_a_generator_without_layers_is_mended_too():
    assert "at least one" in edits.problem(RING.changed(layers=[])).message
    for offer in repairs(RING.changed(layers=[])):
        Experiment.model_validate(offer.description).check()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": {"type": "adding"}}, "sequences"),
        ({"data": {"type": "ring", "features": ["x1", "x2", "x1_x2"]}}, "x₁ and x₂"),
        ({"data": {"type": "tensor", "shape": [2]}}, "without any"),
        ({"accumulate": 2}, "1 batch a step"),
        ({"stop": {"target_loss": 0.1}}, "need not fall"),
        ({"stop": {"patience": 3}}, "need not fall"),
        ({"augmentation": {"type": "images"}}, "Only images"),
    ],
)
def test_what_suits_no_game_is_refused(changes, said):
    refused(RING.changed(**changes), said)


def test_edits_reach_both_networks():
    loss = Experiment.model_validate(
        edits.put(RING, ("adversarial", "loss", "type"), "wasserstein")
    )
    assert loss.adversarial.loss.clip > 0
    digits = Experiment.model_validate(edits.put(RING, ("data", "type"), "mnist")).check()
    assert digits.layers[-1].activation == "tanh" and digits.layers[-1].units == 784
    points = Experiment.model_validate(edits.put(digits, ("data", "type"), "clouds")).check()
    assert points.layers[-1].units == 2 and points.layers[-1].activation == "identity"
    assert "GAN page" in edits.answers_only(RING)


def test_what_differs_is_said_in_words():
    optimizer = {**RING.described()["adversarial"]["optimizer"], "learning_rate": 0.1}
    after = game(
        noise=5, steps=3, layers=dense(8, 1), optimizer=optimizer, loss={"type": "minimax"}
    )
    said = words(RING, after)
    assert "adversarial loss non-saturating → minimax" in said and "noise 2 → 5" in said
    assert any(one.startswith("discriminator: learning rate") for one in said)
    assert any(one.startswith("discriminator: hidden layers") for one in said)
    assert words(RING, RING.changed(adversarial=None)) == ["game a discriminator → none"]
    assert controls.moved(RING, game(noise=5)) == {"adversarial"}
    assert controls.moved(RING, game(optimizer=optimizer)) == {"adversarial", "learning_rate"}


def test_other_pages_offer_no_games():
    games = {name for name in Experiment.presets() if Experiment.preset(name).adversarial}
    assert games and not games & set(stack.autoencoders())
    assert not games & {*stack.presets("ring"), *stack.presets("mnist")}
