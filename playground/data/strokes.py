"""A drawing: strokes become a picture, and the picture is prepared the way MNIST's were.

Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": each digit was
scaled to fit 20×20 pixels keeping its aspect (the grey levels come from antialiasing), then placed
in 28×28 pixels with its centre of mass in the middle. In the files that middle is pixel (14, 14):
every image of the test set has its centre of mass within [13.5, 14.5) of both axes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from playground.data.pixels import coverage

Strokes = Sequence[Sequence[Sequence[int]]]  # lines of points (x, y), each from 0 to UNITS

UNITS = 1000
BRUSH = 71  # of UNITS: a digit that fills the canvas gets the stroke width of MNIST's
MOST_STROKES, MOST_POINTS = 200, 20_000
CANVAS = 112  # pixels a side of a drawing
SMOOTH = 4  # it is drawn this much larger first, for smooth edges
SIDE = 28  # of the finished image
BOX = 20  # the longest side of the ink
MIDDLE = 14  # where the centre of mass belongs, counted in pixels from 0


def checked(strokes: object) -> list[list[list[int]]]:
    """Strokes as they may come from outside; ValueError says what is wrong with them."""
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES:
        raise ValueError(f"a drawing is a list of at most {MOST_STROKES} strokes")
    points = [point for stroke in strokes if isinstance(stroke, list) for point in stroke]
    if len(points) > MOST_POINTS or not all(isinstance(s, list) and s for s in strokes):
        raise ValueError(f"a stroke is a list of points, at most {MOST_POINTS} in a drawing")
    for point in points:
        if not (
            isinstance(point, list)
            and len(point) == 2
            and all(isinstance(t, int) and 0 <= t <= UNITS for t in point)
        ):
            raise ValueError(f"a point is two whole numbers from 0 to {UNITS}")
    return strokes


def rasterize(strokes: Strokes, under: np.ndarray | None = None, brush: int = BRUSH) -> np.ndarray:
    """Strokes as ink on paper, over an image of MNIST if there is one: uint8 [112, 112].

    brush: how wide a stroke is, of UNITS.
    """
    side = CANVAS * SMOOTH
    paper = Image.new("L", (side, side))
    pen = ImageDraw.Draw(paper)
    radius = brush * side / UNITS / 2
    for stroke in strokes:
        points = [(x * side / UNITS, y * side / UNITS) for x, y in stroke]
        pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:  # round ends and corners
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    drawing = np.asarray(paper.reduce(SMOOTH))
    if under is not None:
        drawing = np.maximum(drawing, np.kron(under, np.ones((CANVAS // SIDE,) * 2, np.uint8)))
    return drawing


def prepare(drawing: np.ndarray) -> np.ndarray:
    """Crop to the ink, scale to 20×20, centre by mass: [height, width] → uint8 [28, 28].

    `drawing` holds 0 for paper and 255 for full ink. A blank drawing gives a blank image.
    """
    image = np.zeros((SIDE, SIDE), np.uint8)
    box = ink_box(drawing)
    if box is None:
        return image
    digit = _fit(np.asarray(drawing, np.float64)[box])
    top, left = (_offset(digit.sum(axis), digit.shape[1 - axis]) for axis in (1, 0))
    image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return image


def ink_box(drawing: np.ndarray) -> tuple[slice, slice] | None:
    """The rows and columns between the first and the last ink; None if there is no ink."""
    ink = np.asarray(drawing) > 0
    if not ink.any():
        return None
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _fit(digit: np.ndarray) -> np.ndarray:
    """Scale so that the longer side has 20 pixels: uint8, each pixel the mean of what it covers."""
    height, width = digit.shape
    scale = BOX / max(height, width)
    rows = coverage(height, max(1, round(height * scale)))
    columns = coverage(width, max(1, round(width * scale)))
    return np.rint(rows @ digit @ columns.T).clip(0, 255).astype(np.uint8)


def _offset(mass: np.ndarray, length: int) -> int:
    """Where a digit starts along one axis; a lopsided one is kept inside the image."""
    total = mass.sum()
    centre = mass @ np.arange(length) / total if total else (length - 1) / 2
    return min(max(math.ceil(MIDDLE - 0.5 - centre), 0), SIDE - length)
