"""Ruled lines, squares and margins: long thin lines of any angle, taken away from a photograph.

Lines are proposed by a Hough transform (P. Hough, "Method and means for recognizing complex
patterns", 1962; angle and distance after R. Duda, P. Hart 1972), followed across the sheet as far
as they bend, and bridged where writing crosses them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy

WIDEST = 9  # pixels of a line, with its blur
ANGLES = 180
BIN = 3  # pixels of distance from the middle
POINTS = 12_000  # of which the transform is made
PROPOSED = 0.3  # pixels of a line for each pixel of its length
MOST = 120  # lines that are followed
BEND = 14  # pixels to each side
STEP = 8  # pixels along a line, in which it moves aside by one at most
EVERY = 2  # pixels along a line that are looked at
COVERED = 0.75  # of a line's length is seen
BORDER = 0.006  # of the longer side
PARALLEL = 0.98  # cosine of the angle between two lines
REACH = 0.6  # of the way through the picture


@dataclass(frozen=True, eq=False)
class Line:
    """A line through the picture: `places` [N, 2] (row, column), `normal` [2], one step a pixel."""

    places: np.ndarray
    normal: np.ndarray


def remove(contrast: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Where lines were, bool [height, width], and the contrast without them.

    contrast: how much darker than the paper, [height, width]; `least` of it is more than noise.
    """
    thin = contrast - scipy.ndimage.grey_opening(contrast, WIDEST)
    cleared = contrast.copy()
    for line in _lines(thin, least):
        _bridge(cleared, line)
    return contrast - cleared > least / 2, cleared


# ---- proposals ----


def _lines(thin: np.ndarray, least: float) -> list[Line]:
    """The strongest first; each takes its pixels away from those that follow."""
    height, width = thin.shape
    rows, columns = np.nonzero(thin > least)
    if len(rows) < min(height, width):
        return []
    every = max(1, len(rows) // POINTS)
    order = np.random.default_rng(0).permutation(len(rows))[::every]
    points = np.stack([rows[order], columns[order]], axis=1).astype(np.float32)
    votes = _Votes(thin.shape, points, every)
    accepted: list[Line] = []
    for _ in range(MOST):
        angle, distance, score = votes.best()
        if score < PROPOSED:
            break
        normal = votes.normal(angle)
        free = _without_neighbours(thin, accepted, normal, votes.origin, distance)
        line = _followed(free, normal, votes.origin, distance, least)
        if line is not None and not _along_border(line, thin.shape):
            accepted.append(line)
        if line is None or not votes.without(line):
            votes.forget(angle, distance)
    return accepted


def _along_border(line: Line, shape: tuple[int, ...]) -> bool:
    """Whether most of a line runs at the picture's border: there a table begins."""
    ends = np.array(shape) - 1
    away = np.minimum(line.places, ends - line.places).min(axis=1)
    return float((away < BORDER * max(shape)).mean()) > 0.5


def _without_neighbours(
    thin: np.ndarray, accepted: list[Line], normal: np.ndarray, origin: np.ndarray, distance: float
) -> np.ndarray:
    """The picture without lines that run beside one: the path of a double line is its own."""
    free = thin
    for line in accepted:
        away = abs(float(((line.places - origin) @ normal).mean()) - distance)
        if abs(float(line.normal @ normal)) > PARALLEL and away < BEND + WIDEST:
            free = free.copy() if free is thin else free
            free[tuple(_band(thin.shape, line, WIDEST // 2)[0].T)] = 0
    return free


class _Votes:
    """Hough's table: for every angle and distance, pixels on that line for each pixel of it."""

    def __init__(self, shape: tuple[int, ...], points: np.ndarray, weight: int) -> None:
        self.origin = (np.array(shape, np.float32) - 1) / 2
        self.points, self.weight = points - self.origin, weight
        turns = np.pi * np.arange(ANGLES) / ANGLES
        self.normals = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
        self.half = int(math.hypot(*shape) / 2 / BIN) + 2
        self.bins = 2 * self.half + 1
        self.table = self._count(self.points)
        self.length = self._lengths(shape)

    def _cells(self, points: np.ndarray) -> np.ndarray:
        """The bin of each point at each angle, [points, angles]."""
        bins = np.rint(points @ self.normals.T / BIN).astype(np.int32) + self.half
        return bins + self.bins * np.arange(ANGLES, dtype=np.int32)

    def _count(self, points: np.ndarray) -> np.ndarray:
        counts = np.bincount(self._cells(points).ravel(), minlength=ANGLES * self.bins)
        return counts.reshape(ANGLES, self.bins)

    def _lengths(self, shape: tuple[int, ...]) -> np.ndarray:
        """Pixels of each line within the picture; lines that only cut a corner are not asked."""
        height, width = shape
        distance = BIN * np.abs(np.arange(self.bins) - self.half)
        rows, columns = np.abs(self.normals).T[..., None]
        reach = rows * height / 2 + columns * width / 2 - distance  # from the farthest corner
        with np.errstate(divide="ignore"):
            corner = reach / np.maximum(rows * columns, 1e-9)
        whole = np.minimum(height / np.maximum(columns, 1e-9), width / np.maximum(rows, 1e-9))
        length = np.minimum(whole, corner)
        return np.where(length > 0.4 * min(shape), length, np.inf)

    def best(self) -> tuple[int, float, float]:
        """Angle, distance from the middle, and pixels of it for each pixel of its length."""
        scores = self.table * self.weight / self.length
        angle, place = np.unravel_index(int(scores.argmax()), scores.shape)
        return int(angle), float((place - self.half) * BIN), float(scores[angle, place])

    def normal(self, angle: int) -> np.ndarray:
        return self.normals[angle]

    def forget(self, angle: int, distance: float) -> None:
        """No more of this line and its neighbours."""
        place = round(distance / BIN) + self.half
        for turn in range(angle - 1, angle + 2):
            self.table[turn % ANGLES, max(0, place - 1) : place + 2] = 0

    def without(self, line: Line) -> bool:
        """Take the pixels of a line out of the table; whether there were any."""
        along = np.array([-line.normal[1], line.normal[0]])
        places = line.places - self.origin
        at = self.points @ along
        path = places @ along
        order = np.argsort(path)
        distance = self.points @ line.normal
        expected = np.interp(at, path[order], (places @ line.normal)[order])
        gone = np.abs(distance - expected) < WIDEST / 2
        self.table -= self._count(self.points[gone])
        self.points = self.points[~gone]
        return bool(gone.any())


def _followed(
    thin: np.ndarray, normal: np.ndarray, origin: np.ndarray, distance: float, least: float
) -> Line | None:
    """The path of most contrast along a line; None where there is no line all the way."""
    along = np.array([-normal[1], normal[0]], np.float32)
    half = int(np.hypot(*thin.shape) / 2)
    base = origin + distance * normal + np.arange(-half, half + 1)[:, None] * along
    inside = (base >= 0).all(1) & (base <= np.array(thin.shape) - 1).all(1)
    base = base[inside][: inside.sum() // STEP * STEP]
    if len(base) < 8 * STEP:
        return None
    shifts = np.arange(-BEND, BEND + 1)
    strip = _sampled(thin, base[::EVERY, None] + shifts[:, None] * normal)
    steps = strip.reshape(-1, STEP // EVERY, len(shifts)).mean(1)
    path = _best_path(np.minimum(steps, 4 * least))
    seen = steps[np.arange(len(path)), path] > 0.6 * least
    where = np.flatnonzero(seen)
    if len(where) < 2:
        return None
    first, last = where[0], where[-1]
    if last - first < REACH * len(path) or seen[first : last + 1].mean() < COVERED:
        return None
    offsets = np.interp(np.arange(len(base)), STEP * np.arange(len(path)) + STEP / 2, shifts[path])
    offsets = scipy.ndimage.gaussian_filter1d(offsets, STEP, mode="nearest")
    return Line(base + offsets[:, None] * normal, normal)


def _best_path(steps: np.ndarray) -> np.ndarray:
    """The column of each row with the largest sum, moving by at most one column a row."""
    total = steps.astype(np.float64)
    for row in range(1, len(steps)):
        before = total[row - 1]
        best = before.copy()
        np.maximum(best[1:], before[:-1], out=best[1:])
        np.maximum(best[:-1], before[1:], out=best[:-1])
        total[row] += best
    path = np.zeros(len(steps), int)
    path[-1] = total[-1].argmax()
    for row in range(len(steps) - 1, 0, -1):
        here = path[row]
        near = [here, max(here - 1, 0), min(here + 1, steps.shape[1] - 1)]
        path[row - 1] = near[int(total[row - 1, near].argmax())]
    return path


# ---- removal ----


def _bridge(contrast: np.ndarray, line: Line) -> None:
    """Replace the line by what lies on both sides of it, in place."""
    shifts = np.arange(-WIDEST, WIDEST + 1)
    strip = _sampled(contrast, line.places[:: 2 * EVERY, None] + shifts[:, None] * line.normal)
    profile = np.median(strip, axis=0)
    ground = float(np.median(profile[[0, 1, 2, -3, -2, -1]]))
    peak = float(profile[WIDEST - 1 : WIDEST + 2].max())
    wide = np.abs(shifts[profile > ground + 0.15 * (peak - ground)])
    half = min(int(wide[wide <= WIDEST / 2 + 1].max(initial=1)) + 1, WIDEST - 2)
    pixels, away = _band(contrast.shape, line, half)
    beside = [
        _sampled(contrast, pixels + (side * (half + 1.5) - away)[:, None] * line.normal, "constant")
        for side in (-1, 1)
    ]
    here = contrast[tuple(pixels.T)]
    bridged = np.minimum(here, np.minimum(*beside))
    pen = here > 1.6 * peak + 0.02  # darker than the line is anywhere
    contrast[tuple(pixels.T)] = np.where(pen, here, bridged)


def _sampled(contrast: np.ndarray, places: np.ndarray, beyond: str = "nearest") -> np.ndarray:
    """Values at places [..., 2], between pixels linearly; `beyond` the picture as SciPy says."""
    coordinates = np.moveaxis(places, -1, 0)
    return scipy.ndimage.map_coordinates(contrast, coordinates, order=1, mode=beyond)


def _band(shape: tuple[int, ...], line: Line, half: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixels [N, 2] at most `half` from a line, and how far from it along the normal [N]."""
    shifts = np.arange(-half, half + 0.1, 0.5)
    dense = np.repeat(line.places, 2, axis=0)
    dense[1:-1:2] = (dense[1:-1:2] + dense[2::2]) / 2
    spots = np.floor(dense[:, None] + shifts[:, None] * line.normal + 0.5).astype(int)
    spots = spots.reshape(-1, 2)
    spots = spots[((spots >= 0) & (spots < shape)).all(1)]
    pixels = np.stack(np.unravel_index(np.unique(spots @ (shape[1], 1)), shape), axis=1)
    along = np.array([-line.normal[1], line.normal[0]])
    at, path = pixels @ along, line.places @ along
    order = np.argsort(path)
    return pixels, pixels @ line.normal - np.interp(
        at, path[order], (line.places @ line.normal)[order]
    )
