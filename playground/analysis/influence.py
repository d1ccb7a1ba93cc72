"""What each column does to the answers: permutation importance and partial dependence.

Both are scikit-learn's, for networks and trees alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.analysis.columns import columns_of, estimator
from playground.training.snapshot import Snapshot

REPEATS = 5
MOST_ROWS = 2000  # that permutation looks at
MOST_CELLS = 40_000  # rows times columns of them
FEWEST_ROWS = 200
DEPENDENCE_ROWS = 300
GRID = 24  # values of a column that are tried
LINES = 24  # rows whose own line is shown


def permutation_importance(snapshot: Snapshot, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """How much the score on test rows falls where one column is shuffled: mean and deviation.

    The score is the accuracy, or minus the mean absolute error (Breiman 2001).
    """
    from sklearn.inspection import permutation_importance as permuted

    columns, test = columns_of(snapshot), snapshot.data.test
    most = min(MOST_ROWS, max(MOST_CELLS // len(columns), FEWEST_ROWS))
    x = columns.of(test.x[:most].reshape(min(len(test), most), -1))
    score = "accuracy" if snapshot.data.classes else "neg_mean_absolute_error"
    result = permuted(
        estimator(snapshot, columns),
        x,
        test.y[:most],
        scoring=score,
        n_repeats=REPEATS,
        random_state=seed,
    )
    return result.importances_mean, result.importances_std


@dataclass(frozen=True, eq=False)
class Dependence:
    """The mean answer if every row had one value of a column.

    values: those of the column in its own units, or words. average: [outputs, values] is the mean
    of the chance of each class (of two, of the second), or of the value. rows: [rows, values], of
    some rows the same for the last output.
    """

    name: str
    values: np.ndarray
    words: tuple[str, ...]
    average: np.ndarray
    rows: np.ndarray


def dependence(snapshot: Snapshot, k: int) -> Dependence:
    """Partial dependence on column k, over training rows (Friedman 2001)."""
    from sklearn.inspection import partial_dependence

    columns = columns_of(snapshot)
    train = snapshot.data.train.x
    step = max(len(train) // DEPENDENCE_ROWS, 1)
    x = columns.of(train[::step][:DEPENDENCE_ROWS].reshape(-1, columns.parts[-1].stop))
    if len(np.unique(x[:, k])) < 2:
        raise ValueError(f"“{columns.names[k]}” is the same in all training rows.")
    words = columns.words[k]
    result = partial_dependence(
        estimator(snapshot, columns),
        x,
        [k],
        categorical_features=[k] if words else None,
        grid_resolution=GRID,
        kind="both",
        method="brute",
        response_method="auto",
    )
    places = result["grid_values"][0]
    average, rows = result["average"], result["individual"][-1][:LINES]
    if snapshot.data.table is not None and not snapshot.data.classes:
        average, rows = (snapshot.data.table.values(part) for part in (average, rows))
    return Dependence(
        columns.names[k],
        places if words else columns.shown(k, places),
        tuple("other" if place < 0 else words[int(place)] for place in places) if words else (),
        average,
        rows,
    )
