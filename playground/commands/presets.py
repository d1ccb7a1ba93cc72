"""`presets`: the named experiments."""

from __future__ import annotations

import argparse


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "presets",
        help="list the named experiments",
        description="List the named experiments, or print one as JSON to start your own from.",
    )
    parser.add_argument("name", nargs="?", help="print this experiment as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    from playground import commands
    from playground.experiment.presets import PRESETS

    if arguments.name is not None:
        print(commands.experiment(arguments.name).to_json(indent=2))
        return
    width = max(map(len, PRESETS))
    for name, preset in PRESETS.items():
        print(f"{name:{width}}  {preset.about}")
