"""The engine against PyTorch 2.13.0's stored numbers: outputs, gradients, twenty steps of training.

float32 agrees to 2e-6 of the largest number; the same kernels in float64 to 1e-13, which leaves no
room for a formula that is only nearly right.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.engine.case import Case
from tests.engine.cases import CASES
from tests.engine.compare import all_close
from tests.engine.recipes import RECIPES, Recipe

REFERENCE = Path(__file__).parent / "reference" / "pytorch.safetensors"
TOLERANCES = {"float32": 2e-6, "float64": 1e-13}


@pytest.fixture(scope="module")
def stored() -> dict[str, np.ndarray]:
    return load_file(REFERENCE)


def numbers(stored: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """What is stored for one case."""
    found = {key: array for key, array in stored.items() if key.startswith(f"{name}/")}
    assert found, f"no numbers for {name!r}: run python -m tests.engine.make_reference"
    return {key.removeprefix(f"{name}/"): array for key, array in found.items()}


def one_batch(case: Case, dtype: str) -> dict[str, np.ndarray]:
    """The engine's answers under the names of the stored ones."""
    network, (x, y) = case.network(dtype), case.batch()
    loss, gradients, gradient_of_input = network.backward(x, y, training=not case.by_chance)
    return {
        "outputs": network.predict(x),
        "loss": np.array([loss]),
        "gradient_of_input": gradient_of_input,
        **{f"gradient.{name}": array for name, array in gradients.items()},
    }


def twenty_steps(recipe: Recipe, dtype: str) -> dict[str, np.ndarray]:
    """The same for training."""
    network = recipe.case.network(dtype)
    progress = recipe.training(network, *recipe.case.batch()).train(recipe.steps)
    state = {f"parameter.{name}": array for name, array in network.state_dict().items()}
    return {"losses": progress.losses, **state}


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gradients_as_pytorch(case, dtype, stored):
    truth = numbers(stored, case.name)
    all_close(one_batch(case, dtype), truth, TOLERANCES[dtype], case.name)


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_training_as_pytorch(recipe, dtype, stored):
    truth = numbers(stored, recipe.name)
    assert len(truth["losses"]) == recipe.steps
    all_close(twenty_steps(recipe, dtype), truth, TOLERANCES[dtype], recipe.name)


def test_nothing_stale_is_stored(stored):
    assert {key.split("/")[0] for key in stored} == {piece.name for piece in (*CASES, *RECIPES)}


def test_names_are_distinct():
    names = [piece.name for piece in (*CASES, *RECIPES)]
    assert len(names) == len(set(names)) and not any("/" in name for name in names)
