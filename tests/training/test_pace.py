"""How fast a Run plays: steps a second by speed and rhythm, by a clock that the test moves."""

from __future__ import annotations

import pytest

from playground.training import pace
from playground.training.pace import Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    now = [100.0]
    monkeypatch.setattr(pace.time, "perf_counter", lambda: now[0])
    return now


def played(clock, of: Pace, speed: str, seconds: float) -> int:
    """Steps in so many seconds, each of which takes no time."""
    total, end = 0, clock[0] + seconds
    while clock[0] < end:
        while steps := of.due(speed):
            of.trained(steps, 0.0, total := total + steps)
        clock[0] = max(clock[0] + 1e-6, clock[0] + of.wait())
    return total


@pytest.mark.parametrize(
    ("rhythm", "speed", "steps"),
    [(12, "normal", 12), (12, "slow", 6), (300, "normal", 300), (300, "slow", 150)],
)
def test_a_rhythm_is_kept(clock, rhythm, speed, steps):
    assert played(clock, Pace(50, rhythm), speed, 10) == pytest.approx(10 * steps, rel=0.02)


def test_without_a_rhythm_epochs_are_the_measure(clock):
    assert played(clock, Pace(50), "normal", 20) == pytest.approx(20 * 60 * 50, rel=0.02)


def test_few_steps_are_measured_each_and_many_as_time_allows(clock):
    tree, game = Pace(50, 12), Pace(50, 300)
    for of in (tree, game):
        of.measured(10.0)  # a dear measurement
    assert tree.should_measure("normal") and tree.should_measure("slow")  # however late it is
    assert not tree.should_measure("max")
    clock[0] += 0.2
    assert tree.should_measure("max") and not game.should_measure("normal")
