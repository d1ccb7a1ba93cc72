"""Augmented images: ramps in extra channels tell from where each pixel was read."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, Training, registry
from playground.engine.augmentation import examples
from tests.engine.case import FLATTEN, dense, layer

HEIGHT, WIDTH = 31, 24
STILL = {"shift": 0.0, "rotation": 0.0, "scale": 0.0, "elastic": 0.0}


def images(**options):
    return registry.make("augmentation", {"type": "images", **options})


def maps(samples: int) -> np.ndarray:
    """[samples, 4, height, width]: ones, the row's number, the column's, and their product."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    return np.stack([np.stack([np.ones_like(rows), rows, columns, rows * columns])] * samples)


def places(augmentation, samples: int = 40, **options):
    """Where each pixel was read [samples, 2, pixels], and which pixels were read inside."""
    found = examples(augmentation, maps(samples), **options)
    return found[:, 1:3].reshape(samples, 2, -1), found[:, 0].reshape(samples, -1) > 0.99999


def test_nothing_to_change_changes_nothing():
    x = maps(20)
    assert (examples(images(**STILL), x) == x).all()
    assert (examples(registry.make("augmentation", {"type": "none"}), x) == x).all()


def test_pixels_are_read_between_pixels():
    """Between four pixels r · c is reproduced exactly: it is bilinear itself."""
    found = examples(images(rotation=30, scale=20, shift=3, elastic=1.5), maps(20))
    for sample in found:
        inside = sample[0] > 0.99999
        assert inside.mean() > 0.5 and (sample[1][inside] % 1 > 0.01).mean() > 0.9
        np.testing.assert_allclose(sample[3][inside], (sample[1] * sample[2])[inside], atol=2e-3)


def test_what_lies_outside_is_zero():
    found = examples(images(**{**STILL, "shift": 16.0}), maps(60))
    assert found.min() == 0 and found[:, 0].max() == 1
    assert (found[:, 0].mean(axis=(1, 2)) < 0.8).any()


def test_turn_scale_and_shift_stay_within_their_bounds():
    augmentation = images(rotation=25, scale=30, shift=2, elastic=0)
    pixels = np.stack([*np.mgrid[:HEIGHT, :WIDTH].reshape(2, -1), np.ones(HEIGHT * WIDTH)])
    middle = np.array([(HEIGHT - 1) / 2, (WIDTH - 1) / 2])
    angles, factors, shifts = [], [], []
    for read, inside in zip(*places(augmentation, 300), strict=True):
        fit = np.linalg.lstsq(pixels.T[inside], read.T[inside], rcond=None)[0].T
        assert np.abs(fit @ pixels - read)[:, inside].max() < 1e-3  # a straight map
        matrix = fit[:, :2]
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(2) * np.linalg.det(matrix), atol=1e-4)
        factors.append(np.linalg.det(matrix) ** -0.5)
        angles.append(np.degrees(np.arctan2(matrix[0, 1], matrix[0, 0])))
        shifts.append(np.linalg.solve(matrix, middle - fit @ [*middle, 1]))
    for drawn, bound in ((angles, 25), (shifts, 2), (np.log(factors), np.log(1.3))):
        assert 0.9 * bound < np.abs(drawn).max() < bound * 1.001
        assert abs(np.mean(drawn)) < 0.1 * bound  # 3 deviations of the mean of 300


def test_bends_are_smooth_and_as_large_as_asked():
    read, inside = places(images(**{**STILL, "elastic": 1.2}), 300)
    moved = read - np.mgrid[:HEIGHT, :WIDTH].reshape(2, -1)
    moved[~inside[:, None].repeat(2, 1)] = np.nan
    assert np.nanstd(moved) == pytest.approx(1.2, rel=0.1)
    assert abs(np.nanmean(moved)) < 0.15
    field = moved.reshape(300, 2, HEIGHT, WIDTH)
    steps = np.abs(np.diff(field, axis=3)), np.abs(np.diff(field, axis=2))
    assert max(np.nanmean(step) for step in steps) < 0.3


def test_the_seed_the_epoch_and_the_sample_decide():
    x, augmentation = maps(20), images()
    first = examples(augmentation, x, seed=3, epoch=2)
    assert (examples(augmentation, x[:5], seed=3, epoch=2) == first[:5]).all()
    others = [examples(augmentation, x, 3, 1), examples(augmentation, x, 4, 2), first[::-1]]
    for other in others:
        assert (np.abs(other - first).max(axis=(1, 2, 3)) > 0.01).all()


def training(x: np.ndarray, scale: float = 1.0, augmented: bool = True, parallel: bool = False):
    stack = [layer("conv2d", filters=2, kernel_size=3), FLATTEN, dense(2)]
    network = Network(
        [registry.make("layer", one) for one in stack],
        x.shape[1:],
        registry.make("loss", {"type": "softmax_cross_entropy"}),
    )
    run = Training(
        network,
        x,
        np.arange(len(x)) % 2,
        registry.make("optimizer", {"type": "sgd"}),
        batch_size=70,
        scale=scale,
        augmentation=images() if augmented else None,
    )
    run.parallel = parallel
    return run


def test_training_sees_other_images_and_leaves_its_own():
    x = np.random.default_rng(1).uniform(0, 1, (90, 1, 9, 8)).astype(np.float32)
    kept = x.copy()
    plain, augmented = training(x, augmented=False).train(8), training(x).train(8)
    assert (x == kept).all()
    assert (plain.losses[1:] != augmented.losses[1:]).all()
    assert (training(x, parallel=True).train(8).losses == augmented.losses).all()


def test_bytes_and_numbers_are_augmented_alike():
    x = np.random.default_rng(1).integers(0, 256, (90, 2, 9, 8)).astype(np.uint8)
    from_bytes = training(x, scale=1 / 255).train(6).losses
    from_numbers = training(x.astype(np.float32) / np.float32(255)).train(6).losses
    np.testing.assert_allclose(from_bytes, from_numbers, rtol=2e-6)


def test_only_images_can_be_bent():
    loss = registry.make("loss", {"type": "mse"})
    network = Network([registry.make("layer", dense(1))], (4,), loss)
    with pytest.raises(ValueError, match="only images"):
        Training(
            network,
            np.ones((3, 4)),
            np.ones((3, 1)),
            registry.make("optimizer", {"type": "sgd"}),
            augmentation=images(),
        )


def test_what_is_offered_is_explained_and_bounded():
    for piece in registry.pieces("augmentation"):
        made = registry.make("augmentation", {"type": piece.type})
        assert registry.make("augmentation", registry.describe(made)) == made
        assert piece.title and (piece.__doc__ or "").strip()
        for option in registry.options(piece):
            assert option.minimum <= option.default <= option.maximum and option.help.endswith(".")
