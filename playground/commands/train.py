"""`train`: an experiment from the first weights to the last epoch."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.commands import CommandError, experiment, writing
from playground.data import SEEDS

if TYPE_CHECKING:
    from playground.data.table_source import TableSource
    from playground.experiment import Experiment
    from playground.training.run import Run

EPOCHS_OF_POINTS, EPOCHS_OF_IMAGES = 200, 5  # where neither the experiment nor the user says
MOST_UNITS = 1000  # of trees: until all has grown
A_DAY = 86_400  # seconds
LONGER = 10  # times as many where something else ends training


def whole(minimum: int) -> Callable[[str], int]:
    """A whole number from `minimum` on."""

    def number(text: str) -> int:
        if not (text.isdecimal() and minimum <= int(text[:11]) <= SEEDS):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {minimum} on")
        return int(text)

    return number


def real(minimum: float, maximum: float) -> Callable[[str], float]:
    """A number between two bounds."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number from {minimum:g} to {maximum:g}"
            )
        return value

    return number


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "train",
        help="train an experiment",
        description="Train an experiment: a preset or a JSON file. The same seed gives the same "
        "losses, bit for bit.",
    )
    parser.add_argument("experiment", metavar="EXPERIMENT.json|PRESET")
    parser.add_argument(
        "--epochs",
        type=whole(1),
        metavar="N",
        help=(
            "passes over the training data (default: the experiment's own, else "
            f"{EPOCHS_OF_POINTS} for points and {EPOCHS_OF_IMAGES} for images; {LONGER} times as "
            "many where a goal or patience ends training); of trees: levels, trees or stages "
            "(default: all)"
        ),
    )
    parser.add_argument("--seed", type=whole(0), metavar="N", help="instead of the experiment's")
    _add_table(parser)
    _add_ends(parser)
    parser.add_argument(
        "--augment",
        action="store_true",
        help=("move, turn, scale and bend every training image a little, anew in each epoch"),
    )
    parser.add_argument(
        "--parts",
        action="store_true",
        help="of a network with trees: then measure network and trees alone, and another head",
    )
    parser.add_argument("--save", metavar="FILE", help="write the trained network (safetensors)")
    parser.add_argument("--json", action="store_true", help="print one JSON object an epoch")
    parser.set_defaults(run=run)


def _add_table(parser: argparse.ArgumentParser) -> None:
    """A table of one's own in the place of the experiment's data."""
    own = parser.add_argument_group(
        "your own table",
        "What is left out, and columns that give the answer away, are named on standard error.",
    )
    own.add_argument("--table", metavar="FILE", help="learn from this table (CSV, Excel)")
    own.add_argument("--target", metavar="NAME", help="the column to predict (default: a likely)")
    own.add_argument("--columns", metavar="A,B", help="those to learn from (default: all)")
    own.add_argument(
        "--kinds", metavar="A=KIND", help="how columns are read: see `table` in docs/reference.md"
    )
    own.add_argument(
        "--gaps", choices=("leave_out", "fill"), help="rows with gaps (default: leave_out)"
    )


def _add_ends(parser: argparse.ArgumentParser) -> None:
    """What ends training besides the epochs; looked at after each."""
    ends = parser.add_argument_group(
        "when to stop",
        "Whichever holds first at the end of an epoch. Goals look at the "
        "validation set, and at the test set where there is none; patience looks at the "
        "validation set, and at the training set where there is none.",
    )
    ends.add_argument("--target-loss", type=real(0, 1e6), metavar="X", help="a loss this small")
    ends.add_argument(
        "--target-accuracy",
        type=real(0, 1),
        metavar="X",
        help="a share of right answers this large, such as 0.99",
    )
    ends.add_argument(
        "--patience",
        type=whole(1),
        metavar="N",
        help="so many epochs in which the loss has not fallen; the weights of the "
        "best epoch are brought back",
    )
    ends.add_argument(
        "--min-delta",
        type=real(0, 1e6),
        metavar="X",
        help="by how much the loss must fall to count as fallen (default: 0)",
    )


def run(arguments: argparse.Namespace) -> None:
    from playground.training.progress import ProgressBar, line

    training = _run(arguments)
    images = len(training.data.shape) == 3
    kind, hybrid = training.experiment.trees, training.experiment.hybrid
    trees = kind is not None and (hybrid is None or hybrid.make().network_first)  # they end
    epochs = (
        arguments.epochs
        or training.experiment.stop.epochs
        or (MOST_UNITS if trees else 0)
        or (EPOCHS_OF_IMAGES if images else EPOCHS_OF_POINTS)
        * (LONGER if training.experiment.stop.watching else 1)
    )
    bar = ProgressBar()

    def tell(record: dict[str, Any]) -> None:
        bar.wipe()
        print(json.dumps(record) if arguments.json else line(record), flush=True)

    training.train(epochs, tell, bar)
    if training.status == "diverged":
        bar.wipe()
        unsaved = f" {arguments.save} was not written." if arguments.save else ""
        raise CommandError(training.message + unsaved)
    if training.status == "finished" and training.experiment.stop.watching:
        print(training.message, file=sys.stderr if arguments.json else sys.stdout)
    if arguments.parts:
        bar.wipe()
        _print_parts(training)
    if arguments.save:
        with writing(arguments.save):
            training.save(arguments.save)


def _print_parts(training: Run) -> None:
    """What each part of a hybrid is worth: score, loss, seconds and size, a line each."""
    from playground.training.heads import Contest

    contest = Contest(training.snapshot())
    contest.start()
    contest.wait(A_DAY)
    if contest.failure:
        raise CommandError(contest.failure)
    score = "right" if training.data.classes else "error"
    print(f"{'':48} {score:>8} {'loss':>8} {'seconds':>8} {'numbers':>10}")
    for entry in contest.entries:
        numbers = f"{entry.score:8.4f} {entry.loss:8.4f} {entry.seconds:8.1f} {entry.size:10,}"
        print(f"{entry.name:48} {numbers}")


def _run(arguments: argparse.Namespace) -> Run:
    """The Run to train; what would only fail at the end fails now."""
    from playground.data.lacking import DataError
    from playground.training.run import Run

    base = experiment(arguments.experiment)
    own = _own_table(arguments)
    chosen = _changed(_on_table(base, own, arguments) if own else base, arguments)
    if arguments.save and not Path(arguments.save).absolute().parent.is_dir():
        raise CommandError(f"{arguments.save} cannot be written: its folder does not exist")
    if arguments.parts and chosen.hybrid is None:
        raise CommandError("only a network with trees has parts: such as hybrid_mnist")
    if not chosen.data.make().trainable:
        raise CommandError("this experiment has no data to train on")
    try:
        return Run(chosen)
    except DataError as problem:
        raise CommandError(str(problem)) from None


def _own_table(arguments: argparse.Namespace) -> TableSource | None:
    """The table that was brought; the caller holds it until a Run does."""
    from playground.data import table_source
    from playground.data.tables import TableError

    if arguments.table is None:
        for option in ("target", "columns", "kinds", "gaps"):
            if getattr(arguments, option) is not None:
                raise CommandError(f"--{option} says how a table is read: name it with --table")
        return None
    try:
        return table_source.read(Path(arguments.table).read_bytes())
    except OSError as problem:
        raise CommandError(f"{arguments.table} cannot be read: {problem.strerror}") from None
    except TableError as problem:
        raise CommandError(f"{arguments.table}: {problem}") from None


def _on_table(base: Experiment, own: TableSource, arguments: argparse.Namespace) -> Experiment:
    """The experiment on a table of one's own; what there is to know about it goes to stderr."""
    from playground.data.table_layout import likely_target
    from playground.experiment import edits

    asked = {"columns": arguments.columns, "kinds": arguments.kinds, "missing": arguments.gaps}
    data = {**own.description(), "target": arguments.target or likely_target(own.sheet)}
    data |= {name: value for name, value in asked.items() if value is not None}
    try:
        chosen = edits.on_data(base, data)
    except ValueError as problem:
        raise CommandError(f"{arguments.table}: {edits.sentence(problem)}") from None
    layout = chosen.data.make().layout
    words = "classes" if layout.classes else "values"
    lines = [f"predicting “{layout.target.name}” ({words}) from {len(layout.columns)} columns"]
    if gaps := int(layout.gaps.sum()):
        done = "left out" if chosen.data.missing == "leave_out" else "filled"
        lines.append(f"{gaps:,} of {len(own.sheet):,} rows have gaps: {done}")
    for line in [*lines, *own.sheet.notes, *layout.remarks()]:
        print(f"{arguments.table}: {line}", file=sys.stderr)
    return chosen


def _changed(chosen: Experiment, arguments: argparse.Namespace) -> Experiment:
    """The experiment with what the user asked for on top."""
    from playground.experiment import ValidationError, explain

    changes: dict[str, Any] = {} if arguments.seed is None else {"seed": arguments.seed}
    names = ("target_loss", "target_accuracy", "patience", "min_delta")
    ends = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if ends:
        changes["stop"] = {**chosen.stop.described(), **ends}
    if arguments.augment:
        changes["augmentation"] = {"type": "images"}
    try:
        return chosen.changed(**changes).check()
    except ValidationError as problem:
        raise CommandError(explain(problem)) from None
