"""The map of the plane."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.views import plane
from playground.views.packing import pack


def snapshot_of(preset):
    run = Run(Experiment.preset(preset))
    run.step()
    shown = run.snapshot()
    run.close()
    return shown


@pytest.fixture(scope="module")
def circle():
    return snapshot_of("circle")


def test_the_surface_is_the_networks_answer(circle):
    heat = plane.figure(circle)["data"][0]
    np.testing.assert_array_equal(heat["z"], circle.plane(plane.RESOLUTION))
    assert heat["x"][0] == -6 and heat["x"][-1] == 6


def test_every_point_is_drawn_once_with_the_rim_of_its_split(circle):
    _, *traces = plane.figure(circle)["data"]
    for split in ("train", "test"):
        own = [trace for trace in traces if trace["name"] == split]
        assert sum(len(trace["x"]) for trace in own) == len(circle.data.split(split))
        assert {trace["marker"]["line"]["color"] for trace in own} == {plane.RIMS[split]}


def test_classes_differ_in_colour_and_in_shape(circle):
    _, orange, blue, *_ = plane.figure(circle)["data"]
    assert (orange["marker"]["symbol"], blue["marker"]["symbol"]) == ("diamond", "circle")
    assert orange["marker"]["color"] != blue["marker"]["color"]
    train = circle.data.train
    np.testing.assert_array_equal(blue["x"], train.points[train.y == 1, 0])


def test_test_points_can_be_hidden_and_shades_reduced_to_two(circle):
    heat, *traces = plane.figure(circle, test_points=False, two_colours=True)["data"]
    assert {trace["name"] for trace in traces} == {"train"}
    assert set(np.unique(heat["z"])) <= {-1, 1}
    np.testing.assert_array_equal(heat["z"] > 0, circle.plane(plane.RESOLUTION) > 0)


def test_values_are_shown_on_a_scale_of_colours():
    hills = snapshot_of("reg_gauss")
    figure = plane.figure(hills)
    _, train, _ = figure["data"]
    np.testing.assert_array_equal(train["marker"]["color"], hills.data.train.y)
    assert "loss on the test points" in plane.describe(hills)
    assert len(pack({"figure": figure})) < 120_000


def test_the_description_says_how_many_points_are_right(circle):
    share = round(100 * circle.metrics["test"]["accuracy"])
    assert f"{share} % of the test points" in plane.describe(circle)
