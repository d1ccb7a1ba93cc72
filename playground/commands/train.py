"""`train`: an experiment from the first weights to the last epoch."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from playground.commands import CommandError, experiment
from playground.data import SEEDS

EPOCHS_OF_POINTS, EPOCHS_OF_IMAGES = 200, 5  # where neither the experiment nor the user says


def whole(minimum: int) -> Any:
    """A whole number from `minimum` on."""

    def number(text: str) -> int:
        if not (text.isdecimal() and minimum <= int(text[:11]) <= SEEDS):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {minimum} on")
        return int(text)

    return number


def add_to(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "train", help="train an experiment",
        description="Train an experiment: a preset or a JSON file. The same seed gives the same "
                    "losses, bit for bit.")
    parser.add_argument("experiment", metavar="EXPERIMENT.json|PRESET")
    parser.add_argument("--epochs", type=whole(1), metavar="N", help=(
        "passes over the training data (default: the experiment's own, else "
        f"{EPOCHS_OF_POINTS} for points and {EPOCHS_OF_IMAGES} for images)"))
    parser.add_argument("--seed", type=whole(0), metavar="N", help="instead of the experiment's")
    parser.add_argument("--save", metavar="FILE", help="write the trained network (safetensors)")
    parser.add_argument("--json", action="store_true", help="print one JSON object an epoch")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    from playground.progress import ProgressBar, line

    one = _run(arguments)
    images = len(one.data.shape) == 3
    epochs = (arguments.epochs or one.experiment.stop.epochs
              or (EPOCHS_OF_IMAGES if images else EPOCHS_OF_POINTS))
    bar = ProgressBar()

    def tell(record: dict[str, Any]) -> None:
        bar.wipe()
        print(json.dumps(record) if arguments.json else line(record), flush=True)

    one.train(epochs, tell, bar)
    if one.status == "diverged":
        bar.wipe()
        raise CommandError(one.message)
    if arguments.save:
        try:
            one.save(arguments.save)
        except OSError as problem:
            raise CommandError(f"{arguments.save} cannot be written: {problem.strerror}") from None


def _run(arguments: argparse.Namespace) -> Any:
    """The Run to train; what would only fail at the end fails now."""
    from playground.data.mnist import DataError
    from playground.run import Run

    chosen = experiment(arguments.experiment)
    if arguments.seed is not None:
        chosen = chosen.changed(seed=arguments.seed)
    if arguments.save and not Path(arguments.save).absolute().parent.is_dir():
        raise CommandError(f"{arguments.save} cannot be written: its folder does not exist")
    if not chosen.data.make().trainable:
        raise CommandError("this experiment has no data to train on")
    try:
        return Run(chosen)
    except DataError as problem:
        raise CommandError(str(problem)) from None
