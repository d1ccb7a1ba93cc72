"""`generate`: how a text or a series goes on, or what an autoencoder invents."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from playground.commands import CommandError, load, writing
from playground.commands.train import real, whole

if TYPE_CHECKING:
    from playground.training.run import Run

GAP = 2  # pixels between two images of a sheet


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "generate",
        help="let a trained network go on",
        description="Let a network that `train --save` wrote go on: a text after the prompt, "
        "character by character, or a series after its end, value by value. An autoencoder, or a "
        "generator, invents samples, and saves them. The same seed gives the same.",
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
    parser.add_argument(
        "--count",
        type=whole(1),
        default=64,
        metavar="N",
        help="samples of an autoencoder or a generator (64)",
    )
    parser.add_argument(
        "--save",
        metavar="FILE",
        help="where these go: a sheet of images (.png), a table of points (.csv), or a .npy",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    trained = load(arguments.file)
    if trained.freeze().loss.reconstructs or trained.experiment.adversarial is not None:
        _invent(trained, arguments)
        return
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


def _invent(trained: Run, arguments: argparse.Namespace) -> None:
    """Samples that nobody drew, out of random codes, into a file."""
    if not arguments.save:
        raise CommandError("samples need a file: --save grid.png, points.csv, or a .npy")
    try:
        samples = trained.generate(n=arguments.count, seed=arguments.seed)
    except ValueError as problem:
        raise CommandError(str(problem)) from None
    save(np.asarray(samples), arguments.save, trained.data.feature_names)
    print(f"{arguments.count} samples: {arguments.save}")


def save(x: np.ndarray, name: str, names: tuple[str, ...] = ()) -> None:
    """Samples [N, *shape] as an array, images from 0 to 1 as a sheet, rows under names as CSV."""
    path = Path(name)
    kind = path.suffix.lower()
    if kind not in (".png", ".npy", ".csv"):
        raise CommandError(f"{name} must end in .png, .csv or .npy")
    if kind == ".png" and (x.ndim != 4 or x.shape[1] not in (1, 3)):
        raise CommandError("these samples are no images: save them as .csv or .npy")
    if kind == ".csv" and x.ndim != 2:
        raise CommandError("images make no table: save them as .png or .npy")
    with writing(name):
        if kind == ".npy":
            np.save(path, x, allow_pickle=False)
        elif kind == ".csv":
            lines = [",".join(names)] if names else []
            lines += [",".join(map(str, row)) for row in x.tolist()]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        else:
            from PIL import Image

            Image.fromarray(sheet(x)).save(path)


def sheet(x: np.ndarray) -> np.ndarray:
    """Images [N, channels, height, width] from 0 to 1 side by side, about as many rows as columns.

    Returns bytes [height, width], or [height, width, 3] of coloured ones.
    """
    count, channels, height, width = x.shape
    across = int(np.ceil(np.sqrt(count)))
    down = -(-count // across)
    tall, wide = height + GAP, width + GAP
    page = np.zeros((down * tall - GAP, across * wide - GAP, channels), np.uint8)
    for place, image in enumerate(np.clip(np.rint(255 * x), 0, 255).astype(np.uint8)):
        top, left = place // across * tall, place % across * wide
        page[top : top + height, left : left + width] = image.transpose(1, 2, 0)
    return page[:, :, 0] if channels == 1 else page
