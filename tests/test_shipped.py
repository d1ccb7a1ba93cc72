"""The network that ships reads at least 99 % of the test images, from the recipe beside it."""

from pathlib import Path

from playground import Experiment, Run

ASSETS = Path(__file__).parent.parent / "assets"


def test_the_shipped_lenet_reads_99_percent():
    run = Run.load(ASSETS / "lenet5.safetensors")
    assert run.evaluate("test")["accuracy"] >= 0.99


def test_the_recipe_beside_it_is_its_own():
    recipe = Experiment.from_json((ASSETS / "lenet5.json").read_text())
    assert Run.load(ASSETS / "lenet5.safetensors").experiment == recipe
