"""The data column, without a browser."""

import pytest

from playground.experiment import Experiment
from playground.web.points import points
from tests.web.points.test_panels import desk, show, start, words


@pytest.fixture
def empty():
    circle = Experiment.preset("circle").described()
    app = start(Experiment.model_validate({**circle, "data": {"type": "points"}}))
    yield app
    desk(app).run.close()


def test_sets_stand_in_order_classes_then_values_then_ones_own():
    assert points.planar() == [
        "circle",
        "xor",
        "gauss",
        "spiral",
        "ring",
        "clouds",
        "segment",
        "moons",
        "spirals",
        "rings",
        "checkerboard",
        "reg_plane",
        "reg_gauss",
        "swiss_roll",
        "sine",
        "own_formula",
        "points",
    ]


def test_without_points_the_page_says_so_and_cannot_play(empty):
    assert not empty.exception and "0 points of yours" in words(empty)
    assert "before there are points" in words(empty)
    assert empty.button(key="playground_play").disabled


@pytest.mark.parametrize("panel", ["Numbers", "Health"])
def test_panels_wait_for_points(empty, panel):
    show(empty, panel)
    assert "no points to learn from" in words(empty)
