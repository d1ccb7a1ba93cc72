"""A sheet of paper that lies whole on something darker: a note on a table, a card on a desk."""

from __future__ import annotations

import numpy as np
import scipy
from PIL import Image

COARSE = 120  # pixels of the longer side where the sheet is looked for
BRIGHTER = 1.35  # times as bright as what it lies on
LEAST, MOST = 0.03, 0.75  # of the picture
AROUND = 0.03  # of the picture's border and of what is beside the sheet may be as bright
RECTANGLE = 0.88  # of the smallest rectangle around it
FILLED = 0.65  # of it is paper, the rest ink
NARROW = 0.3  # of its length is its width: less is a stroke of chalk
INSET = 2  # coarse pixels of its edge that are left out
ANGLES = np.deg2rad(np.arange(0, 90, 3))


def cropped(photo: np.ndarray) -> np.ndarray | None:
    """The sheet alone, uint8 [h, w, 3], its paper where a tilt shows what lies under it; else None.

    photo: uint8 [height, width, 3].
    """
    grey = _coarse(photo)
    bright = grey > _threshold(grey)
    labels, count = scipy.ndimage.label(bright)
    if not count:
        return None
    main = int(np.bincount(labels.ravel())[1:].argmax()) + 1
    paper = labels == main
    sheet = scipy.ndimage.binary_fill_holes(paper)
    ring = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    ratio = (grey[paper].mean() + 1) / (grey[~sheet].mean() + 1) if not sheet.all() else 0
    if (
        ratio < BRIGHTER
        or not LEAST < sheet.mean() < MOST
        or ring.mean() > AROUND
        or (bright & ~sheet).mean() > AROUND
        or paper.sum() < FILLED * sheet.sum()
        or not _is_rectangle(sheet)
    ):
        return None
    inner = scipy.ndimage.binary_erosion(sheet, iterations=INSET)
    height, width = photo.shape[:2]
    mask = np.asarray(Image.fromarray(inner).resize((width, height), Image.Resampling.NEAREST))
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    part, inside = photo[box], mask[box]
    shade = np.median(part[inside], axis=0).astype(np.uint8)
    return np.where(inside[..., None], part, shade)


def _coarse(photo: np.ndarray) -> np.ndarray:
    image = Image.fromarray(photo).convert("L")
    factor = COARSE / max(image.size)
    width, height = (max(3, round(factor * n)) for n in image.size)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


def _threshold(grey: np.ndarray) -> int:
    """The shade that parts two kinds best (N. Otsu 1979)."""
    counts = np.bincount(grey.ravel(), minlength=256).astype(float)
    below, sums = counts.cumsum(), (counts * np.arange(256)).cumsum()
    above = below[-1] - below
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return int(np.nan_to_num(spread).argmax())


def _is_rectangle(sheet: np.ndarray) -> bool:
    """Whether it fills a rectangle of some tilt, and no narrow one."""
    places = np.argwhere(sheet)
    turns = np.stack([np.cos(ANGLES), np.sin(ANGLES)])
    sides = np.stack(
        [np.ptp(places @ turns, axis=0), np.ptp(places @ (turns[::-1] * [[1], [-1]]), axis=0)]
    )
    sides = sides + 1.0
    best = int(sides.prod(axis=0).argmin())
    width, length = sorted(sides[:, best])
    return len(places) > RECTANGLE * width * length and width > NARROW * length
