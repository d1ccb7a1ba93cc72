"""Write PyTorch's numbers for every case and recipe: `python -m tests.engine.make_reference`.

Needs torch 2.13.0 and the app's requirements. The numbers are computed in float64 and stored in
reference/pytorch.safetensors, about 1 MB, which test_reference.py reads without torch. The parity
table counts the same cases: `python -m tests.parity.table` writes it anew.
"""

from __future__ import annotations

import numpy as np
import torch
from safetensors.numpy import save_file

from tests.engine import torch_network
from tests.engine.cases import CASES
from tests.engine.recipes import RECIPES
from tests.engine.test_reference import REFERENCE


def main() -> None:
    """Compute and write all of it."""
    if not torch.__version__.startswith("2.13.0"):
        raise SystemExit(f"the references are PyTorch 2.13.0's, and this is {torch.__version__}")
    arrays = {}
    for case in CASES:
        found = torch_network.one_batch(case, case.network(), *case.batch())
        arrays |= {f"{case.name}/{name}": array for name, array in found.items()}
    for recipe in RECIPES:
        found = torch_network.twenty_steps(recipe, recipe.case.network(), *recipe.case.batch())
        arrays |= {f"{recipe.name}/{name}": array for name, array in found.items()}
    REFERENCE.parent.mkdir(exist_ok=True)
    arrays = {name: np.array(array, order="C") for name, array in arrays.items()}
    save_file(arrays, REFERENCE, metadata={"torch": torch.__version__})
    print(f"{len(arrays)} arrays, {REFERENCE.stat().st_size / 1000:.0f} kB: {REFERENCE.name}")


if __name__ == "__main__":
    main()
