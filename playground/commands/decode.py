"""`decode`: what codes stand for, by an autoencoder."""

from __future__ import annotations

import argparse
import json

import numpy as np

from playground.commands import CommandError, load
from playground.commands.encode import NO_CODES
from playground.commands.generate import save
from playground.commands.predict import read_array


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "decode",
        help="what codes stand for, by an autoencoder",
        description="Read codes with the second half of an autoencoder that `train --save` wrote: "
        "arrays that `encode --save` made, or a code as its numbers with commas between. "
        "(Write a code that starts with a minus after two dashes: decode FILE -- -1,0.5)",
    )
    parser.add_argument("file", metavar="FILE", help="the network (safetensors)")
    parser.add_argument("codes", metavar="CODES.npy|NUMBERS", nargs="+")
    parser.add_argument(
        "--save", metavar="FILE", help="where they go: a sheet of images (.png), or a .npy"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a code")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    network = load(arguments.file).freeze()
    if not network.loss.reconstructs:
        raise CommandError(NO_CODES)
    shape = network.code_shape
    z = np.concatenate([_codes(words, shape) for words in arguments.codes])
    results = network.decode(z)
    if arguments.save:
        save(results, arguments.save)
        print(f"{len(results):,} decoded: {arguments.save}")
        return
    if results[0].ndim > 1:
        raise CommandError("decoded images need a file: --save grid.png, or a .npy")
    for row in results.tolist():
        print(json.dumps({"values": row}) if arguments.json else ",".join(map(str, row)))


def _codes(words: str, shape: tuple[int, ...]) -> np.ndarray:
    """Codes [N, *shape], out of an array's file or out of numbers in words."""
    if words.lower().endswith(".npy"):
        return read_array(words, shape).astype(np.float32)
    try:
        numbers = np.array([float(word) for word in words.split(",")], np.float32)
    except ValueError:
        raise CommandError(
            f"“{words[:40]}” is no code: write its numbers with commas between, or name a .npy"
        ) from None
    size = int(np.prod(shape))
    if len(numbers) != size or not np.isfinite(numbers).all():
        raise CommandError(f"a code of this network is {size} finite numbers: {words[:40]} is not")
    return numbers.reshape(1, *shape)
