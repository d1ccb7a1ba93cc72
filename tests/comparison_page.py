"""Write docs/networks-and-trees.md: `python -m tests.comparison_page`, some minutes.

A network, one tree, a forest, boosting and a hybrid learn the same training rows and are asked the
same test rows. `--without-digits` leaves the digits as the page has them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground import Experiment
from playground.experiment import numerals, sharing
from playground.training import build, evaluation

FILE = Path(__file__).resolve().parent.parent / "docs" / "networks-and-trees.md"
DIGITS = "Digits (MNIST)"
HEAD = """\
# Networks and trees on the same data

Each learns the same training rows with the seed of its preset; counted is how frequently it is
right on the test rows that none of them saw. Seconds are a processor's, for learning alone; numbers
are weights and biases, or features, thresholds and values of leaves. Written by
`python -m tests.comparison_page`; the shares of all but the digits are measured anew by the tests.
On the page Trees the same stands under *Beside a network* and *Its parts*, and
`playground train hybrid_mnist --parts` prints it.
"""
FOREST = {"type": "random_forest"}
BOOSTING = {"type": "gradient_boosting"}
SETS = {
    "Spiral": "hybrid_spiral",
    "Penguins": "table_penguins",
    "Wine": "table_iris",
    DIGITS: "hybrid_mnist",
}
CHANGES: dict[str, dict[str, Any]] = {"Wine": {"data": {"type": "table", "table": "wine"}}}
FASTER = {"type": "hist_gradient_boosting", "n_estimators": 30, "learning_rate": 0.2}


@dataclass(frozen=True)
class Way:
    """One way to answer, and what came of it."""

    name: str
    right: float
    seconds: float  # of a processor
    numbers: int

    def row(self) -> str:
        share, seconds = numerals.percent(self.right), numerals.duration(self.seconds)
        return f"| {self.name} | {share} | {seconds} | {self.numbers:,} |"


def experiments(title: str) -> dict[str, Experiment]:
    """What is compared, by name."""
    base = Experiment.preset(SETS[title]).changed(**CHANGES.get(title, {}))
    if base.hybrid is None:
        base = Experiment.model_validate(sharing.shared(base, "deep_features"))
    both = base.changed(trees=FOREST).check()
    boosting = FASTER if title == DIGITS else BOOSTING

    def alone(trees: dict[str, Any]) -> Experiment:
        return Experiment.model_validate({**sharing.shared(base, ""), "trees": trees}).check()

    # Boosting on all pixels takes longer than the rest of the page; there it reads features alone.
    plain = {} if title == DIGITS else {"Boosting": alone(boosting)}
    return {
        "A network": base.changed(trees=None, hybrid=None).check(),
        "A decision tree": alone({"type": "decision_tree"}),
        "A random forest": alone(FOREST),
        **plain,
        "The network's last hidden layer, read by a random forest": both,
        "The network's last hidden layer, read by boosting": base.changed(trees=boosting).check(),
    }


def measured(title: str) -> Iterator[Way]:
    """Every way to answer, learned and asked."""
    ways = experiments(title)
    first = next(iter(ways.values()))
    data = first.data.make().load(first.seed)
    epochs = max(one.hybrid.epochs for one in ways.values() if one.hybrid)
    for name, one in ways.items():
        network, training = build.learner(one, data)
        assert training is not None
        training.compile()
        units = 1000 if one.trees else 0
        units += epochs if one.trees is None or one.hybrid else 0
        start = time.process_time()
        training.train(units * training.steps_per_epoch)
        seconds = time.process_time() - start
        answers: Any = network.snapshot()
        right = evaluation.evaluate(answers, data.test, data)["accuracy"]
        size = answers.flat.size if one.trees is None else answers.size
        yield Way(name, right, seconds, size)


def part(title: str) -> str:
    """One table."""
    lines = ["| | Right | Time | Numbers |", "|---|---|---|---|"]
    for way in measured(title):
        print(title, way, flush=True)
        lines.append(way.row())
    return "\n".join([f"## {title}\n", *lines, ""])


def page(digits: str = "") -> str:
    """The whole file; `digits`: that part as it is, where it is not measured."""
    return "\n".join(
        [HEAD, *(digits if digits and title == DIGITS else part(title) for title in SETS)]
    )


def main() -> None:
    """Write it."""
    known = ""
    if "--without-digits" in sys.argv[1:]:
        known = FILE.read_text().partition(f"## {DIGITS}")[2]
        known = f"## {DIGITS}{known}"
    FILE.write_text(page(known))
    print(f"{FILE.name} written")


if __name__ == "__main__":
    main()
