"""How alike two clouds are, and which classes a reader finds."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.census import census
from playground.analysis.likeness import divergence
from playground.views import gan_images

RANDOM = np.random.default_rng(0)


def test_alike_is_nothing_and_apart_is_a_bit():
    left = RANDOM.normal(-3, 0.3, (500, 2))
    right = RANDOM.normal(3, 0.3, (700, 2))
    assert divergence(left, left) == 0 and divergence(left, right) == pytest.approx(1)
    mixed = np.concatenate([left, RANDOM.normal(3, 0.3, (500, 2))])
    assert 0 < divergence(left, mixed) < 1
    assert divergence(mixed, left) == pytest.approx(divergence(left, mixed))


def test_half_of_one_and_the_whole_of_two_squares_are_as_far_apart_as_by_hand():
    one, two = np.array([[-3.0, 0.0]]), np.array([[-3.0, 0.0], [3.0, 0.0]])
    by_hand = (np.log2(1 / 0.75) + 0.5 * np.log2(0.5 / 0.75) + 0.5 * np.log2(0.5 / 0.25)) / 2
    assert divergence(one, two) == pytest.approx(by_hand)
    assert np.isnan(divergence(one, one[:0]))


def test_a_reader_counts_its_answers_and_names_what_is_missing():
    run = Run(
        Experiment.preset("mnist_linear").changed(
            data={"type": "mnist", "samples": 300, "validation_fraction": 0.005}
        )
    )
    run.train(1)
    reader = run.snapshot()
    images = reader.data.test.x[:200]
    read = census(reader, images / np.float32(255))
    answers = reader.predict(images).argmax(1)
    assert (read.shares * 200).round().tolist() == np.bincount(answers, minlength=10).tolist()
    assert 0.1 < read.confidence <= 1 and read.count == 200
    ones = census(reader, np.repeat(images[:1] / np.float32(255), 50, 0))
    assert len(ones.missing) == 9 and gan_images.words(ones).startswith("Only one of them")
    run.close()
