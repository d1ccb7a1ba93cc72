"""`generate`: how a text or a series goes on, as a trained network says."""

from __future__ import annotations

import argparse
import json

import numpy as np

from playground.commands import CommandError, load
from playground.commands.train import real, whole


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "generate",
        help="let a trained network go on",
        description="Let a network that `train --save` wrote go on: a text after the prompt, "
        "character by character, or a series after its end, value by value. The same seed gives "
        "the same text.",
    )
    parser.add_argument("file", metavar="FILE", help="the network (safetensors)")
    parser.add_argument(
        "--length", type=whole(1), default=200, metavar="N", help="characters or values (200)"
    )
    parser.add_argument(
        "--prompt",
        default="",
        metavar="TEXT",
        help="what is read first; of a series numbers, with spaces between (its own end)",
    )
    parser.add_argument(
        "--temperature",
        type=real(0, 100),
        default=1.0,
        metavar="T",
        help="below 1 likely characters are drawn more often, above 1 less often; 0: always the "
        "likeliest (1)",
    )
    parser.add_argument("--seed", type=whole(0), default=0, metavar="N", help="of the draws (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    trained = load(arguments.file)
    try:
        result = trained.generate(
            arguments.length, arguments.prompt, arguments.temperature, arguments.seed
        )
    except ValueError as problem:
        raise CommandError(str(problem)) from None
    if isinstance(result, np.ndarray):
        values = [float(value) for value in result]
        print(json.dumps({"values": values}) if arguments.json else "\n".join(map(repr, values)))
        return
    whole_text = {"prompt": arguments.prompt, "text": result}
    print(json.dumps(whole_text) if arguments.json else arguments.prompt + result)
