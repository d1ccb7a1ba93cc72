"""Walks down a surface: one program of the engine moves every walker by its optimizer's kernel.

Each walker is a parameter of two numbers, float32 as a network's weights are. Its gradient is the
formula's exact derivative at the place where it stands (`playground/data/dual.py`); what becomes of
it is the engine's own update, the very kernels that train networks.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.surfaces import Surface
from playground.engine.builder import Builder
from playground.engine.kernels.batches import STEP
from playground.engine.operands import GRADIENTS, Tensor
from playground.engine.optimizers import Optimizer
from playground.engine.program import Program
from playground.engine.training import settings_of
from playground.experiment.descent import RATES, Descent

APART = 16  # numbers from one walker's to the next one's
FARTHEST = 1e6  # from the middle; beyond, a walker has left the map for good
LOST = "lost"  # it went beyond all bounds
STUCK = "stuck"  # it came to a place where the surface has no height or no slope


@dataclass(frozen=True, eq=False)
class Walk:
    """Where one walker was after 0, 1, … steps: path [n + 1, 2], and how high, heights [n + 1].

    end: "" while it is under way to the last step; else why it came no further.
    """

    path: np.ndarray
    heights: np.ndarray
    end: str = ""

    def steps_to(self, height: float) -> float:
        """The first step at which it is so low, infinite where it never is."""
        hits = np.flatnonzero(self.heights <= height)
        return float(hits[0]) if len(hits) else math.inf


@functools.lru_cache(64)
def walks(descent: Descent) -> tuple[Walk, ...]:
    """Of every optimizer of a descent."""
    pieces = [part.make() for part in descent.optimizers]
    return tuple(walk(descent.ground, descent.origin, pieces, descent.steps))


def walk(
    surface: Surface, start: tuple[float, float], optimizers: Sequence[Optimizer], steps: int
) -> list[Walk]:
    """All optimizers at once, from one start."""
    count, formula = len(optimizers), surface.formula
    program, places = _program(optimizers)
    here = places.reshape(-1, APART)[:count, :2]
    gradients = program.gradients[0].reshape(-1, APART)[:count, :2]
    here[:] = start
    paths = np.zeros((steps + 1, count, 2))
    paths[0] = start
    for step in range(1, steps + 1):
        slopes = formula.slopes(*paths[step - 1].T)
        gradients[:] = np.clip(np.stack(slopes, axis=1), -3e38, 3e38)
        program.clock[STEP] = step
        program.run(1)
        paths[step] = here
    with np.errstate(all="ignore"):
        heights = formula(paths[..., 0], paths[..., 1])
    return [_ended(paths[:, k], heights[:, k]) for k in range(count)]


def _program(optimizers: Sequence[Optimizer]) -> tuple[Program, np.ndarray]:
    """The updates of all walkers, and where these stand: two numbers in every `APART`."""
    build = Builder(1, 1, np.dtype("float32"), training=True, places={})
    for number, optimizer in enumerate(optimizers):
        place = APART * number
        p, g = (Tensor(buffer, place, (2,), 1) for buffer in ("parameters", GRADIENTS))
        optimizer.emit(build, p, g, str(number), settings_of(build, optimizer))
    places = np.zeros(APART * len(optimizers), np.float32)
    return Program(build, {"parameters": places}, len(places)), places


def _ended(path: np.ndarray, heights: np.ndarray) -> Walk:
    """The walk up to where it can be followed."""
    far = ~(np.abs(path) < FARTHEST).all(axis=1)
    none = ~np.isfinite(heights) | far
    if not none.any():
        return Walk(path, heights)
    last = int(np.argmax(none))
    lost = far[last] or np.isinf(heights[last])
    return Walk(path[:last], heights[:last], LOST if lost else STUCK)


def floor(surface: Surface, found: Sequence[Walk]) -> float:
    """The least height: the one that is known, or the lowest of the map and of all walks."""
    if math.isfinite(surface.lowest):
        return surface.lowest
    heights = surface.grid(SIDE)
    lowest = [float(heights[np.isfinite(heights)].min())]
    return min(lowest + [float(walk.heights.min()) for walk in found])


# ---- the best rate of each ----

SIDE = 101  # places along each side of a map
NEAR = 1e-3  # of the way down, which counts as down


def best_rates(descent: Descent) -> tuple[float, ...]:
    """For every optimizer the rate of `RATES` that brings it down soonest from this start.

    Down: all but a thousandth of the way from the start to the least height. Where none gets
    there, the rate that ends lowest. All rates of all optimizers walk at once.
    """
    pieces = [
        part.model_copy(update={"learning_rate": rate}).make()
        for part in descent.optimizers
        for rate in RATES
    ]
    if not pieces:
        return ()
    found = walk(descent.ground, descent.origin, pieces, descent.steps)
    least = floor(descent.ground, found)
    goal = least + NEAR * (float(found[0].heights[0]) - least)
    scores = [_score(one, goal, descent.steps) for one in found]
    turns = [scores[k : k + len(RATES)] for k in range(0, len(scores), len(RATES))]
    return tuple(RATES[turn.index(min(turn))] for turn in turns)


def _score(found: Walk, goal: float, steps: int) -> tuple[bool, float, float]:
    """Less is better: whoever stays on the map, then whoever is down sooner, then lower."""
    end = float(found.heights[-1]) if len(found.heights) == steps + 1 else math.inf
    return bool(found.end), found.steps_to(goal), end
