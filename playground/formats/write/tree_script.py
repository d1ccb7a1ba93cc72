"""Trees as a NumPy program: the arrays beside it, and the few lines that read them."""

from __future__ import annotations

import io

import numpy as np

from playground.data.table_fit import TableData
from playground.formats.write import table_script
from playground.trees import Ensemble
from playground.trees.arrays import to_arrays

PROGRAM = '''"""{name}: trees that predict with NumPy alone.

outputs(x): {gives} for x [N, {features}], float32 as the training data were.{rows}
"""

{imports}from pathlib import Path

import numpy as np

A = np.load(Path(__file__).with_suffix(".npz"))
COMBINE = "{combine}"
ENDS = np.cumsum(A["nodes"])
STARTS = ENDS - A["nodes"]
VALUE = A["value"].reshape(len(A["feature"]), len(A["value"]) // max(len(A["feature"]), 1))


def leaves(x, tree):
    """The leaf of each sample in one tree, counted over all nodes."""
    start = STARTS[tree]
    node = np.full(len(x), start)
    while True:
        inner = np.flatnonzero(A["feature"][node] >= 0)
        if not len(inner):
            return node
        at = node[inner]
        left = x[inner, A["feature"][at]] <= A["threshold"][at]
        node[inner] = start + np.where(left, A["left"][at], A["right"][at])


def outputs(x):
    x = np.asarray(x, np.float32).reshape(len(x), -1)
    trees = range(len(STARTS))
    if not len(STARTS):
        return np.tile(A["start"], (len(x), 1))
    if COMBINE == "newest":
        return VALUE[leaves(x, len(STARTS) - 1)]
    if COMBINE == "mean":
        return sum(VALUE[leaves(x, tree)] for tree in trees) / len(STARTS)
    if COMBINE == "sum":
        total = np.tile(A["start"], (len(x), 1))
        for tree in trees:
            stage, column = divmod(tree, total.shape[1])
            total[:, column] += A["weights"][stage] * VALUE[leaves(x, tree), 0]
        return total
    if COMBINE == "median":
        said = np.stack([VALUE[leaves(x, tree), 0] for tree in trees], axis=1)
        order = np.argsort(said, axis=1)
        share = np.cumsum(A["weights"][order], axis=1)
        middle = (share >= 0.5 * share[:, -1:]).argmax(axis=1)
        each = np.arange(len(x))
        return said[each, order[each, middle]][:, None]
    count, total = VALUE.shape[1], 0
    for tree, weight in zip(trees, A["weights"]):
        mine = np.arange(count) == VALUE[leaves(x, tree)].argmax(axis=1)[:, None]
        total = total + np.where(mine, weight, -1 / max(count - 1, 1) * weight)
    total = total / np.sum(A["weights"])
    return total if count != 2 else (total[:, 1:] - total[:, :1])
{table}

if __name__ == "__main__":
    print(outputs(np.zeros((1, {features}), np.float32)))
'''
GIVES = {
    "shares": "shares of the classes",
    "log_odds": "log-odds",
    "votes": "votes",
    "values": "values",
}


def files(
    trees: Ensemble, name: str, features: int, table: TableData | None = None
) -> dict[str, bytes]:
    """The program and its arrays, by file name; with a table it also reads rows as they are."""
    arrays = {key.removeprefix("trees."): array for key, array in to_arrays(trees).items()}
    words = {"rows": "", "imports": "", "table": ""}
    if table is not None:
        arrays |= table_script.arrays(table)
        words["rows"] = (
            "\ninputs(rows): x of rows as they are. answers(rows): their classes or values."
        )
        words["imports"] = "from datetime import datetime\n"
        words["table"] = table_script.program(table, trees.answers.kind == "votes")
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    gives = GIVES[trees.answers.kind]
    program = PROGRAM.format(
        name=name, gives=gives, features=features, combine=trees.combine, **words
    )
    return {f"{name}.py": program.encode(), f"{name}.npz": packed.getvalue()}
