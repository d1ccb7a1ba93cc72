"""Loss and accuracy as figures."""

import numpy as np

from playground.views import curves

HISTORY = {
    "epoch": np.array([0.0, 1, 2]),
    "train_loss": np.array([0.7, 0.4, 0.2]),
    "test_loss": np.array([0.71, 0.5, 0.3]),
    "train_accuracy": np.array([0.5, 0.8, 1]),
    "test_accuracy": np.array([0.31, 0.7, 0.9]),
}


def test_a_curve_holds_the_history_and_says_which_split():
    figure = curves.loss(HISTORY, "epochs")
    train, test = figure["data"]
    assert (train["name"], test["name"]) == ("train", "test")
    np.testing.assert_allclose(test["y"], HISTORY["test_loss"], rtol=1e-6)
    assert "range" not in figure["layout"]["xaxis"]  # a new range would undo the reader's zoom
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"
    assert figure["layout"]["xaxis"]["ticksuffix"] == " epochs"


def test_the_accuracy_axis_shows_guessing_the_worst_seen_and_all_right():
    low, high = curves.accuracy(HISTORY)["layout"]["yaxis"]["range"]
    assert 0.2 <= low < 0.31 and high > 1
    better = {**HISTORY, "test_accuracy": np.array([0.9, 0.9, 0.9])}
    assert curves.accuracy(better, chance=0.5)["layout"]["yaxis"]["range"][0] < 0.5


def test_what_was_not_measured_does_not_break_the_axis():
    gaps = {**HISTORY, "test_accuracy": np.full(3, np.nan)}
    assert np.isfinite(curves.accuracy(gaps)["layout"]["yaxis"]["range"]).all()


def test_validation_has_a_line_of_its_own_where_there_is_one():
    three = {**HISTORY, "validation_loss": np.array([0.7, 0.6, 0.5])}
    lines = {line["name"]: line for line in curves.loss(three)["data"]}
    assert list(lines) == ["train", "validation", "test"]
    np.testing.assert_allclose(lines["validation"]["y"], three["validation_loss"], rtol=1e-6)
    looks = {(line["line"]["color"], line["line"]["dash"]) for line in lines.values()}
    assert len(looks) == 3


def test_smoothing_draws_means_of_neighbours_and_tells_what_was_measured():
    mean, measured = curves.loss(HISTORY, smooth=True)["data"][2:]
    values, near, far = HISTORY["test_loss"], np.exp(-0.5), np.exp(-2.0)
    wanted = [values @ [1, near, far], values @ [near, 1, near], values @ [far, near, 1]]
    sums = [1 + near + far, 1 + 2 * near, 1 + near + far]
    np.testing.assert_allclose(mean["y"], np.divide(wanted, sums), rtol=1e-6)
    np.testing.assert_allclose(measured["y"], values, rtol=1e-6)
    assert mean["hoverinfo"] == "skip" and "%{y" in measured["hovertemplate"]


def test_smoothing_leaves_gaps_and_long_runs_alone():
    assert np.isnan(curves.smoothed(np.array([1.0, np.nan, 3.0]))).tolist() == [0, 1, 0]
    np.testing.assert_allclose(curves.smoothed(np.full(500, 0.25)), 0.25)


def test_the_log_scale_is_of_the_loss_alone_and_a_past_moment_is_marked():
    axis = curves.loss(HISTORY, log=True)["layout"]["yaxis"]
    assert axis["type"] == "log" and {"0.2", "0.5"} <= set(axis["ticktext"])
    far = {**HISTORY, "train_loss": np.array([1.0, 1e-3, 1e-9])}
    assert len(curves.loss(far, log=True)["layout"]["yaxis"]["tickvals"]) <= 6
    (mark,) = curves.loss(HISTORY, at=1.0)["layout"]["shapes"]
    assert mark["x0"] == mark["x1"] == 1.0
    assert curves.accuracy(HISTORY)["layout"]["shapes"] == []
