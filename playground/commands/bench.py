"""`bench`: how fast the engine is, beside its peers and the machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from playground.commands import CommandError, writing

PEERS = "torch,sklearn,jax"


def peers(text: str) -> list[str]:
    """The peers named, in their order."""
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in PEERS.split(",")]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {PEERS}")
    return names


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "bench",
        help="measure the engine's speed",
        description="Time the engine and its peers in turn, on the same work and the same numbers. "
        "NumPy's sgemm always takes part. Close other programs first.",
    )
    parser.add_argument(
        "--against",
        type=peers,
        default=peers(PEERS),
        metavar="PEERS",
        help=f"whom to compare with, of {PEERS} (default: all that are installed)",
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    parser.add_argument("--json", metavar="FILE", help="write all numbers to a file as well")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    from playground.bench.report import report

    if arguments.json:
        _write(arguments.json, "")  # what would only fail at the end fails now
    result = report(arguments.against, arguments.quick, lambda line: print(line, flush=True))
    if arguments.json:
        _write(arguments.json, result.to_json() + "\n")
    if result.incomparable:
        raise CommandError("some numbers differ from a peer's, see above")


def _write(name: str, text: str) -> None:
    with writing(name):
        Path(name).write_text(text, encoding="utf-8")
