"""What is done to an image before the network sees it."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Run
from playground.analysis.cell.changes import Changes, mislead
from playground.analysis.cell.slopes import Slopes


@pytest.fixture
def dot():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 10, 5] = 200
    return image


def test_no_change_leaves_the_image_alone(dot):
    assert not Changes() and Changes(invert=True) and not Changes(seed=9)
    np.testing.assert_array_equal(Changes(seed=9).apply(dot), dot)


def test_shifts_are_whole_pixels_and_bring_paper_in(dot):
    moved = Changes(right=3, down=-2).apply(dot)
    assert moved[0, 8, 8] == 200 and moved.sum() == 200
    assert not Changes(right=28).apply(dot).any()


def test_turns_go_clockwise_about_the_middle(dot):
    right = Changes(turn=90).apply(dot)  # from left above the middle to right above it
    np.testing.assert_array_equal(right, np.rot90(dot, -1, (1, 2)))
    assert right[0, 5, 17] == 200


def test_blur_spreads_the_ink_and_keeps_it():
    image = np.zeros((3, 28, 28), np.uint8)
    image[:, 8:20, 8:20] = 200
    soft = Changes(blur=1.5).apply(image)
    assert soft.shape == image.shape and 0 < soft[0, 6, 14] < 100 and soft[0, 14, 14] == 200
    assert soft.sum() == pytest.approx(image.sum(), rel=0.02)


def test_noise_repeats_by_its_seed(dot):
    one, same, other = (Changes(noise=0.2, seed=seed).apply(dot) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    grey = np.full((1, 200, 200), 128, np.uint8)
    assert np.std(Changes(noise=0.1).apply(grey)) == pytest.approx(25.5, rel=0.03)


def test_invert_twice_is_nothing(dot):
    once = Changes(invert=True).apply(dot)
    assert once[0, 10, 5] == 55
    np.testing.assert_array_equal(Changes(invert=True).apply(once), dot)


def test_a_misleading_step_is_small_and_raises_the_loss():
    snapshot = Run.load("assets/networks/lenet5.safetensors").snapshot()
    slopes, raised = Slopes(snapshot.network), 0
    for image, label in zip(snapshot.data.test.x[:20], snapshot.data.test.y[:20], strict=True):
        x = image * np.float32(1 / 255)
        slope = slopes.of_loss(snapshot.network, x, int(label)).values[0]
        changed = mislead(image, slope, 0.1)
        assert np.abs(changed.astype(int) - image).max() == 26  # 0.1 · 255, rounded
        before, after = snapshot.probabilities(snapshot.predict(np.stack([image, changed])))
        raised += after[label] < before[label]
    assert raised == 20
    np.testing.assert_array_equal(mislead(image, slope, 0.0), image)
