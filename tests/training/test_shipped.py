"""The networks that ship: how well they read, from the recipes beside them."""

from pathlib import Path

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import strokes
from tests import hands

ASSETS = Path(__file__).parents[2] / "assets"
EACH = 20  # drawings of each digit


@pytest.fixture(scope="module")
def shipped():
    return Run.load(ASSETS / "networks" / "lenet5.safetensors")


def test_the_shipped_lenet_reads_more_than_99_2_percent(shipped):
    assert shipped.evaluate("test")["accuracy"] >= 0.995
    assert shipped.evaluate("validation")["accuracy"] >= 0.992


def test_the_network_to_compare_with_is_the_linear_one_of_the_paper():
    run = Run.load(ASSETS / "networks" / "linear.safetensors")
    recipe = Experiment.from_json((ASSETS / "recipes/1998/linear.json").read_text())
    assert run.experiment == recipe
    assert 0.92 <= run.evaluate("test")["accuracy"] <= 0.94


def test_the_recipe_beside_it_is_its_own(shipped):
    recipe = Experiment.from_json((ASSETS / "networks" / "lenet5.json").read_text())
    assert shipped.experiment == recipe


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scripted_drawings_of_every_digit_are_read(shipped, seed):
    drawn = [
        (digit, hands.drawing(digit, seed, number)) for digit in range(10) for number in range(EACH)
    ]
    images = np.stack(
        [
            strokes.prepare(strokes.rasterize(strokes.checked(one["strokes"]), brush=one["brush"]))
            for _, one in drawn
        ]
    )
    labels = np.array([digit for digit, _ in drawn])
    snapshot = shipped.publish()
    right = snapshot.predict(images[:, None]).argmax(1) == labels
    each = [f"{digit}: {int(right[labels == digit].sum())}" for digit in range(10)]
    print(f"seed {seed}: {100 * right.mean():.1f} % of {len(right)} drawings; {', '.join(each)}")
    assert right.mean() >= 0.95


def test_drawings_differ_in_size_place_and_brush():
    shapes = [hands.drawing(8, 1, number) for number in range(EACH)]
    boxes = np.array(
        [
            [np.ptp(np.concatenate(one["strokes"])[:, 1]), *np.concatenate(one["strokes"]).min(0)]
            for one in shapes
        ]
    )
    assert (np.ptp(boxes, axis=0) > 250).all()
    assert len({one["brush"] for one in shapes}) == 3
