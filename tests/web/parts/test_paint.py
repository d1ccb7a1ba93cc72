"""Strokes on the map, and what they make of the Experiment."""

import numpy as np
import pytest
import streamlit as st

from playground.data import packed
from playground.web.frame import events
from playground.web.parts import paint
from playground.web.points import points


@pytest.fixture(autouse=True)
def session_state(monkeypatch):
    """A session's memory, without a session."""
    monkeypatch.setattr(st, "session_state", {})


def own(desk):
    data = desk.experiment.data
    assert data.type == "points"
    return packed.unpack(data.points, data.task)


def stroke(n=1, verb="add", kind=0, xy=(1.5, -3.0), **more):
    return {"n": n, "verb": verb, "kind": kind, "xy": list(xy), **more}


def send(desk, *strokes):
    message = events.read("live_plotly", "paint", {"strokes": list(strokes)})
    if message is not None:
        paint.heard(desk, message)


def empty(desk):
    points.choose(desk, "points")


def test_painting_turns_a_generated_set_into_ones_own_with_its_points_and_splits(desk):
    before = desk.run.data
    send(desk, stroke())
    after = desk.run.data
    assert len(own(desk)) == 501 and "your own now" in desk.notice
    for name in ("train", "test"):
        old, new = (sorted(map(tuple, data.split(name).points)) for data in (before, after))
        assert min(map(len, (old, new))) >= 250
        for x, y in old:
            assert min(np.hypot(*(np.array(new) - (x, y)).T)) < 0.003
    assert len(after.test) + len(after.train) == 501
    assert [layer.units for layer in desk.experiment.layers] == [4, 2, 1]


def test_a_large_set_is_thinned_to_leave_room(desk):
    desk.change_to({**desk.experiment.described(), "data": {"type": "circle", "samples": 5000}})
    send(desk, stroke())
    assert len(own(desk)) == paint.TAKEN + 1 and "1,000 of 5,000" in desk.notice


def test_a_third_class_brings_a_third_output_and_its_loss_and_back(desk):
    empty(desk)
    send(desk, stroke(1, kind=0), stroke(2, kind=1, xy=(2, 2)))
    assert desk.experiment.loss.type == "binary_cross_entropy"
    send(desk, stroke(3, kind=2, xy=(-3, 3)))
    assert desk.experiment.layers[-1].units == 3
    assert desk.experiment.loss.type == "softmax_cross_entropy"
    desk.step()
    assert desk.snapshot().plane(10).max() >= 0
    send(desk, stroke(4, "erase", xy=(-3, 3), reach=0.5))
    assert desk.experiment.layers[-1].units == 1
    assert desk.experiment.loss.type == "binary_cross_entropy"


def test_a_stroke_counts_once_however_often_it_is_sent(desk):
    empty(desk)
    send(desk, stroke(1), stroke(2, xy=(0, 0, 1, 1)))
    send(desk, stroke(1), stroke(2, xy=(0, 0, 1, 1)), stroke(3, xy=(2, 2)))
    assert len(own(desk)) == 4 and paint.tools(desk)["seen"] == 3


def test_erasing_takes_what_is_near_and_clearing_everything(desk):
    empty(desk)
    send(desk, stroke(1, xy=(0, 0, 0.3, 0, 3, 3)))
    send(desk, stroke(2, "erase", xy=(0.1, 0), reach=0.45))
    assert own(desk).places.tolist() == [[3, 3]]
    send(desk, stroke(3, "clear"))
    assert len(own(desk)) == 0 and desk.stuck
    desk.play()
    desk.step()  # nothing to do, nothing goes wrong
    assert not desk.playing


def test_undo_goes_back_to_the_generated_set(desk):
    circle = desk.experiment
    send(desk, stroke(1), stroke(2, "clear"))
    assert paint.tools(desk)["undo"] and len(own(desk)) == 0
    send(desk, stroke(3, "undo"))
    assert len(own(desk)) == 501
    send(desk, stroke(4, "undo"))
    assert desk.experiment == circle and not paint.tools(desk)["undo"]
    send(desk, stroke(5, "undo"))
    assert desk.experiment == circle


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_new_points_are_dealt_so_that_training_keeps_its_share(desk, share):
    empty(desk)
    desk.put(("data", "train_fraction"), share)
    for n in range(1, 41):
        send(desk, stroke(n, kind=n % 2, xy=(n / 10, 0)))
    found = own(desk)
    for kind in (0, 1):
        train = np.sum(found.splits[found.answers == kind] == 0)
        assert train == pytest.approx(20 * share, abs=1)
    first = found.places[:, 0].argsort()[:2]
    assert found.splits[first].tolist() == [0, 0]


def test_values_are_painted_on_a_regression(desk):
    points.choose(desk, "reg_plane")
    send(desk, stroke(1, kind=-0.75))
    assert desk.experiment.data.task == "regression" and desk.experiment.loss.type == "mse"
    assert -0.75 in own(desk).answers


def test_a_full_set_says_so(desk):
    empty(desk)
    many = np.random.default_rng(1).uniform(-6, 6, 2600).tolist()
    send(desk, stroke(1, xy=many))
    assert len(own(desk)) == packed.MOST_POINTS and "at most 1,200" in desk.notice


@pytest.mark.parametrize(
    "bad",
    [
        stroke(kind=6),
        stroke(kind=-1),
        stroke(kind=True),
        stroke(xy=(1,)),
        stroke(xy=(float("nan"), 0)),
        stroke(xy=[0.0] * 5000),
        {"n": 1, "verb": "add"},
    ],
)
def test_garbage_from_the_browser_changes_nothing(desk, bad):
    before = desk.experiment
    send(desk, bad)
    assert desk.experiment == before


def test_painting_goes_on_training_where_it_trained(desk):
    desk.play()
    send(desk, stroke())
    assert desk.playing
    desk.pause()


def test_ones_own_points_wait_while_another_set_is_in_use(desk):
    empty(desk)
    send(desk, stroke(1))
    mine = desk.experiment.data.points
    points.choose(desk, "xor")
    assert desk.experiment.data.type == "xor"
    points.choose(desk, "points")
    assert desk.experiment.data.points == mine


def test_classes_become_values_and_values_classes(desk):
    empty(desk)
    send(desk, *(stroke(n, kind=n, xy=(n, 0)) for n in (1, 2)))
    points.change(desk, paint.as_task, "regression")
    assert sorted(own(desk).answers) == [0, 1] and desk.experiment.layers[-1].units == 1
    points.change(desk, paint.as_task, "classification")
    assert sorted(own(desk).answers) == [0, 1]
    assert desk.experiment.data.task == "classification"


def test_new_points_keep_the_starting_weights(desk):
    before, weights = desk.run.data.train.points, desk.run.network.parameters()
    points.deal_again(desk)
    assert not np.array_equal(desk.run.data.train.points, before)
    assert np.array_equal(desk.run.network.parameters(), weights)
    assert desk.experiment.seed == 1 and desk.experiment.data_seed == 2


def test_ones_own_points_are_dealt_anew(desk):
    empty(desk)
    send(desk, *(stroke(n, kind=n % 2, xy=(n / 4, 0)) for n in range(1, 21)))
    before = own(desk)
    points.deal_again(desk)
    again = own(desk)
    assert np.array_equal(before.places, again.places)
    assert np.sum(again.splits == 0) == 10
    points.change(desk, paint.redealt, 0.9, 1)
    assert np.sum(own(desk).splits == 0) == 18


def test_a_painted_map_stays_while_its_network_gets_ready_whatever_the_browser_says(desk):
    ready = desk.run.snapshot().now("paused", "")
    getting_ready = ready.now("compiling", "getting ready")
    assert paint.shown(desk, getting_ready, True) == (getting_ready, paint.tools(desk))
    painted = paint.shown(desk, ready, True)
    assert painted == (ready, paint.tools(desk))
    for painting in (True, False):
        assert paint.shown(desk, getting_ready, painting) == painted
    assert paint.shown(desk, ready, False) == (ready, None)
    assert paint.shown(desk, getting_ready, False) == (getting_ready, None)
