"""What the Convolution page is told to draw."""

import numpy as np
import pytest

from playground.analysis import sliding_window
from playground.engine import ShapeError
from playground.views import sliding as views
from playground.views.packing import pack

PIXELS = np.random.default_rng(1).integers(0, 256, (10, 12)).astype(np.uint8)
BLUR, SOBEL = (sliding_window.KERNELS[name].weights for name in ("blur", "sobel_x"))


def test_every_work_tells_its_result_and_how_it_was_read():
    window = views.Window(stride=2, padding=1, pool_size=3, pool_stride=3)
    told = views.payload("Noise", PIXELS, SOBEL, window, seen=4)
    pack(told)  # it can be sent
    convolved, largest, mean = told["works"]
    image = PIXELS.astype(np.float32) / 255
    wanted = sliding_window.convolve(image, SOBEL, 2, 1)
    np.testing.assert_array_equal(convolved["values"], wanted.ravel())
    assert (convolved["height"], convolved["width"]) == wanted.shape == (5, 6)
    assert (convolved["stride"], convolved["padding"], convolved["size"]) == (2, 1, 3)
    assert largest["values"][0] == image[:3, :3].max()
    assert mean["values"][-1] == pytest.approx(image[6:9, 9:12].mean())
    assert {work["source"] for work in told["works"]} == {0} and told["seen"] == 4
    assert convolved["formula"][1:] == [
        "⌊(10 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 5",
        "⌊(12 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 6",
    ]
    assert largest["formula"][1:] == ["⌊(10 − 3) / 3⌋ + 1 = 3", "⌊(12 − 3) / 3⌋ + 1 = 4"]


def test_a_square_image_has_one_formula():
    [convolved, *_] = views.payload("Noise", PIXELS[:, :10], BLUR, views.Window())["works"]
    assert len(convolved["formula"]) == 2


def test_poolings_can_read_what_the_convolution_made():
    told = views.payload("Noise", PIXELS, SOBEL, views.Window(of_result=True))
    image = PIXELS.astype(np.float32) / 255
    result = sliding_window.convolve(image, SOBEL)
    assert len(told["images"]) == 2 and told["works"][1]["source"] == 1
    np.testing.assert_array_equal(told["images"][1]["values"], result.ravel())
    assert told["works"][1]["values"][0] == result[:2, :2].max()
    assert told["works"][1]["look"] == told["works"][0]["look"]


def test_what_does_not_fit_is_a_problem_of_its_own_work_alone():
    told = views.payload("Noise", PIXELS, BLUR, views.Window(dilation=7, of_result=True))
    assert told["works"][0]["problem"] == "No result: the kernel does not fit."
    assert "problem" not in told["works"][1] and told["works"][1]["source"] == 0
    told = views.payload("Noise", PIXELS[:4], BLUR, views.Window(pool_size=5))
    assert "problem" not in told["works"][0]
    assert told["works"][2]["problem"] == "A 5×5 square does not fit a 4×12 image."
    with pytest.raises(ShapeError) as caught:
        sliding_window.convolve(PIXELS.astype(np.float32), BLUR, dilation=7)
    assert views.reason(caught.value) == "A 15×15 kernel does not fit a 10×12 image."


@pytest.mark.parametrize(
    ("name", "signed"), [("blur", False), ("sharpen", False), ("sobel_x", True), ("edge", True)]
)
def test_differences_are_shown_with_their_signs(name, signed):
    weights = sliding_window.KERNELS[name].weights
    result = sliding_window.convolve(PIXELS.astype(np.float32) / 255, weights)
    look = views.shades(weights, result)
    assert look["signed"] is signed
    assert ("orange" in look["told"]) is signed
    assert ("or less" in look["told"]) is (name == "sharpen")
