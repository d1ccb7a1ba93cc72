"""An embedding of columns: which column is where, and what does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, ShapeError, plan
from playground.engine.layers.columns import ColumnEmbedding
from playground.engine.losses import MSE

COLUMNS = (3, 1, 1, 2)


def test_each_word_owns_its_numbers_and_numbers_pass():
    network = Network([ColumnEmbedding(output_dim=2, columns=COLUMNS)], (7,), MSE())
    first, last = (network.state_dict()[f"0.tables.{k}.weight"] for k in (0, 1))
    assert first.shape == (3, 2) and last.shape == (2, 2)
    x = np.array([[0, 1, 0, -0.5, 7, 0, 1], [0, 0, 0, 0.25, 2, 1, 0]], np.float32)
    truth = [[*first[1], -0.5, 7, *last[1]], [0, 0, 0.25, 2, *last[0]]]
    np.testing.assert_allclose(network.predict(x), truth, rtol=1e-6)


def test_a_word_moves_only_where_it_is_there():
    network = Network([ColumnEmbedding(columns=(3,))], (3,), MSE())
    x = np.array([[1, 0, 0], [1, 0, 0]], np.float32)
    _, gradients, _ = network.backward(x, np.ones((2, 2), np.float32))
    slope = gradients["0.tables.0.weight"]
    assert np.abs(slope[0]).min() > 0 and not slope[1:].any()


@pytest.mark.parametrize(
    ("layer", "shape", "columns", "word"),
    [
        (ColumnEmbedding(columns=COLUMNS), (8,), None, "7 inputs, and there are 8"),
        (ColumnEmbedding(columns=(1, 1)), (2,), None, "numbers need no embedding"),
        (ColumnEmbedding(), (1, 4, 4), None, "columns of a table"),
        (ColumnEmbedding(), (7,), (), "none come to it"),
        (ColumnEmbedding(columns=(2, 3, 1, 1)), (7,), COLUMNS, "not those of the table"),
    ],
)
def test_what_does_not_fit_is_said(layer, shape, columns, word):
    with pytest.raises(ShapeError, match=word):
        plan([layer], shape, columns)


def test_the_data_say_which_columns_there_are():
    (row,) = plan([ColumnEmbedding(output_dim=5)], (7,), COLUMNS).rows
    assert row.output_shape == (5 + 1 + 1 + 5,) and row.parameters == 5 * (3 + 2)
    assert Network([row.layer], (7,), MSE()).plan.output_shape == row.output_shape
