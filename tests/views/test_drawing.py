"""What the Draw page says of two networks, and of the drawings one keeps."""

import numpy as np
import pytest

from playground.views import drawing

NAMES = list("0123456789")


def sure(of, share):
    chances = np.full(10, (1 - share) / 9)
    chances[of] = share
    return chances


@pytest.mark.parametrize(
    "left,right,said",
    [
        (
            sure(7, 0.9),
            sure(1, 0.6),
            "They disagree: **7** (90.0 %) on the left, **1** (60.0 %) on the right.",
        ),
        (sure(7, 0.9), sure(7, 0.6), "Both read **7**; the one on the left is surer."),
        (sure(7, 0.5), sure(7, 0.6), "Both read **7**; the one on the right is surer."),
        (sure(7, 0.999), sure(7, 0.997), "Both read **7**, and are as sure."),
    ],
)
def test_two_networks_agree_or_not(left, right, said):
    assert drawing.agreement([NAMES, NAMES], [left, right]) == said


def test_classes_of_another_set_never_agree_by_number():
    clothes = ["T-shirt", *NAMES[1:]]
    told = drawing.agreement([NAMES, clothes], [sure(0, 0.9), sure(0, 0.9)])
    assert told.startswith("They disagree: **0** (90.0 %) on the left, **T-shirt**")


def test_the_newest_drawing_comes_first_and_wrong_ones_say_as_what():
    images = np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8)
    kept = [(10, images[0], 4), (11, images[1], 5), (15, images[2], 6)]
    told = drawing.tray(kept, np.array([4, 3, 6]), NAMES)
    assert told["ids"] == [15, 11, 10] and told["labels"] == ["6", "5", "4"]
    assert told["reads"] == ["", "3", ""]
    assert told["values"].reshape(3, 784)[:, 0].tolist() == [2, 1, 0]
    assert drawing.tray(kept, None, NAMES)["reads"] == ["", "", ""]
