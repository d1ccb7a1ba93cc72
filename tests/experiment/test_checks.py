"""What is refused although every part is well by itself, and how much memory training takes."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.experiment import ValidationError, checks, explain

FLATTEN = {"type": "flatten"}
TEN = {"type": "dense", "units": 10}
NORM = {"type": "batch_norm"}
MNIST = Experiment.preset("mnist_linear")


def refusal(experiment):
    with pytest.raises(ValidationError) as caught:
        experiment.check()
    return explain(caught.value)


# ---- batches of one ----


def test_batch_normalisation_needs_company():
    alone = MNIST.changed(layers=[FLATTEN, NORM, TEN], batch_size=1)
    assert "Layer 2 (Batch norm" in refusal(alone) and "take 2 or more" in refusal(alone)
    alone.changed(batch_size=2).check()
    alone.changed(layers=[NORM, FLATTEN, TEN]).check()  # pixels are compared, too


def test_a_last_batch_of_one_does_no_harm():
    """101 images in batches of 50: the last one has nothing to compare itself with."""
    data = {"type": "mnist", "samples": 101, "validation_fraction": 0.0}
    run = Run(MNIST.changed(data=data, layers=[FLATTEN, NORM, TEN], batch_size=50))
    assert len(run.data.train) % 50 == 1
    records = run.train(2)
    assert len(records) == 2 and run.status == "paused"
    assert all(np.isfinite(array).all() for array in run.network.state_dict().values())
    assert records[1]["loss"] < records[0]["loss"]


# ---- augmentation ----


def test_only_images_are_augmented():
    images = {"type": "images", "shift": 2.0}
    assert "Only images" in refusal(Experiment.preset("circle").changed(augmentation=images))
    assert MNIST.changed(augmentation=images).check().augmentation.shift == 2.0


def test_augmentation_reaches_training_and_only_training():
    data = {"type": "mnist", "samples": 300}
    plain = MNIST.changed(data=data)
    changed = plain.changed(augmentation={"type": "images"})
    one, two, other = Run(changed), Run(changed), Run(plain)
    assert one.evaluate("train") == other.evaluate("train")
    losses = [[record["loss"] for record in run.train(2)] for run in (one, two, other)]
    assert losses[0] == losses[1] != losses[2]
    assert np.array_equal(one.data.train.x, other.data.train.x)


# ---- losses that are no means ----


def test_soft_f1_is_counted_over_the_whole_split(monkeypatch):
    from playground.training import evaluation

    circle = Experiment.preset("circle").changed(loss={"type": "soft_f1"})
    run = Run(circle)
    run.train(3)
    split = run.data.test
    whole = run.network.loss.evaluate(run.network.predict(split.x), split.y)
    monkeypatch.setattr(evaluation, "SLICE", 32)
    found = run.evaluate("test")
    assert found["loss"] == pytest.approx(whole, rel=1e-6)
    parts = [
        run.network.loss.evaluate(run.network.predict(split.x[i : i + 32]), split.y[i : i + 32])
        for i in range(0, len(split), 32)
    ]
    assert abs(np.mean(parts) - whole) > 1e-4, "a mean over slices would be another number"


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_losses_by_task(task):
    names = checks.losses(task)
    assert {"mse", "mae", "huber"} <= set(names)
    assert ("hinge" in names) == (task == "classification")
