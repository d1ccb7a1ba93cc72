"""The thread that trains: a Play that comes in while it ends is never lost."""

import threading
import time

import numpy as np
import pytest

from playground import Experiment, Run
from playground.training.player import FAILURE

CIRCLE = Experiment.preset("circle")
ENDLESS_ENDS = CIRCLE.changed(stop={"target_loss": 100.0})  # every epoch's end reaches the goal
PUBLISH = ("_player", "publish")
WAIT = 60.0  # seconds after which a test gives up


def prepared(experiment):
    """A Run that need not wait for a compiler."""
    run = Run(experiment)
    run._trainer.prepare()
    return run


def hold(monkeypatch, owner, name, when, before):
    """Stop the thread before or after its call of `name`, the first time that `when()` holds.

    Returns an event that says it is held, and one that lets it go.
    """
    call, held, go = getattr(owner, name), threading.Event(), threading.Event()

    def stop():
        if threading.current_thread().name == "run" and when() and not held.is_set():
            held.set()
            assert go.wait(WAIT)

    def holding(*arguments, **options):
        if before:
            stop()
        result = call(*arguments, **options)
        if not before:
            stop()
        return result

    monkeypatch.setattr(owner, name, holding)
    return held, go


@pytest.mark.parametrize("owner, name", [("_trainer", "look"), ("_trainer", "measure"), PUBLISH])
@pytest.mark.parametrize("before", [True, False])
def test_a_play_at_any_moment_of_the_ending_goes_on(monkeypatch, owner, name, before):
    run = prepared(ENDLESS_ENDS)
    owner = getattr(run, owner)
    per_epoch = run._trainer.steps_per_epoch
    held, go = hold(monkeypatch, owner, name, lambda: run._trainer.step == per_epoch, before)
    run.play("max")
    assert held.wait(WAIT)
    run.play("max")
    go.set()
    run._player.settle(WAIT)
    assert run.status == "finished" and run._trainer.step == 2 * per_epoch


def test_a_play_after_an_overflow_goes_on(monkeypatch):
    run = prepared(CIRCLE.changed(stop={"epochs": 3}))
    train, losses = run._trainer.training.train, []

    def overflow_once(steps):
        progress = train(steps)
        losses.append(progress.loss)
        if len(losses) == 1:
            object.__setattr__(progress, "finite", False)
        return progress

    monkeypatch.setattr(run._trainer.training, "train", overflow_once)
    held, go = hold(monkeypatch, run._trainer, "look", lambda: run._trainer.diverged, True)
    run.play("max")
    assert held.wait(WAIT)
    run.play("max")
    go.set()
    run._player.settle(WAIT)
    assert run.status == "finished" and not run._trainer.failure


def test_a_play_after_an_error_starts_anew(monkeypatch):
    run = Run(ENDLESS_ENDS)
    run.train(1)
    train, calls = run._trainer.training.train, []

    def fail_once(steps):
        calls.append(steps)
        if len(calls) == 1:
            raise RuntimeError("broken")
        return train(steps)

    monkeypatch.setattr(run._trainer.training, "train", fail_once)
    run.play("max")
    run._player.settle(WAIT)
    assert run.message == FAILURE
    run.play("max")
    run._player.settle(WAIT)
    assert run.status == "finished" and run._trainer.step == 2 * run._trainer.steps_per_epoch


def test_a_pause_at_the_end_stays_a_pause(monkeypatch):
    run = prepared(ENDLESS_ENDS)
    per_epoch = run._trainer.steps_per_epoch
    reached = lambda: run._trainer.step == per_epoch  # noqa: E731
    held, go = hold(monkeypatch, run._trainer, "look", reached, False)
    run.play("max")
    assert held.wait(WAIT)
    run.play("max")
    run.pause()
    go.set()
    run._player.settle(WAIT)
    assert run.status == "paused" and run._trainer.step == per_epoch


def test_hundreds_of_presses_around_the_end(monkeypatch):
    """Each Play, whenever it comes, is followed by a step."""
    run = Run(ENDLESS_ENDS)
    run.train(1)
    trainer, random, pressed = run._trainer, np.random.default_rng(1), []
    play = run._player.play

    def noted(speed):
        pressed.append(trainer.step)  # under the trainer's lock
        play(speed)

    monkeypatch.setattr(run._player, "play", noted)
    for press in range(400):
        run.play("max")
        end = time.monotonic() + WAIT
        while trainer.step <= pressed[-1]:
            assert time.monotonic() < end, f"press {press} was lost"
            time.sleep(0)
        time.sleep(random.random() * 0.002)
    run._player.settle(WAIT)
    assert run.status == "finished"
