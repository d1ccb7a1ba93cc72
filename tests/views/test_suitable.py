"""The menu of layers offers what fits the stack."""

import time

import pytest

from playground.engine import registry
from playground.experiment import Experiment
from playground.views import suitable

IMAGES = {"conv2d", "max_pool2d", "residual", "inception", "up_sampling2d", "spatial_dropout2d"}
SEQUENCES = {"simple_rnn", "lstm", "gru"}
ANYWHERE = {"dense", "dropout", "batch_norm", "activation", "flatten", "reshape"}


@pytest.mark.parametrize(
    ("name", "offered", "hidden"),
    [
        ("lenet5", IMAGES | ANYWHERE, SEQUENCES),
        ("lstm_rows", SEQUENCES | IMAGES | ANYWHERE, set()),
        ("circle", ANYWHERE, IMAGES | SEQUENCES),
    ],
)
def test_what_fits_is_offered_and_nothing_else(name, offered, hidden):
    names = suitable.layers(Experiment.preset(name))
    assert offered <= set(names) and not hidden & set(names)
    assert "embedding" not in names
    assert names == [name for name in registry.names("layer") if name in names]


def test_a_stack_that_does_not_fit_offers_what_fits_before_the_trouble():
    broken = Experiment.preset("lenet5").described()
    broken["layers"].insert(0, {"type": "flatten"})
    names = suitable.layers(Experiment.model_validate(broken))
    assert "conv2d" in names and "dense" in names


def test_it_is_asked_at_every_look_and_costs_no_more_than_a_few_checks():
    resnet = Experiment.preset("resnet")
    described = resnet.described()

    def seconds(work):
        start = time.thread_time()
        work()
        return time.thread_time() - start

    works = lambda: suitable.layers(resnet), lambda: Experiment.model_validate(described)
    rounds = [[seconds(work) for work in works] for _ in range(5)]
    looking, checking = (min(column) for column in zip(*rounds, strict=True))
    assert looking < 20 * checking
