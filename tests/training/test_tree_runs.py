"""A Run with trees has every verb of a Run with a network."""

from __future__ import annotations

import time

import numpy as np
import pytest

from playground import Experiment, Run
from playground.experiment import ValidationError, edits, in_words
from playground.formats.errors import FileError
from playground.training import run_files

TREES = [name for name in Experiment.presets() if not Experiment.preset(name).network]
XOR = Experiment.preset("tree_xor")
SMALL = XOR.changed(trees={"type": "gradient_boosting", "n_estimators": 12})


def test_epochs_are_units_and_end_where_nothing_is_left():
    run = Run(XOR)
    records = run.train(epochs=2) + run.train(epochs=50)
    depth = len(records)
    assert [record["epoch"] for record in records] == list(range(1, depth + 1)) and depth > 3
    assert set(records[0]) == {"epoch", "loss", "test_loss", "metrics", "seconds"}
    assert run.status == "finished" and run.message == f"All {depth} levels have grown."
    assert run.train(epochs=3) == [] and np.isnan(run.step())
    assert run.evaluate("train")["accuracy"] == 1.0
    assert run.evaluate("test")["loss"] == pytest.approx(records[-1]["test_loss"])


def test_rewound_and_grown_on_it_is_the_same(tmp_path):
    run = Run(SMALL)
    run.train(12)
    losses = run.history["test_loss"].copy()
    run.rewind(5)
    assert run.snapshot().step == 5
    run.train(3)
    np.testing.assert_array_equal(run.history["test_loss"], losses[:9])
    run.save(tmp_path / "trees.safetensors")
    back = Run.load(tmp_path / "trees.safetensors")
    assert back.experiment == SMALL and back.snapshot().step == 8
    x = run.data.test.x
    np.testing.assert_array_equal(back.network.predict(x), run.network.predict(x))
    run.train(2)
    back.train(2)
    np.testing.assert_array_equal(back.network.predict(x), run.network.predict(x))


def test_reset_keeps_the_seed_and_reseed_takes_the_next():
    forest = SMALL.changed(trees={"type": "random_forest", "n_estimators": 3})
    run = Run(forest)
    first = run.train(2)[-1]["test_loss"]
    run.reset()
    assert run.status == "ready" and run.train(2)[-1]["test_loss"] == first
    run.reseed()
    assert run.experiment.seed == 2 and run.train(2)[-1]["test_loss"] != first


def test_it_plays_until_all_has_grown():
    run = Run(SMALL)
    run.play("max")
    end = time.monotonic() + 60
    while run.status in ("running", "compiling") and time.monotonic() < end:
        time.sleep(0.02)
    snapshot = run.snapshot()
    assert snapshot.status == "finished" and snapshot.step == 12
    assert snapshot.message == "All 12 stages have grown."
    assert snapshot.plane(20).shape == (20, 20) and np.ptp(snapshot.plane(20)) > 1


def test_patience_brings_back_the_best_stage():
    data = {"type": "gauss", "noise": 50, "samples": 200, "validation_fraction": 0.4}
    trees = {"type": "gradient_boosting", "n_estimators": 80, "learning_rate": 0.5}
    run = Run(SMALL.changed(data=data, trees=trees, stop={"patience": 5}))
    run.train(80)
    assert run.status == "finished" and run.snapshot().step < 80
    losses = run.history["validation_loss"]
    assert run.evaluate("validation")["loss"] == pytest.approx(np.nanmin(losses))


@pytest.mark.parametrize("name", TREES)
def test_presets_say_no_more_than_they_mean(name):
    experiment = Experiment.preset(name)
    assert set(experiment.described()) <= {"version", "seed", "data", "trees", "stop"}
    assert len(experiment.to_link()) <= 120
    assert experiment.changed(optimizer={"type": "adam"}) == experiment


def test_a_network_and_trees_are_told_apart_in_words():
    circle = Experiment.preset("circle")
    trees = circle.changed(trees={"type": "decision_tree"})
    assert in_words.words(circle, trees)[0] == "learner a network → decision tree"
    deeper = trees.changed(trees={"type": "decision_tree", "max_depth": 3})
    assert in_words.words(trees, deeper) == ["deepest level automatic → 3"]
    assert trees.live_changes(circle) is None and circle.live_changes(trees) is None


def test_edits_follow_the_data():
    goal = XOR.changed(stop={"target_accuracy": 0.9})
    values = edits.read(edits.put(goal, ("data", "type"), "reg_plane"))
    assert values.stop.target_accuracy is None
    forest = edits.read(edits.put(values, ("trees", "type"), "random_forest"))
    assert forest.trees.n_estimators == 100 and "loss" not in forest.described()


def test_what_would_take_too_long_is_refused_in_a_sentence():
    with pytest.raises(ValidationError, match="which takes minutes"):
        XOR.changed(data={"type": "mnist"}, trees={"type": "gradient_boosting"}).check()
    with pytest.raises(ValidationError, match="more memory"):
        XOR.changed(
            data={"type": "mnist"}, trees={"type": "random_forest", "n_estimators": 1000}
        ).check()


def test_a_file_with_other_trees_is_refused(tmp_path):
    run = Run(SMALL)
    run.train(2)
    run.save(tmp_path / "trees.safetensors")
    saved = run_files.read(tmp_path / "trees.safetensors")
    saved.tensors["trees.left"] = saved.tensors["trees.left"] * 0
    with pytest.raises(FileError, match="do not form a tree"):
        run_files.restore(Run(SMALL)._trainer, saved)
