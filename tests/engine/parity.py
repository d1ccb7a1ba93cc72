"""The parity table, docs/parity.md: every registered piece, and how far it is from PyTorch.

This module knows the table's form and what it must hold; tests/parity/table.py measures and writes
it with torch at hand, and test_parity.py reads it without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from playground.engine import registry
from tests.engine import cases, recipes
from tests.engine.case import Case
from tests.engine.game_cases import GAMES
from tests.engine.recipes import Recipe

FILE = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
BOUNDS = {"float32": 2e-6, "float64": 1e-13}
EVERY_STEP = dict.fromkeys(("simple_rnn", "lstm", "gru"), ("fresh windows", "a carried state"))
TURNS = {
    name: [case for case in GAMES if case.game["type"] == name] for name in registry.names("game")
}
UNNAMED = ("guide", "every_step")  # kinds of rows that are no kinds of pieces
TABLES = {
    "layer": cases.LAYERS,
    "activation": cases.ACTIVATIONS,
    "loss": cases.LOSSES,
    "optimizer": recipes.OPTIMIZERS,
    "regularizer": recipes.REGULARIZERS,
    "schedule": recipes.SCHEDULES,
    "guide": recipes.GUIDES,
    "every_step": EVERY_STEP,
    "game": TURNS,
    "initializer": cases.INITIALIZERS,
}
BATCHES = (1, 15, 16, 17, 33)  # besides each case's own: 16 samples are one chunk's lanes
PARTS = {
    "outputs": "outputs",
    "loss": "outputs",
    "gradient_of_input": "of_input",
    "gradient": "of_parameters",
    "losses": "steps",
    "parameter": "steps",
}
NOT_DRAWN = ("zeros", "constant")  # initializers that leave nothing to chance
HEAD = """\
# As PyTorch, within 2e-6

How far every registered piece is from PyTorch 2.13: the largest difference over all shapes tried,
divided by the largest number of what is compared. PyTorch calculates in float64, the engine in
float32; the last column is the same engine in float64, where all of it is within 1e-13.

The shapes are the odd ones on purpose: one sample, batches that are no multiple of 16 (a chunk's
lanes), one channel, strides beyond the kernel, borders of half a kernel and more, sequences of one
step. *20 steps* compares the loss of each step of training and the parameters after the last. A
batch that a network happens to answer almost rightly (a loss below 0.01) is left out: its gradients
are differences of nearly equal numbers, of which PyTorch's own float32 has no more digits.

Written by `python -m tests.parity.table`, which needs torch; `pytest tests/parity` measures it
again, and adds networks drawn at random. `python -m tests` compares the same pieces with
PyTorch's stored numbers.
"""
COLUMNS = """\
| piece | networks | outputs, loss | gradient of the input | gradients of the parameters \
| 20 steps | in float64 |
| --- | --- | --- | --- | --- | --- | --- |
"""
TREES = """\
## Trees, as scikit-learn

Grown unit by unit, and called directly with the same words and the same seed: every option, three
seeds, classes and values, ties, constant and repeated columns, numbers from 1e-30 to 1e30, a class
with one row. Compared are classes, probabilities and values, of training rows and of others;
`tests/trees` asks for equality, bit for bit.

| piece | cases | largest difference |
| --- | --- | --- |
"""
TITLES = {
    "layer": "Layers",
    "activation": "Activations",
    "loss": "Losses",
    "optimizer": "Optimizers",
    "regularizer": "Regularisation",
    "schedule": "Schedules",
    "initializer": "Initializers",
    "guide": "What else guides a step",
    "every_step": "Answers at every step",
    "game": "Games of a generator and a discriminator",
}
LAST = {
    "every_step": "A layer of 7 units and a dense one, three answers in ten not asked for; windows "
    "from a fresh\nstart, and each from where the last one ended.",
    "game": "Twenty turns of the same noise, of one to three discriminator steps and one of the "
    "generator:\nevery loss of both, and both networks' parameters after the last turn. "
    "Batch normalisation and\ntransposed convolutions are among them; Wasserstein's weights are "
    "clipped after each step.",
    "layer": "Dropout draws numbers that nobody else draws: compared is what it does in\n"
    "prediction; `tests/engine/test_deep_layers.py` tests the draws.",
    "initializer": "The others are drawn. `tests/engine/test_initializers.py` holds their limits "
    "and deviations\nto the formulas.",
}


@dataclass(frozen=True)
class Row:
    """One piece: how many networks (with a batch each, or a training), and the worst relative
    errors; None where nothing is to compare.
    """

    piece: str
    tried: int
    outputs: float | None = None
    of_input: float | None = None
    of_parameters: float | None = None
    steps: float | None = None
    double: float | None = None

    @property
    def worst(self) -> float:
        """The largest of the float32 errors."""
        return max(error for error in self.cells()[:-1] if error is not None)

    def cells(self) -> tuple[float | None, ...]:
        return self.outputs, self.of_input, self.of_parameters, self.steps, self.double


def rows(kind: str) -> list[str]:
    """The pieces of a kind that have cases, and so a row."""
    if kind in UNNAMED:
        return list(TABLES[kind])
    names = [name for name in registry.names(kind) if name in TABLES[kind]]
    return [name for name in names if kind != "initializer" or name in NOT_DRAWN]


def settled(kind: str) -> list[str]:
    """The pieces that docs/parity.md has a row for: of these every part of the app must know.

    A piece that has just been filed has none yet; tests/pieces tests it all the same.
    """
    return [row.piece for row in read(FILE.read_text())[kind]]


def shapes(kind: str, name: str) -> Iterator[Case]:
    """The networks that a layer, an activation or a loss is tried in, with batches of each size."""
    for case in TABLES[kind][name] if kind in ("layer", "activation", "loss") else ():
        plan = case.network().plan
        least = max(row.layer.smallest_batch(row.input_shape) for row in plan.rows)
        for samples in sorted({case.samples, *BATCHES}):
            tried = replace(case, samples=samples)
            if samples == case.samples or (samples >= least and _wrong(tried)):
                yield tried


def _wrong(case: Case) -> bool:
    """Whether the network's answers leave something to learn."""
    network, (x, y) = case.network(), case.batch()
    return network.loss.evaluate(network.predict(x), y) > 0.01


def trainings(kind: str, name: str) -> list[Recipe]:
    """The trainings of twenty steps that a piece is tried in."""
    if kind in ("layer", "activation", "loss"):
        return [
            recipes.STEPS[case.name] for case in TABLES[kind][name] if case.name in recipes.STEPS
        ]
    return TABLES[kind][name] if kind not in ("initializer", "every_step", "game") else []


def page(measured: dict[str, list[Row]]) -> str:
    """The file, from the rows of each kind."""
    parts = [HEAD]
    for kind, found in measured.items():
        parts.append(f"## {TITLES[kind]}\n\n{COLUMNS}" + "".join(map(_line, found)))
        if kind in LAST:
            parts.append(LAST[kind] + "\n")
    return "\n".join([*parts, _trees()])


def _trees() -> str:
    """The lines of trees; `tests/trees` asks for equality in each case."""
    from tests.trees.identity import all_cases

    lines = [f"| {name} | {len(list(all_cases(name)))} | 0 |\n" for name in registry.names("tree")]
    return TREES + "".join(lines)


def _line(row: Row) -> str:
    cells = ["" if error is None else f"{error:.1e}" for error in row.cells()]
    return f"| {row.piece} | {row.tried} | {' | '.join(cells)} |\n"


def read(text: str) -> dict[str, list[Row]]:
    """The rows of the file, by kind."""
    found: dict[str, list[Row]] = {}
    kinds = {title: kind for kind, title in TITLES.items()}
    for line in text.split(TREES)[0].splitlines():
        if line.startswith("## "):
            found[kinds[line.removeprefix("## ")]] = current = []
        elif line.startswith("| ") and not line.startswith(("| piece", "| ---")):
            piece, tried, *errors = (cell.strip() for cell in line.strip("|").split("|"))
            current.append(Row(piece, int(tried), *(float(e) if e else None for e in errors)))
    return found
