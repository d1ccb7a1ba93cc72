"""Several Runs on one clock."""

import time

import numpy as np
import pytest

from playground.experiment import Experiment
from playground.training.race import Race
from playground.training.run import Run


def experiment(rate=0.03):
    return Experiment.preset("circle").changed(optimizer={"type": "sgd", "learning_rate": rate})


@pytest.fixture
def race():
    made = Race({"slow": Run(experiment(0.01)), "fast": Run(experiment(0.1))})
    yield made
    made.close()


def wait(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_all_make_as_many_steps_and_each_is_the_run_it_would_be_alone(race):
    race.look()
    wait(lambda: not race.busy)
    assert {name: snapshot.step for name, snapshot in race.newest.items()} == {"slow": 0, "fast": 0}
    race.play()
    wait(lambda: race.step >= 20)
    race.pause()
    wait(lambda: not race.busy)
    steps = {snapshot.step for snapshot in race.newest.values()}
    assert len(steps) == 1
    alone = Run(experiment(0.1))
    for _ in range(steps.pop()):
        alone.step()
    np.testing.assert_array_equal(alone.freeze().flat, race.newest["fast"].network.flat)


def test_what_diverges_stays_and_the_others_go_on():
    steep = {
        "layers": [
            {"type": "dense", "units": 4, "activation": "relu"},
            {"type": "dense", "units": 1},
        ],
        "loss": {"type": "mse"},
        "optimizer": {"type": "sgd", "learning_rate": 100.0},
    }
    ill = Experiment.preset("circle").changed(**steep)
    race = Race({"well": Run(experiment()), "ill": Run(ill)})
    race.play()
    wait(lambda: race.newest and race.newest["well"].step > 10)
    assert race.newest["ill"].status == "diverged" and race.newest["ill"].step < 10
    race.close()
    wait(lambda: not race.busy)
    race.play()
    assert not race.playing and not race.busy


def test_who_goes_away_finds_it_going_on(race):
    race.play()
    wait(lambda: race.step > 0)
    race.go_away()
    wait(lambda: not race.busy)
    before = race.step
    race.come_back()
    wait(lambda: race.step > before)
