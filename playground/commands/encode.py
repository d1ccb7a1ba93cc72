"""`encode`: the codes that an autoencoder makes of inputs."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import numpy as np

from playground.commands import CommandError, load, writing
from playground.commands.predict import read_inputs

if TYPE_CHECKING:
    from playground.training.run import Run

NO_CODES = "this network makes no codes: encode and decode want an autoencoder or a VAE"


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "encode",
        help="codes of inputs, by an autoencoder",
        description="Read pictures or arrays with an autoencoder that `train --save` wrote, and "
        "give the code of each, a line of numbers with commas between; `decode` reads them. Where "
        "codes are drawn by chance (a VAE), their means.",
    )
    parser.add_argument("file", metavar="FILE", help="the network (safetensors)")
    parser.add_argument("inputs", metavar="PICTURE|ARRAY.npy", nargs="*")
    parser.add_argument(
        "--split", choices=("train", "test"), help="instead of files: all of the network's own data"
    )
    parser.add_argument("--save", metavar="FILE.npy", help="write the codes to an array instead")
    parser.add_argument("--json", action="store_true", help="print one JSON object a code")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    trained = load(arguments.file)
    if not trained.freeze().loss.reconstructs:
        raise CommandError(NO_CODES)
    if bool(arguments.inputs) == bool(arguments.split):
        raise CommandError("give either files to encode, or --split train or test")
    codes = trained.freeze().encode(_inputs(trained, arguments))
    if arguments.save:
        if not arguments.save.lower().endswith(".npy"):
            raise CommandError(f"{arguments.save} must end in .npy")
        with writing(arguments.save):
            np.save(arguments.save, codes, allow_pickle=False)
        print(f"{len(codes):,} codes of {codes[0].size}: {arguments.save}")
        return
    for code in codes.reshape(len(codes), -1).tolist():
        print(json.dumps({"code": code}) if arguments.json else ",".join(map(str, code)))


def _inputs(trained: Run, arguments: argparse.Namespace) -> np.ndarray:
    if arguments.split:
        part = trained.data.split(arguments.split)
        if not len(part):
            raise CommandError("the network's own data are not here: give files to encode")
        return part.x
    source = trained.experiment.data.make()
    parts = [(name, read_inputs(name, source, None)) for name in arguments.inputs]
    blank = [name for name, part in parts if part is None]
    if blank:
        raise CommandError(f"{blank[0]} is blank: nothing is written on it")
    return np.concatenate([part for _, part in parts if part is not None])
