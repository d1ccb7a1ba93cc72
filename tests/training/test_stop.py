"""When training ends by itself, and why: goals, patience, the best weights back."""

import time

import numpy as np
import pytest

from playground import Experiment, Run
from playground.experiment import ValidationError
from playground.experiment.stop import Stop
from playground.training.early_stopping import Watch

CIRCLE = Experiment.preset("circle")
# Few noisy points and a wide network: it soon learns them by heart.
CROWD = (
    Experiment.preset("spiral")
    .changed(
        data={"type": "spiral", "noise": 35, "samples": 120, "validation_fraction": 0.4},
        layers=[
            {"type": "dense", "units": 16, "activation": "tanh"},
            {"type": "dense", "units": 16, "activation": "tanh"},
            {"type": "dense"},
        ],
        optimizer={"type": "adam", "learning_rate": 0.03},
    )
    .changed(stop={"patience": 6})
)
CROWD = CROWD.changed(layers=[*CROWD.layers[:2], {"type": "dense", "units": 1}])


def weights(run):
    return run.network.parameters()


def stopping(experiment=CIRCLE, **stop):
    return experiment.changed(stop=stop)


# ---- the rule by itself ----


def seen(stop, losses, split="validation"):
    """The epoch at which losses one after the other end training, and what is said."""
    watch = Watch(stop, split == "validation")
    for epoch, loss in enumerate(losses, 1):
        why = watch.see(epoch, {split: {"loss": loss}}, np.full(3, epoch, np.float32))
        if why:
            return epoch, why, watch
    return None, "", watch


def test_patience_counts_epochs_without_a_fall():
    epoch, why, watch = seen(Stop(patience=3), [5, 4, 4.5, 3, 3.1, 3.0, 3.2, 1])
    assert epoch == 7 and watch.best_epoch == 4 and watch.best_parameters.tolist() == [4, 4, 4]
    assert why == (
        "The validation loss has not fallen for 3 epochs; the weights of epoch 4 are back."
    )


def test_small_falls_do_not_count_but_the_best_is_the_best():
    epoch, why, watch = seen(Stop(patience=2, min_delta=0.5), [3, 2.9, 2.8, 2.0])
    assert epoch == 3 and watch.best_epoch == 3
    assert why == "The validation loss has not fallen by 0.5 for 2 epochs."  # it is the best one
    assert seen(Stop(patience=2, min_delta=0.5), [3, 2.9, 2.4, 2.3, 1.8])[0] is None


def test_without_a_validation_set_the_training_loss_shows_the_plateau():
    _, why, watch = seen(Stop(patience=1, restore_best=False), [2, 3], split="train")
    assert why == "The training loss has not fallen for 1 epoch."
    assert watch.best_parameters is None and watch.splits == {"train"}


def test_numbers_that_are_none_are_no_progress():
    assert seen(Stop(patience=2), [2, float("nan"), float("inf")])[0] == 3
    assert seen(Stop(target_loss=1), [float("nan")] * 3)[0] is None


def test_goals_look_at_validation_else_at_test():
    assert Watch(Stop(target_loss=1), True).splits == {"validation"}
    assert Watch(Stop(target_loss=1), False).splits == {"test"}
    assert Watch(Stop(target_accuracy=1, patience=3), False).splits == {"test", "train"}
    assert Watch(Stop(epochs=3), True).splits == set()


def test_help_says_which_split_decides():
    for name in ("target_loss", "target_accuracy", "patience"):
        assert "validation set" in Stop.model_fields[name].description


# ---- in a Run ----


@pytest.mark.parametrize(
    ("stop", "reached"),
    [
        ({"target_loss": 0.3}, lambda m: m["loss"] <= 0.3),
        ({"target_accuracy": 0.9}, lambda m: m["accuracy"] >= 0.9),
    ],
)
def test_a_goal_ends_training_in_the_first_epoch_that_reaches_it(stop, reached):
    run = Run(stopping(**stop))
    records = run.train(300)
    assert 1 < len(records) < 300
    assert [reached(record["metrics"]["test"]) for record in records] == (
        [False] * (len(records) - 1) + [True]
    )
    assert run.status == "finished" and "test set has reached its goal" in run.message


def test_a_goal_is_judged_on_validation_where_there_is_some():
    data = {"type": "circle", "validation_fraction": 0.4}
    run = Run(stopping(CIRCLE.changed(data=data), target_accuracy=0.9))
    records = run.train(300)
    last = [record["metrics"]["validation"]["accuracy"] for record in records[-2:]]
    assert last[0] < 0.9 <= last[1] and "validation set" in run.message


def test_patience_brings_the_best_weights_back():
    run = Run(CROWD)
    records = run.train(400)
    losses = [record["metrics"]["validation"]["loss"] for record in records]
    best = int(np.argmin(losses))
    assert len(records) == best + 1 + 6 < 400
    assert run.status == "finished"
    assert f"not fallen for 6 epochs; the weights of epoch {best + 1} are back" in run.message
    assert run.evaluate("validation")["loss"] == losses[best]
    assert run.snapshot().metrics["validation"]["loss"] == losses[best]
    assert run.history["epoch"][-1] == len(records)
    other = Run(CROWD)
    other.train(best + 1)
    assert np.array_equal(weights(run), weights(other))


def test_weights_stay_where_they_shall():
    run = Run(stopping(CROWD, patience=6, restore_best=False))
    count = len(run.train(400))
    other = Run(stopping(CROWD, epochs=400))
    other.train(count)
    assert np.array_equal(weights(run), weights(other)) and "are back" not in run.message


def finish(run, speed="max", seconds=20):
    run.play(speed)
    end = time.monotonic() + seconds
    while run.status != "finished":
        assert time.monotonic() < end, "it never ended"
        time.sleep(0.005)
    return run


@pytest.mark.parametrize(
    "experiment", [CROWD, stopping(target_accuracy=0.9), stopping(patience=2, min_delta=0.01)]
)
def test_playing_ends_at_the_same_step_with_the_same_weights(experiment):
    trained, played = Run(experiment), Run(experiment)
    trained.train(500)
    finish(played)
    assert played.snapshot().step == trained.snapshot().step
    assert np.array_equal(weights(played), weights(trained))
    assert played.message == trained.message and played.message
    assert played.snapshot().metrics == trained.snapshot().metrics
    assert played.snapshot().message == played.message


def test_steps_by_hand_are_looked_at_and_go_on():
    run, other = Run(CROWD), Run(CROWD)
    other.train(400)
    for _ in range(int(other.snapshot().step)):
        run.step()
    assert run.message == other.message and run.status == "finished"
    assert np.array_equal(weights(run), weights(other))
    run.step()
    assert run.snapshot().step == other.snapshot().step + 1
    assert run.status == "paused" and not run.message


def test_training_again_counts_anew():
    run = Run(CROWD)
    first = run.train(400)
    second = run.train(400)
    assert second and second[0]["epoch"] == first[-1]["epoch"] + 1
    assert run.status == "finished"
    run.reset()
    assert run.status == "ready" and not run.message
    again = run.train(400)
    assert [r["loss"] for r in again] == [r["loss"] for r in first]


def test_play_goes_on_after_a_goal():
    run = finish(Run(stopping(target_accuracy=0.9)))
    before = run.snapshot().step
    finish(run)
    assert run.snapshot().step > before


def test_conditions_change_while_it_trains():
    run = Run(stopping(target_accuracy=0.9))
    run.train(300)
    assert run.status == "finished"
    assert run.update(stopping(target_accuracy=0.95))
    assert run.status == "paused" and not run.message
    run.play("max")
    assert run.update(stopping(epochs=1))
    end = time.monotonic() + 20
    while run.status != "finished":
        assert time.monotonic() < end
        time.sleep(0.005)
    assert run.message == "The one epoch asked for is done."


def test_all_epochs_done():
    run = finish(Run(stopping(epochs=5)))
    assert run.message == "All 5 epochs are done."


def test_training_that_started_within_an_epoch_is_looked_at_where_epochs_end():
    run, other = Run(stopping(target_accuracy=0.9)), Run(stopping(target_accuracy=0.9))
    other.train(300)
    for _ in range(7):
        run.step()
    run.train(300)
    assert run.message == other.message and run.snapshot().step == other.snapshot().step


# ---- as data ----


@pytest.mark.parametrize(
    "stop",
    [
        {},
        {"epochs": 3},
        {"target_loss": 0.05},
        {"target_accuracy": 0.99, "epochs": 9},
        {"patience": 5},
        {"patience": 5, "min_delta": 0.001, "restore_best": False},
    ],
)
def test_conditions_survive_json_and_link(stop):
    experiment = stopping(**stop)
    for again in (
        Experiment.from_json(experiment.to_json()),
        Experiment.from_link(experiment.to_link()),
    ):
        assert again == experiment and again.to_json() == experiment.to_json()
        assert stop.items() <= again.described().get("stop", {}).items()
    assert set(stopping(epochs=3).described()["stop"]) == {"epochs"}, "as it was written before"


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        ({"target_loss": -1}, "target_loss"),
        ({"target_accuracy": 0}, "target_accuracy"),
        ({"target_accuracy": 1.1}, "target_accuracy"),
        ({"patience": 0}, "patience"),
        ({"patience": 2.5}, "patience"),
        ({"min_delta": -1}, "min_delta"),
        ({"until": 3}, "until"),
    ],
)
def test_impossible_conditions_are_refused(stop, words):
    with pytest.raises(ValidationError, match=words):
        stopping(**stop)


def test_numbers_have_no_accuracy_to_reach():
    slope = Experiment.preset("reg_plane")
    with pytest.raises(ValidationError, match="no accuracy to reach"):
        stopping(slope, target_accuracy=0.9).check()
    run = Run(stopping(slope, target_loss=0.001))
    assert len(run.train(50)) < 50 and run.status == "finished"
