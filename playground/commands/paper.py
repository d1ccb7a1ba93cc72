"""`paper`: train the networks of LeCun et al. (1998), and compare errors."""

from __future__ import annotations

import argparse
from typing import Any

from playground.commands import CommandError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "paper",
        help="train the networks of LeCun et al. (1998) beside their errors",
        description="Train the recipes in assets/recipes/1998 on all of MNIST and print their "
        "errors on its test images beside those of the paper.",
    )
    parser.add_argument("name", nargs="*", help="only these, such as lenet-5")
    parser.add_argument("--seed", type=int, metavar="N", help="instead of the recipes'")
    parser.add_argument(
        "--save", action="store_true", help="keep the results, and write docs/mnist-1998.md"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    from playground.bench import paper
    from playground.experiment import ValidationError, explain
    from playground.training.progress import ProgressBar

    names = arguments.name or [row.name for row in paper.ROWS]
    try:
        recipes = {name: paper.recipe(name, arguments.seed) for name in names}
    except KeyError as problem:
        raise CommandError(str(problem.args[0])) from None
    except ValidationError as problem:
        raise CommandError(explain(problem)) from None
    bar, results = ProgressBar(), {}
    for row in paper.ROWS:
        if row.name not in recipes:
            continue
        epochs = recipes[row.name].stop.epochs or 1

        def tell(record: dict[str, Any], row: Any = row, epochs: int = epochs) -> None:
            bar.draw(row.title, record["epoch"] / epochs)

        result = results[row.name] = paper.train(recipes[row.name], tell)
        bar.wipe()
        print(
            f"{row.title:40} {row.error:5g} % in 1998, {result.error:5.2f} % here "
            f"({result.epochs} epochs, {result.seconds:.0f} s, {result.processor:.0f} s of CPU)",
            flush=True,
        )
    if arguments.save:
        paper.keep(results)
