"""What a network looks at: maps of an image, favourite inputs, images as points."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.feature_visualisation import Favourites
from playground.experiment import numerals
from playground.views import flow, judgement
from playground.views.plane import CLASSES

SIZE = 220  # pixels of a map on the page
MORE_COLOURS = ("#7c66dc", "#d1495b", "#1f9aa8", "#7a9a01")
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STILL = 5e-4  # a probability that changes by less does not change


def map_of(values: np.ndarray, word: str = "pixel") -> dict[str, Any]:
    """One map [height, width] as a picture: orange −, blue +."""
    height, width = values.shape
    tile = {
        "kind": "maps",
        "name": "",
        "note": "",
        "word": word,
        "count": 1,
        "size": SIZE,
        "width": width,
        "height": height,
        "values": values.ravel(),
        "scale": flow.span(values),
    }
    return flow.plain(tile, height=SIZE)


def strength(slope: np.ndarray) -> np.ndarray:
    """The size of a slope [channels, height, width]: of its largest channel."""
    return np.abs(slope).max(0)


def says(slope: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Gradient × input, of all channels: what each pixel adds to the score, to first order."""
    return (slope * x).sum(0)


def covered(drop: np.ndarray, name: str, chance: float) -> str:
    """What covering costs, in a sentence."""
    if np.abs(drop).max() < STILL:
        return f"Wherever it is covered, it stays as sure: {numerals.percent(chance)} for {name}."
    row, column = np.unravel_index(np.abs(drop).argmax(), drop.shape)
    most = float(drop[row, column])
    words = "loses" if most > 0 else "gains"
    return (
        f"{name} {words} most, {numerals.fixed(100 * abs(most), 1)} of "
        f"{numerals.percent(chance)}, around row "
        f"{row + 1}, column {column + 1}."
    )


def tiles(favourites: Favourites, units: range, names: list[str] | None) -> dict[str, Any]:
    """Favourite inputs as pictures, each as bright as it can be. names: of classes, if they are."""
    peak = favourites.inputs.reshape(len(favourites.inputs), -1).max(1).clip(1e-6)
    pixels = (255 * favourites.inputs / peak[:, None, None, None]).astype(np.uint8)
    captions = [names[unit] if names else f"{unit + 1}" for unit in units]
    titles = [
        f"Its sum: {numerals.fixed(before, 2)} for the noise at first, "
        f"{numerals.fixed(after, 2)} for this input"
        for before, after in zip(favourites.before, favourites.after, strict=True)
    ]
    return judgement.tiles(pixels, captions, [0] * len(captions), across=0, size=88, titles=titles)


def embedding(
    points: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray,
    answers: np.ndarray,
    names: list[str],
    what: str,
) -> dict[str, Any]:
    """Images as points for `assets/web/embedding/embedding.js`. points: [N, 2], any numbers."""
    low, high = points.min(0), points.max(0)
    scaled = (points - low) / np.maximum(high - low, 1e-12)
    colours = [colour for colour, *_ in CLASSES] + list(MORE_COLOURS)
    short = all(len(name) <= 2 for name in names)
    wrong = int((labels != answers).sum())
    return {
        "points": scaled.astype(np.float32).ravel(),
        "labels": labels.astype(np.uint8),
        "answers": answers.astype(np.uint8),
        "names": names,
        "signs": names if short else [SIGNS[i % 26] for i in range(len(names))],
        "colours": [colours[i % len(colours)] for i in range(len(names))],
        "images": flow.pixels(images),
        "label": f"{len(labels):,} test images by {what}, {wrong} of them read wrongly. "
        "Arrow keys go from one to the next.",
    }
