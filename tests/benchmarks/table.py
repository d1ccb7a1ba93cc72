"""A large table from its file to the first tree: `python -m tests.benchmarks.table`.

100,000 rows of 50 numbers, a column of words and one of classes are written as CSV, read, checked
and grown on, a unit each. Prints processor seconds of each part and the most memory of the process.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from playground import Experiment, Run
from playground.data import table_source

ROWS, COLUMNS = 100_000, 50
TREES: tuple[dict[str, Any], ...] = (
    {"type": "decision_tree", "max_depth": 8},
    {"type": "decision_tree"},
    {"type": "random_forest"},
    {"type": "hist_gradient_boosting"},
)


def content() -> bytes:
    """The file."""
    random = np.random.default_rng(0)
    numbers = random.standard_normal((ROWS, COLUMNS))
    kinds = (numbers[:, 0] + numbers[:, 1] * numbers[:, 2] > 0).astype(int)
    heads = [*(f"c{k}" for k in range(COLUMNS)), "word", "kind"]
    lines = [",".join(heads)]
    for row, kind in zip(numbers, kinds, strict=True):
        cells = [f"{value:.5f}" for value in row]
        lines.append(",".join([*cells, "abcd"[int(abs(row[3])) % 4], ("no", "yes")[kind]]))
    return "\n".join(lines).encode()


def timed(name: str, act: Callable[[], Any]) -> Any:
    """What `act` gives; prints its processor seconds and the most memory so far."""
    start = time.process_time()
    result = act()
    seconds = time.process_time() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:42} {seconds:6.2f} s processor, at most {most:6.0f} MB", flush=True)
    return result


def main() -> None:
    """All parts, one after the other."""
    file = content()
    print(f"{len(file) / 1e6:.0f} MB of CSV, {ROWS:,} rows, {COLUMNS + 2} columns")
    source = timed("read", lambda: table_source.read(file))
    file = b""
    data = {**source.description(), "target": "kind"}
    base = Experiment.preset("table_iris")
    experiment = timed("checked", lambda: base.changed(data=data).check())
    for trees in TREES:
        changed = experiment.changed(trees=trees)
        run = timed(f"split, scaled: {trees['type']}", lambda changed=changed: Run(changed))
        timed(f"first unit: {' '.join(map(str, trees.values()))}", run.step)
        timed("measured on all rows", lambda run=run: run.evaluate("test"))


if __name__ == "__main__":
    main()
