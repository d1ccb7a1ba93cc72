"""Going back in time: what is kept, and that the same training comes again."""

import time

import numpy as np
import pytest

from playground import Experiment, Run
from playground.training.checkpoints import MOST, MOST_BYTES, Recording, Recordings

CIRCLE = Experiment.preset("circle")


def moment(step):
    return Recording(CIRCLE, {"parameters": np.zeros(1)}, (float(step), step / 25, 0.0))


def kept(count, bytes_each=100):
    recordings = Recordings(bytes_each)
    for step in range(count):
        recordings.add(moment(step))
    return recordings


def weights(run):
    return {name: array.copy() for name, array in run.network.state_dict().items()}


def equal(one, other):
    return one.keys() == other.keys() and all(
        np.array_equal(one[key], other[key], equal_nan=True) for key in one
    )


# ---- how many ----


@pytest.mark.parametrize("count", [10, MOST, MOST + 1, 5_000])
def test_never_too_many_spread_evenly_first_and_newest_kept(count):
    steps = [step for step, _ in kept(count).marks()]
    assert len(steps) == count if count <= MOST else MOST / 3 <= len(steps) <= MOST
    assert steps[0] == 0 and steps[-1] == count - 1
    gaps = np.diff(steps[:-1])
    assert gaps.max() <= 2.5 * gaps.min()


def test_memory_is_bounded():
    each = 1_000_000
    assert len(kept(500, each).kept) * each <= MOST_BYTES
    assert Recordings(MOST_BYTES).most == 0


def test_the_moment_before_a_step_is_found():
    recordings = Recordings(100)
    for step in (0, 10, 20):
        recordings.add(moment(step))
    assert [recordings.find(step).step for step in (0, 9, 10, 99)] == [0, 0, 10, 20]
    with pytest.raises(ValueError, match="Nothing was recorded"):
        Recordings(100).find(3)


# ---- a Run ----


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": {"type": "sgd", "learning_rate": 0.03, "momentum": 0.9}},
        {"optimizer": {"type": "adam"}, "accumulate": 3},
        {
            "layers": [
                {"type": "dense", "units": 6, "activation": "tanh"},
                {"type": "batch_norm"},
                {"type": "dropout", "rate": 0.3},
                {"type": "dense", "units": 1},
            ]
        },
    ],
)
def test_the_same_losses_come_again_bit_for_bit(changes):
    run = Run(CIRCLE.changed(**changes))
    run.train(4)
    run.step()  # in the middle of an epoch, too
    run.snapshot()
    here = run.recorded[-1][0]
    first = [run.step() for _ in range(60)]
    after = weights(run)
    run.rewind(here)
    assert run.snapshot().step == here == 101
    assert [run.step() for _ in range(60)] == first
    assert equal(weights(run), after)


def test_network_numbers_and_map_are_as_they_were():
    run = Run(CIRCLE)
    seen = {}
    for _ in range(5):
        run.train(3)
        snapshot = run.snapshot()
        seen[snapshot.step] = snapshot.metrics, snapshot.plane(20), weights(run)
    for step in sorted(seen, reverse=True)[1:]:
        run.rewind(step)
        snapshot = run.snapshot()
        metrics, plane, state = seen[step]
        assert snapshot.step == step and snapshot.rewound and snapshot.status == "paused"
        assert snapshot.metrics == metrics and np.array_equal(snapshot.plane(20), plane)
        assert equal(weights(run), state)


def test_what_came_later_is_forgotten_only_when_training_goes_on():
    run = Run(CIRCLE)
    run.train(8)
    steps = run.history["step"].tolist()
    end = weights(run)
    run.rewind(75)
    assert run.snapshot().history["step"].tolist() == steps
    run.rewind(10**9)  # and forward again
    assert not run.snapshot().rewound and equal(weights(run), end)
    run.rewind(75)
    run.step()
    snapshot = run.snapshot()
    assert snapshot.history["step"].tolist() == [0, 25, 50, 75, 76]
    assert [step for step, _ in run.recorded] == [0, 25, 50, 75, 76] and not snapshot.rewound


def test_a_weight_set_by_hand_in_the_past_begins_another_future():
    run = Run(CIRCLE)
    run.train(4)
    run.rewind(50)
    run.set_parameter("0.weight", (0, 0), 3.0)
    snapshot = run.snapshot()
    assert snapshot.step == 50 and snapshot.history["step"].tolist() == [0, 25, 50]
    run.rewind(0)
    run.rewind(50)
    assert run.network.state_dict()["0.weight"][0, 0] == 3.0


def test_live_settings_come_back_and_conditions_stay():
    run = Run(CIRCLE)
    run.train(2)
    faster = CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 0.3}, stop={"epochs": 99})
    assert run.update(faster)
    run.train(2)
    assert not run.snapshot().repeatable
    run.rewind(25)
    assert run.experiment.optimizer.learning_rate == CIRCLE.optimizer.learning_rate
    assert run.experiment.stop.epochs == 99
    run.rewind(50)  # the moment of the change: from here on it held
    assert run.experiment.optimizer.learning_rate == 0.3


def test_reset_keeps_the_start_and_reseed_nothing():
    run = Run(CIRCLE)
    run.train(3)
    run.reset()
    assert [step for step, _ in run.snapshot().recorded] == [0]
    run.reseed()
    run.snapshot()
    run.train(1)
    run.rewind(0)
    assert run.experiment.seed == CIRCLE.seed + 1 and run.snapshot().step == 0


def test_a_playing_run_is_recorded_and_can_be_taken_back():
    run = Run(CIRCLE)
    run.watch(60)
    run.play("max")
    end = time.monotonic() + 20
    while len(run.recorded) < 5 and time.monotonic() < end:
        time.sleep(0.02)
    run.rewind(run.recorded[2][0])
    snapshot = run.snapshot()
    assert snapshot.status == "paused" and snapshot.step == snapshot.recorded[2][0]
    later = len(snapshot.recorded)
    assert later >= 5
    run.play("max")
    end = time.monotonic() + 20
    while run.snapshot().step <= snapshot.step and time.monotonic() < end:
        time.sleep(0.02)
    run.pause()
    steps = run.snapshot().history["step"]
    assert (np.diff(steps) > 0).all() and snapshot.step in steps
    run.close()


def test_a_saved_past_is_a_whole_run(tmp_path):
    run = Run(CIRCLE)
    run.train(4)
    run.rewind(50)
    run.save(tmp_path / "past.safetensors")
    losses = [run.step() for _ in range(30)]
    loaded = Run.load(tmp_path / "past.safetensors")
    assert loaded.snapshot().step == 50 and loaded.recorded[-1][0] == 50
    assert [loaded.step() for _ in range(30)] == losses


def test_a_network_too_large_for_it_says_so():
    wide = [
        {"type": "dense", "units": 1500},
        {"type": "dense", "units": 1500},
        {"type": "dense", "units": 1},
    ]
    run = Run(CIRCLE.changed(layers=wide))
    run.step()
    assert not run.snapshot().recordable and run.recorded == ()
    with pytest.raises(ValueError, match="recorded"):
        run.rewind(0)
