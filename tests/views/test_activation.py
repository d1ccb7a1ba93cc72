"""Activations as figures."""

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.engine import registry
from playground.views import activation


@pytest.mark.parametrize("name", registry.names("activation"))
def test_every_activation_has_a_curve_and_its_slope(name):
    figure = activation.figure(name)
    slope, output = figure["data"]
    assert (slope["name"], output["name"]) == ("slope", "output")
    assert slope["line"]["dash"] != output["line"]["dash"], "colour alone tells too little"
    x, y = output["x"].astype(float), output["y"].astype(float)
    assert np.isfinite(y).all() and np.isfinite(slope["y"]).all()
    between = (slope["y"][1:] + slope["y"][:-1]) / 2  # the slope adds up to the curve
    climbed = y[0] + np.concatenate([[0], np.cumsum(between * np.diff(x))])
    np.testing.assert_allclose(climbed, y, atol=0.03)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < min(y.min(), slope["y"].min()) and high > max(y.max(), slope["y"].max())
    assert figure["layout"]["title"]["text"] == registry.get("activation", name).title
    go.Figure(figure)  # Plotly refuses what it does not know


def test_corners_are_points_of_the_curve():
    x = activation.figure("relu")["data"][0]["x"]
    assert {-1, 0, 1} <= set(x.tolist())


def test_numbers_that_can_be_checked_by_hand():
    slope, output = activation.figure("relu")["data"]
    assert output["y"][0] == 0 and output["y"][-1] == activation.REACH
    assert slope["y"][0] == 0 and slope["y"][-1] == 1
