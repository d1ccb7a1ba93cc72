"""docs/parity.md says something of every piece with cases, and nothing worse than is promised.

Without torch: that the engine still is so near is shown by test_reference.py, on stored numbers.
"""

from __future__ import annotations

import pytest

from playground.engine import registry
from tests.engine import cases, parity
from tests.engine.recipes import RECIPES, STEPS

FOUND = parity.read(parity.FILE.read_text())


@pytest.mark.parametrize("kind", parity.TABLES)
def test_the_file_names_the_pieces_that_have_cases(kind):
    assert [row.piece for row in FOUND[kind]] == parity.rows(kind)
    assert all(parity.TABLES[kind].values())
    if kind not in parity.UNNAMED:
        assert set(parity.TABLES[kind]) <= set(registry.names(kind))


@pytest.mark.parametrize("kind", parity.TABLES)
def test_every_row_is_within_the_bounds(kind):
    for row in FOUND[kind]:
        assert row.worst <= parity.BOUNDS["float32"], row.piece
        assert row.double is None or row.double <= parity.BOUNDS["float64"], row.piece


@pytest.mark.parametrize("kind", ["layer", "activation", "loss"])
def test_every_row_is_of_the_networks_that_there_are(kind):
    for row in FOUND[kind]:
        tried = list(parity.shapes(kind, row.piece))
        assert row.tried == len(tried), f"{row.piece}: run python -m tests.parity.table"
        assert any(case.samples % 16 for case in tried)
        whole = (row.outputs, row.of_parameters, row.steps, row.of_input)
        missing = [value is None for value in whole]
        assert missing == [False, False, "dropout" in row.piece, row.piece == "embedding"]


def test_what_is_compared_with_stored_numbers():
    assert {case.name for case in cases.CASES if not case.by_chance} == set(STEPS)
    stored = {recipe.name for recipe in RECIPES}
    for kind in parity.TABLES:
        for piece in parity.rows(kind):
            assert {recipe.name for recipe in parity.trainings(kind, piece)} <= stored


def test_odd_shapes_are_among_them():
    tried = [case for name in parity.TABLES["layer"] for case in parity.shapes("layer", name)]
    windows = [
        (layer, layer.get("kernel_size") or layer.get("pool_size", 2))
        for case in tried
        for layer in case.layers
        if layer["type"] in ("conv2d", "max_pool2d", "avg_pool2d")
    ]
    assert any(layer.get("stride", 1) > size for layer, size in windows)
    assert any(2 * layer.get("padding", 0) >= size > 1 for layer, size in windows)
    assert any(len(case.shape) == 3 and case.shape[0] == 1 for case in tried)
    assert any(len(case.shape) == 2 and case.shape[0] == 1 for case in tried)  # one step
    assert sum(case.samples == 1 for case in tried) > 40


def test_the_file_is_read_as_it_is_written():
    rows = {
        "layer": [parity.Row("dense", 3, 1e-7, None, 2e-7, 3.2e-7, 4e-16)],
        "initializer": [parity.Row("zeros", 2, 0.0)],
    }
    assert parity.read(parity.page(rows)) == rows
    assert rows["layer"][0].worst == 3.2e-7
