"""Fine-tuning on one's own drawings: it learns them, forgets little, and leaves its start alone."""

import numpy as np
import pytest

from playground.data import strokes
from playground.training import digit_readers
from playground.training.fine_tuning import EPOCHS, Tuning, aside, mixed
from tests import hands


@pytest.fixture(scope="module")
def base():
    return digit_readers.read("assets/networks/lenet5.safetensors")


@pytest.fixture(scope="module")
def mirrored():
    """A hand that writes everything the wrong way round: images, labels."""
    drawn = [(digit, hands.drawing(digit, 9, number)) for number in range(5) for digit in range(10)]
    images = [
        strokes.prepare(strokes.rasterize(one["strokes"], brush=one["brush"]))[:, ::-1]
        for _, one in drawn
    ]
    return np.stack(images), np.array([digit for digit, _ in drawn])


def test_it_learns_a_strange_hand_and_remembers_the_others(base, mirrored):
    images, labels = mirrored
    weights = base.network.state_dict()["0.weight"].copy()
    tuning = Tuning(base, images, labels)
    tuning.start()
    tuning.wait(60)
    result = tuning.result
    assert tuning.failure == "" and not tuning.running and tuning.progress == 1
    assert result.before.drawings <= 35 and result.after.drawings >= 45
    assert result.aside == aside(images).sum() and result.after.aside > result.before.aside
    assert result.before.mnist["accuracy"] >= 0.995 > result.after.mnist["accuracy"] >= 0.96
    assert result.epochs == EPOCHS
    # The scores are those of the network that it hands over; what it started from is unchanged.
    tuned = result.snapshot
    assert int((tuned.predict(images[:, None]).argmax(1) == labels).sum()) == result.after.drawings
    assert tuned.metrics["test"] == result.after.mnist
    assert (base.network.state_dict()["0.weight"] == weights).all()
    assert int((base.predict(images[:, None]).argmax(1) == labels).sum()) == result.before.drawings


def test_it_can_be_stopped(base, mirrored):
    tuning = Tuning(base, *mirrored)
    tuning.stop()
    tuning.start()
    tuning.wait(60)
    assert tuning.result is None and tuning.failure == "" and not tuning.running


def test_what_is_kept_aside_is_not_among_what_it_learns_from(mirrored):
    images, labels = mirrored
    kept = aside(images)
    assert 5 <= kept.sum() <= 15
    x, y = mixed(images[~kept][:, None], labels[~kept])
    seen = {image.tobytes() for image in x}
    assert not any(image.tobytes() in seen for image in images[kept])
    assert all(image.tobytes() in seen for image in images[~kept])
    assert 4000 <= len(x) == len(y) <= 5000


def test_of_few_drawings_it_learns_from_all_and_others_never_change_sides(mirrored):
    images, _ = mirrored
    assert not aside(images[:9]).any() and not aside(images[:0]).any()
    assert (aside(images)[:20] == aside(images[:20])).all()
