import numpy as np

from playground.training.history import MOST, History


def filled(steps):
    history = History(["step", "loss"])
    for step in steps:
        history.add([step, 1000.0 - step])
    return history


def test_every_row_while_there_is_room():
    assert filled(range(0, 5000, 10)).arrays()["step"].tolist() == list(range(0, 5000, 10))


def test_never_more_rows_than_can_be_drawn_and_spread_evenly():
    for count in (MOST + 1, 1700, 20_000):
        history = filled(range(count))
        steps = history.arrays()["step"]
        assert MOST / 2 <= len(steps) <= MOST
        assert steps[0] == 0 and steps[-1] == count - 1
        gaps = np.diff(steps[:-1])
        assert gaps.max() <= 2.5 * gaps.min()
        assert np.array_equal(history.arrays()["loss"], 1000.0 - steps)


def test_slow_then_fast_ends_evenly_too():
    """Epochs one by one, then a thousand at a time, as when the speed is turned up."""
    steps = filled([*range(400), *range(400, 400_000, 1000)]).arrays()["step"]
    assert len(steps) <= MOST and steps[0] == 0 and steps[-1] == 399_400
    assert np.diff(steps[:-1]).min() >= 400


def test_the_newest_always_shows():
    history = filled(range(0, 100_000, 10))
    for step in (99_991, 99_992, 99_993):
        history.add([step, 0])
        assert history.arrays()["step"][-1] == step
    assert len(history.rows) <= MOST


def test_measuring_again_replaces():
    history = filled([0, 5, 5])
    assert history.arrays()["step"].tolist() == [0, 5]


def test_restart_keeps_the_start_alone():
    history = filled([0, 5, 9])
    history.restart()
    assert history.arrays()["step"].tolist() == [0]
    late = filled([5, 9])
    late.restart()
    assert late.arrays()["step"].tolist() == []


def test_given_arrays_do_not_change():
    history = filled([0, 5])
    before = history.arrays()
    history.add([9, 1])
    assert before["step"].tolist() == [0, 5]
    assert not before["step"].flags.writeable
