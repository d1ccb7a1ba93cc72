"""`predict`: what a trained network says to an image or an array."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from playground.commands import CommandError, load
from playground.data.strokes import prepare

LARGEST_ARRAY = 200_000_000  # bytes
LARGEST_SIDE = 4096  # pixels


def add_to(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "predict",
        help="ask a trained network",
        description="Ask a network that `train --save` wrote. An image is read as a drawn digit: "
        "dark on light or light on dark, any size. An array holds one input or many, "
        "numbers as the network reads them or bytes.",
    )
    parser.add_argument("file", metavar="FILE", help="the network (safetensors)")
    parser.add_argument("input", metavar="IMAGE.png|ARRAY.npy")
    parser.add_argument("--json", action="store_true", help="print one JSON object an input")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    trained = load(arguments.file)
    x = _inputs(arguments.input, trained.data.shape)
    snapshot = trained.snapshot()
    outputs = snapshot.predict(x)
    names = trained.data.class_names
    if not names:
        for row in outputs:
            values = [float(value) for value in row]
            print(json.dumps({"outputs": values}) if arguments.json else " ".join(map(str, values)))
        return
    for chances in snapshot.probabilities(outputs):
        order = np.argsort(-chances, kind="stable")
        if arguments.json:
            shares = {name: float(chance) for name, chance in zip(names, chances, strict=True)}
            print(json.dumps({"class": names[order[0]], "probabilities": shares}))
        else:
            told = [f"{names[i]} {100 * chances[i]:.2f} %" for i in order[:3]]
            print(f"{told[0]:12}  then {', '.join(told[1:])}")


def _inputs(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The file as [N, *shape]."""
    try:
        with open(name, "rb") as file:
            array = file.read(6) == b"\x93NUMPY"
        return _array(name, shape) if array else _image(name, shape)
    except OSError as problem:
        raise CommandError(f"{name} cannot be read: {problem.strerror or problem}") from None


def _array(name: str, shape: tuple[int, ...]) -> np.ndarray:
    if os.path.getsize(name) > LARGEST_ARRAY:
        raise CommandError(f"{name} is too large: {LARGEST_ARRAY // 10**6} MB are allowed")
    try:  # mapped: a header that claims more than the file holds is refused without taking memory
        array = np.load(name, mmap_mode="r", allow_pickle=False)
    except Exception as problem:  # NumPy lets many kinds out where a header makes no sense
        reason = str(problem).splitlines()[0].rstrip(".")
        raise CommandError(f"{name} is not an array that can be read: {reason}") from None
    if array.dtype.kind not in "fiub":
        raise CommandError(f"{name} holds {array.dtype}, and numbers are needed")
    wanted = tuple(size for size in shape if size > 1)
    for one in (shape, wanted):
        if array.shape == one or array.shape[1:] == one:
            array = np.array(array).reshape(-1, *shape)
            if not np.isfinite(array).all():
                raise CommandError(f"{name} holds something that is not a finite number")
            return array if array.dtype == np.uint8 else array.astype(np.float32)
    needed = ", ".join(map(str, shape))
    raise CommandError(
        f"{name} has shape {list(array.shape)}; this network reads [{needed}] or [N, {needed}]"
    )


def _image(name: str, shape: tuple[int, ...]) -> np.ndarray:
    if shape != (1, 28, 28):
        raise CommandError(
            f"this network reads numbers of shape {list(shape)}, not images: give "
            "it an array (.npy)"
        )
    try:
        with Image.open(name) as image:
            if max(image.size) > LARGEST_SIDE:
                raise CommandError(f"{name} is too large: {LARGEST_SIDE} pixels a side are allowed")
            coloured = image.convert("RGBA")
    except UnidentifiedImageError:
        raise CommandError(f"{name} is neither an image nor an array that can be read") from None
    except (ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise CommandError(f"{name} is a damaged image: {problem}") from None
    paper = Image.new("RGBA", coloured.size, "white")
    return digit(np.asarray(Image.alpha_composite(paper, coloured).convert("L")))[None, None]


def digit(grey: np.ndarray) -> np.ndarray:
    """A grey picture of a digit → MNIST's format, uint8 [28, 28].

    The paper is what most of the border is made of; ink is what differs from it by a quarter of the
    strongest contrast or more. A 28×28 picture on black paper is one of MNIST's already.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    if grey.shape == (28, 28) and paper == 0:
        return grey
    ink = np.abs(grey - paper)
    ink *= 255 / max(ink.max(), 1)
    return prepare(np.where(ink < 64, 0, ink).astype(np.uint8))
