"""The map of the plane."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.views import plane
from playground.views.packing import pack


def snapshot_of(preset, **changes):
    run = Run(Experiment.preset(preset).changed(**changes))
    if len(run.data.train):
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
    assert {colour for _, colour in heat["colorscale"]} == {"#f59322", "#0877bd"}
    assert [place for place, _ in heat["colorscale"]] == [0, 0.5, 0.5, 1] and not heat["zsmooth"]
    np.testing.assert_array_equal(heat["z"], circle.plane(plane.RESOLUTION))  # hover tells all


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


@pytest.fixture(scope="module")
def arms():
    return snapshot_of(
        "circle",
        data={"type": "spirals"},
        loss={"type": "softmax_cross_entropy"},
        layers=[{"type": "dense", "units": 5, "activation": "tanh"}, {"type": "dense", "units": 3}],
    )


def test_of_several_classes_the_colour_is_the_winners_and_its_depth_how_sure_it_is(arms):
    figure = plane.figure(arms)
    heat, *traces = figure["data"]
    assert (heat["zmin"], heat["zmax"]) == (0, 3)
    scale = heat["colorscale"]
    assert [place for place, _ in scale] == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 1])
    assert [colour for _, colour in scale[::2]] == ["#e8eaeb"] * 3
    assert len({colour for _, colour in scale[1::2]}) == 3
    assert len({trace["marker"]["symbol"] for trace in traces}) == 3
    assert figure["map"]["legend"] and figure["map"]["names"] == ["orange", "blue", "green"]
    flat = plane.figure(arms, two_colours=True)["data"][0]
    assert len({colour for _, colour in flat["colorscale"]}) == 3 and not flat["zsmooth"]


def test_two_plain_classes_need_no_legend_and_values_have_a_scale(circle):
    assert not plane.figure(circle)["map"]["legend"] and not plane.figure(circle)["map"]["scale"]
    assert plane.figure(snapshot_of("reg_gauss"))["map"]["scale"] == ["−1", "0", "+1"]


def test_painting_is_told_to_the_map(circle):
    assert plane.figure(circle)["map"]["paint"] is False
    told = plane.figure(circle, paint={"seen": 7, "undo": True})["map"]
    assert told["paint"] and told["undo"] and told["seen"] == 7
    assert len(told["markers"]) == len(told["offer"]) == 6


def test_a_set_without_points_says_how_to_get_some():
    empty = snapshot_of("circle", data={"type": "points"})
    figure = plane.figure(empty)
    assert "No points yet" in figure["layout"]["annotations"][0]["text"]
    assert "no points" in plane.describe(empty)
    assert all(len(trace["x"]) == 0 for trace in figure["data"][1:])
    pack({"figure": figure})
