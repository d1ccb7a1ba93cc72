"""Kernels slid by hand: against plain loops, and the photographs against their own script."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.analysis import sliding_window
from playground.engine import ShapeError

PHOTOGRAPHS = Path(__file__).resolve().parents[2] / "assets" / "photographs"


def loops(image, weights, stride, padding, dilation):
    """The definition, a pixel at a time."""
    height, width = image.shape
    size = len(weights)
    reach = dilation * (size - 1) + 1
    rows, columns = ((side + 2 * padding - reach) // stride + 1 for side in image.shape)
    result = np.zeros((rows, columns))
    for r in range(rows):
        for s in range(columns):
            for i in range(size):
                for j in range(size):
                    y = stride * r + dilation * i - padding
                    x = stride * s + dilation * j - padding
                    if 0 <= y < height and 0 <= x < width:
                        result[r, s] += float(weights[i, j]) * float(image[y, x])
    return result


@pytest.fixture
def image():
    return np.random.default_rng(1).random((11, 14)).astype(np.float32)


@pytest.mark.parametrize("name", sliding_window.KERNELS)
def test_every_kernel_equals_plain_loops(image, name):
    weights = sliding_window.KERNELS[name].weights
    np.testing.assert_allclose(
        sliding_window.convolve(image, weights), loops(image, weights, 1, 0, 1), atol=1e-5
    )


@pytest.mark.parametrize(
    ("stride", "padding", "dilation"), [(2, 0, 1), (1, 2, 1), (1, 0, 3), (3, 4, 2), (2, 1, 2)]
)
def test_stride_padding_and_dilation_equal_plain_loops(image, stride, padding, dilation):
    weights = np.random.default_rng(2).normal(size=(3, 3)).astype(np.float32)
    found = sliding_window.convolve(image, weights, stride, padding, dilation)
    np.testing.assert_allclose(found, loops(image, weights, stride, padding, dilation), atol=1e-5)
    for side, result in zip(image.shape, found.shape, strict=True):
        told = sliding_window.size_told(side, 3, stride, padding, dilation)
        assert told.endswith(f"= {result}")
        numbers = told.split("=")[0].replace("⌊", "").replace("·", "*").replace("−", "-")
        assert eval(numbers.replace("/", "//").replace("⌋", "")) == result  # noqa: S307 - ours


def test_the_side_of_a_pooling_is_told(image):
    for size, stride in ((2, 2), (3, 1), (3, 4)):
        shape = sliding_window.pool("max", image, size, stride).shape
        for side, result in zip(image.shape, shape, strict=True):
            told = sliding_window.pool_size_told(side, size, stride)
            assert told == f"⌊({side} − {size}) / {stride}⌋ + 1 = {result}"


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1), (3, 2), (2, 5)])
def test_poolings_equal_plain_loops(image, size, stride):
    for kind, of in (("max", np.max), ("avg", np.mean)):
        rows, columns = ((side - size) // stride + 1 for side in image.shape)
        wanted = [
            [
                of(image[r * stride : r * stride + size, s * stride : s * stride + size])
                for s in range(columns)
            ]
            for r in range(rows)
        ]
        np.testing.assert_allclose(
            sliding_window.pool(kind, image, size, stride), wanted, atol=1e-6
        )


def test_what_does_not_fit_says_so(image):
    weights = sliding_window.KERNELS["log"].weights
    with pytest.raises(ShapeError, match="13×13 kernel does not fit a 11×14 image"):
        sliding_window.convolve(image, weights, dilation=3)
    with pytest.raises(ShapeError, match="does not fit"):
        sliding_window.pool("max", image[:2], 3, 1)


def test_kernels_do_what_they_say(image):
    flat, ramp = np.full((8, 8), 0.7, np.float32), np.tile(np.arange(8, dtype=np.float32), (8, 1))
    kernels = {name: one.weights for name, one in sliding_window.KERNELS.items()}
    np.testing.assert_array_equal(
        sliding_window.convolve(image, kernels["identity"]), image[1:-1, 1:-1]
    )
    for name in ("blur", "gaussian", "sharpen", "emboss"):  # even areas stay as they are
        np.testing.assert_allclose(sliding_window.convolve(flat, kernels[name]), 0.7, atol=1e-6)
    for name in ("edge", "laplacian", "log", "sobel_x", "sobel_y"):  # even areas vanish
        np.testing.assert_allclose(sliding_window.convolve(flat, kernels[name]), 0, atol=1e-5)
    np.testing.assert_allclose(
        sliding_window.convolve(ramp, kernels["sobel_x"]), 8
    )  # brighter rightwards
    np.testing.assert_allclose(sliding_window.convolve(ramp, kernels["sobel_y"]), 0)
    np.testing.assert_allclose(sliding_window.convolve(ramp.T, kernels["sobel_y"]), 8)


def test_a_kernel_is_known_by_its_weights_alone():
    for name, one in sliding_window.KERNELS.items():
        assert sliding_window.named(one.weights.copy()) == name
    assert (
        sliding_window.named(sliding_window.KERNELS["blur"].weights.round(3)) == "blur"
    )  # as one types it
    assert sliding_window.named(np.ones((3, 3), np.float32)) is None
    assert sliding_window.named(np.zeros((5, 5), np.float32)) is None


def test_a_kernel_grows_around_its_middle_and_shrinks_to_it(image):
    small = sliding_window.KERNELS["sobel_x"].weights
    large = sliding_window.resized(small, 5)
    assert large.shape == (5, 5) and (sliding_window.resized(large, 3) == small).all()
    np.testing.assert_allclose(
        sliding_window.convolve(image, large, padding=1),
        sliding_window.convolve(image, small),
        atol=1e-6,
    )


def test_pictures_and_differences_are_told_apart(image):
    pictures = {
        name
        for name, one in sliding_window.KERNELS.items()
        if sliding_window.is_picture(
            one.weights, sliding_window.convolve(image / 2 + 0.4, one.weights)
        )
    }
    assert pictures == {"identity", "blur", "gaussian", "sharpen", "emboss"}
    negative = -np.eye(3, dtype=np.float32)
    assert not sliding_window.is_picture(negative, sliding_window.convolve(image, negative))


@pytest.mark.parametrize("name", ["village", "still_life"])
def test_the_photographs_are_what_their_script_renders(name):
    script = importlib.util.spec_from_file_location("make", PHOTOGRAPHS / "make.py")
    make = importlib.util.module_from_spec(script)
    script.loader.exec_module(make)
    drawn = make.photographs(side=16)[name].astype(float)
    with Image.open(PHOTOGRAPHS / f"{name}.png") as kept:
        assert kept.size == (make.SIDE, make.SIDE) and kept.mode == "L"
        small = np.asarray(kept.reduce(make.SIDE // 16), float)
    assert np.corrcoef(drawn.ravel(), small.ravel())[0, 1] > 0.97
    assert np.abs(drawn - small).mean() < 8
