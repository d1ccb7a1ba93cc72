"""What tells two set-ups apart, in words."""

import pytest

from playground import Experiment
from playground.experiment import in_words

CIRCLE = Experiment.preset("circle")


def dense(*units, activation="tanh"):
    hidden = [{"type": "dense", "units": n, "activation": activation} for n in units]
    return [*hidden, {"type": "dense", "units": 1}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": dense(8)}, ["hidden layers 4, 2 → 8"]),
        ({"layers": dense()}, ["hidden layers 4, 2 → none"]),
        ({"layers": dense(4, 2, activation="relu")}, ["activation tanh → ReLU"]),
        (
            {"layers": dense(8), "optimizer": {"type": "sgd", "learning_rate": 0.1}},
            ["hidden layers 4, 2 → 8", "learning rate 0.03 → 0.1"],
        ),
        (
            {"layers": [*dense(4, 2)[:2], {"type": "dropout"}, dense()[0]]},
            ["layers Dense 4 · Dense 2 · Dense 1 → Dense 4 · Dense 2 · Dropout · Dense 1"],
        ),
        ({"optimizer": {"type": "adam"}}, ["optimizer SGD → Adam"]),
        ({"data": {"type": "spiral"}}, ["data circle → spiral"]),
        (
            {"data": {"type": "circle", "noise": 20, "features": ["x1"]}},
            ["noise 0 → 20", "inputs x₁, x₂ → x₁"],
        ),
        ({"batch_size": 30, "shuffle": False}, ["batch size 10 → 30", "shuffled on → off"]),
        ({"stop": {"epochs": 5}}, []),
        ({}, []),
    ],
)
def test_only_what_differs_is_said(changes, words):
    assert in_words.words(CIRCLE, CIRCLE.changed(**changes)) == words


def test_other_starting_weights_on_the_same_points_are_one_phrase():
    assert in_words.words(CIRCLE, CIRCLE.reseeded(3)) == ["seed 1 → 3"]


def test_options_of_the_same_layers_are_named_by_layer():
    drop = [dense(4)[0], {"type": "dropout", "rate": 0.1}, dense()[0]]
    more = [dense(4)[0], {"type": "dropout", "rate": 0.4}, dense()[0]]
    assert in_words.words(CIRCLE.changed(layers=drop), CIRCLE.changed(layers=more)) == [
        "layer 2: rate 0.1 → 0.4"
    ]


def test_every_two_presets_that_differ_are_told_apart():
    presets = [Experiment.preset(name) for name in Experiment.presets()]
    for one in presets:
        for other in presets:
            same = one.changed(stop={}) == other.changed(stop={})
            assert bool(in_words.words(one, other)) != same
