"""What the panels on a network's looks draw."""

import numpy as np
import pytest

from playground.analysis.feature_visualisation import Favourites
from playground.views import attribution as views
from playground.views.packing import pack


def test_a_map_keeps_its_numbers_and_signs():
    values = np.array([[0.5, -2.0], [0.0, 1.0]], np.float32)
    [[one]] = views.map_of(values)["columns"]
    np.testing.assert_array_equal(one["values"], values.ravel())
    assert (one["width"], one["height"]) == (2, 2) and 1 < one["scale"] <= 2


def test_channels_come_to_one_map():
    slope = np.array([[[1.0, -3.0]], [[-2.0, 1.0]]])
    x = np.array([[[1.0, 0.5]], [[1.0, 2.0]]])
    np.testing.assert_array_equal(views.strength(slope), [[2, 3]])
    np.testing.assert_array_equal(views.says(slope, x), [[-1, 0.5]])


def test_what_covering_costs_is_said_with_its_place():
    drop = np.zeros((4, 5))
    drop[1, 3] = 0.25
    assert views.covered(drop, "7", 0.9) == (
        "7 loses most, 25.0 of 90.0 %, around row 2, column 4."
    )
    assert views.covered(-drop, "7", 0.1).startswith("7 gains most, 25.0")
    assert views.covered(drop / 1000, "7", 1) == (
        "Wherever it is covered, it stays as sure: 100.0 % for 7."
    )


def test_favourites_are_as_bright_as_can_be_and_named():
    inputs = np.zeros((2, 1, 3, 3), np.float32)
    inputs[0, 0, 1, 1], inputs[1, 0, 0, 0] = 0.5, 0.1
    found = Favourites(inputs, np.array([0.0, -1.0]), np.array([2.0, 3.0]))
    [[tiles]] = views.tiles(found, range(4, 6), None)["columns"]
    assert tiles["values"].reshape(2, -1).max(1).tolist() == [255, 255]
    assert tiles["captions"] == ["5", "6"] and "3.00 for this input" in tiles["titles"][1]
    [[tiles]] = views.tiles(found, range(2), ["cat", "dog"])["columns"]
    assert tiles["captions"] == ["cat", "dog"]


@pytest.mark.parametrize(
    ("names", "signs"), [(["0", "1"], ["0", "1"]), (["Shirt", "Bag"], ["A", "B"])]
)
def test_points_fill_the_map_and_carry_a_sign_of_their_class(names, signs):
    points = np.array([[-1.0, 10], [3, 20], [1, 15]])
    images = np.zeros((3, 1, 2, 2), np.uint8)
    told = views.embedding(points, images, np.array([0, 1, 1]), np.array([0, 1, 0]), names, "PCA")
    pack(told)  # it can be sent
    np.testing.assert_allclose(told["points"], [0, 0, 1, 1, 0.5, 0.5])
    assert told["signs"] == signs and told["names"] == names
    assert len(set(told["colours"])) == 2
    assert "3 test images by PCA, 1 of them read wrongly" in told["label"]


def test_ten_classes_have_ten_colours():
    zeros = np.zeros(10, int)
    told = views.embedding(
        np.zeros((10, 2)),
        np.zeros((10, 1, 2, 2), np.uint8),
        zeros,
        zeros,
        [str(i) for i in range(10)],
        "PCA",
    )
    assert len(set(told["colours"])) == 10 and np.isfinite(told["points"]).all()
