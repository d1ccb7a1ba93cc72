"""Measure every piece beside PyTorch and write docs/parity.md: `python -m tests.parity.table`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from playground.engine import Network, registry
from tests.engine import cases, torch_games, torch_network
from tests.engine.compare import distance, distances
from tests.engine.parity import BOUNDS, FILE, PARTS, TABLES, Row, page, rows, shapes, trainings
from tests.engine.test_games import twenty_turns
from tests.engine.test_reference import one_batch, twenty_steps
from tests.parity import every_step

torch.set_num_threads(1)  # small tensors: threads only wait for each other


def measured(kind: str, name: str) -> Row:
    """The worst errors of one piece over all its networks, batches and trainings."""
    if kind == "initializer":
        return started(name)
    if kind == "every_step":
        return every_step.measured(name)
    if kind == "game":
        return played(name)
    batches, recipes = list(shapes(kind, name)), trainings(kind, name)
    worst: dict[str, float] = {}
    for case in batches:
        compare(worst, one_batch, torch_network.one_batch, case, case)
    for recipe in recipes:
        compare(worst, twenty_steps, torch_network.twenty_steps, recipe, recipe.case)
    return Row(name, len(batches) or len(recipes), **worst)


def compare(
    worst: dict[str, float], ours: Callable, theirs: Callable, piece: Any, case: Any
) -> None:
    """Raise the worst errors to those of one network or training."""
    truth = theirs(piece, case.network(), *case.batch())
    for dtype in ("float32", "float64"):
        for key, error in distances(ours(piece, dtype), truth, str(piece)).items():
            part = PARTS[key.split(".")[0]] if dtype == "float32" else "double"
            if truth[key].size and not (key == "gradient_of_input" and case.symbols):
                worst[part] = max(worst.get(part, 0.0), error)


def played(name: str) -> Row:
    """The worst errors of one game's losses and of both networks' parameters."""
    worst = dict.fromkeys(BOUNDS, 0.0)
    for case in TABLES["game"][name]:
        truth = torch_games.twenty_turns(case)
        for dtype in worst:
            apart = distances(twenty_turns(case, dtype), truth, str(case))
            worst[dtype] = max(worst[dtype], *apart.values())
    tried = len(TABLES["game"][name])
    return Row(name, tried, steps=worst["float32"], double=worst["float64"])


def started(name: str) -> Row:
    """The first weights beside those of torch.nn.init."""
    options = {"type": name, **cases.INITIALIZERS[name][0]}
    fill = {
        "zeros": torch.nn.init.zeros_,
        "constant": lambda array: torch.nn.init.constant_(array, options["value"]),
    }[name]
    layers = [registry.make("layer", {"type": "dense", "units": n}) for n in (7, 1)]
    network = Network(
        layers,
        (5,),
        registry.make("loss", {"type": "mse"}),
        initializer=registry.make("initializer", options),
    )
    worst = 0.0
    for key, found in network.state_dict().items():
        truth = torch.empty(found.shape)
        truth = fill(truth) if key.endswith("weight") else truth.fill_(options["bias"])
        worst = max(worst, distance(found, np.asarray(truth)))
    return Row(name, len(layers), outputs=worst)


def main() -> None:
    """Measure all of it."""
    table = {kind: [measured(kind, name) for name in rows(kind)] for kind in TABLES}
    FILE.write_text(page(table))
    worst = max((row.worst, row.piece) for found in table.values() for row in found)
    print(
        f"{FILE.name}: {sum(map(len, table.values()))} pieces, the worst {worst[1]}: {worst[0]:.1e}"
    )


if __name__ == "__main__":
    main()
