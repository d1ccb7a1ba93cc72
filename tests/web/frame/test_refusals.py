"""What no other layer would mend is said, and the desk stays as it is."""

import pytest

from playground.experiment import Experiment, edits
from playground.web.frame.desk import Desk

CIRCLE = Experiment.preset("circle")
NORMED = CIRCLE.changed(layers=[{"type": "batch_norm"}, *CIRCLE.layers])
WIDE = [{"type": "dense", "units": 8192}] * 3


def at_work(experiment):
    desk = Desk("test", lambda: experiment, lambda one: "")
    desk.ready()
    return desk


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("batch_size",), 1, "take 2 or more"),
        (("augmentation", "type"), "images", "Only images"),
        (("layers",), [*WIDE, {"type": "dense", "units": 1}], "million numbers"),
    ],
)
def test_a_change_that_cannot_be_is_not_made(path, value, words):
    desk = at_work(NORMED)
    run = desk.run
    desk.put(path, value)
    assert words in desk.error and desk.experiment == NORMED and desk.run is run
    assert desk.problem is None
    desk.put(("batch_size",), 2)
    assert not desk.error and desk.experiment.batch_size == 2


def test_a_link_to_what_cannot_be_opens_nothing():
    desk = at_work(CIRCLE)
    link = NORMED.changed(batch_size=1).to_link()
    desk.follow_link(link)
    assert "take 2 or more" in desk.error and desk.experiment == CIRCLE
    desk.follow_link(NORMED.to_link())
    assert not desk.error and desk.experiment == NORMED


def test_layers_that_do_not_fit_are_still_shown():
    desk = at_work(
        Experiment.preset("mnist_linear").changed(data={"type": "mnist", "samples": 100})
    )
    desk.change_to(edits.remove_layer(desk.experiment, 1))
    assert desk.problem is not None and not desk.error and len(desk.experiment.layers) == 1
