"""A picture becomes what a network reads: handwriting as MNIST's was prepared, others fitted in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data import paper, pixels, strokes
from playground.data.dataset import DataSet
from playground.data.paper import Cleaned
from playground.data.pictures import Picture

MNIST = (1, strokes.SIDE, strokes.SIDE)
PHOTOGRAPH = 64  # pixels of the longer side: smaller ones are drawings or scans
INK = 0.25  # of the strongest contrast: fainter is paper, where nothing else is known of it


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a network gets of a picture.

    image: uint8 [channels, height, width]. cleaned: what the paper was and what was removed from
    it, where that was looked for. blank: nothing is on the picture. notes: what was done, in words.
    """

    image: np.ndarray
    cleaned: Cleaned | None
    blank: bool
    notes: tuple[str, ...]


def prepared(picture: Picture, source: DataSet, clean: bool | None = None) -> Prepared:
    """A picture for networks that learn from `source`.

    clean: look for writing on paper, and for nothing else; by default where the set is handwriting.
    """
    shape = source.shape
    if clean is None:
        clean = source.handwriting
    if shape != MNIST or not (clean or source.handwriting):
        return _fitted(picture, source)
    if picture.pixels.shape == MNIST[1:] and _paper(picture.pixels) == 0:  # one of MNIST's already
        return Prepared(picture.pixels[None], None, picture.blank, picture.notes)
    if not clean or max(picture.pixels.shape) < PHOTOGRAPH:
        ink = _ink(picture.grey)
        return Prepared(strokes.prepare(ink)[None], None, not ink.any(), picture.notes)
    cleaned = paper.clean(picture)
    return Prepared(strokes.prepare(cleaned.ink)[None], cleaned, cleaned.blank, picture.notes)


def _fitted(picture: Picture, source: DataSet) -> Prepared:
    """As it is, in the middle, with the shade of its border around it."""
    channels, height, width = source.shape
    grey = picture.grey[..., None]
    colours = picture.pixels if picture.pixels.ndim == 3 else np.repeat(grey, 3, axis=2)
    batch = (colours if channels == 3 else grey)[None]
    image = pixels.squared(batch, max(height, width))
    top, left = (max(height, width) - height) // 2, (max(height, width) - width) // 2
    image = image[0, :, top : top + height, left : left + width]
    if source.turned and pixels.ink_on_paper(image[None])[0]:
        image = 255 - image
    return Prepared(np.ascontiguousarray(image), None, picture.blank, picture.notes)


def _ink(grey: np.ndarray) -> np.ndarray:
    """All that differs from the shade of the border: uint8 [height, width], 255 for full ink."""
    ink = np.abs(grey - _paper(grey))
    ink *= 255 / max(ink.max(), 1)
    return np.where(ink < 255 * INK, 0, ink).astype(np.uint8)


def _paper(grey: np.ndarray) -> float:
    """What most of the border is made of."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
