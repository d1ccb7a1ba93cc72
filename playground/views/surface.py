"""Walks down a surface, as `assets/web/surface/surface.js` shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.analysis.descent import LOST, SIDE, STUCK, Walk, floor, walks
from playground.data.surfaces import Surface
from playground.experiment import numerals
from playground.experiment.descent import Descent, title, way, ways
from playground.experiment.parts import Part
from playground.views.compare import COLOURS, DASHES

GOALS = (1.0, 0.1, 0.01, 0.001, 1e-4, 1e-6)  # heights above the least, for the table
ROOTS = (1, 2, 3, 4, 6)  # of heights, one of which spreads a surface over the colours
MIDDLE = 0.4  # of the colours: where half of the map should lie
NOTHING = 1e-3  # of the range of heights, which is written as 0
SIGNS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down", "x")
ENDS = {LOST: "left the map", STUCK: "no ground here"}


def payload(descent: Descent, goal: float, seen: int = 0, waits: bool = False) -> dict[str, Any]:
    """The surface, every walk, and what is said of it.

    goal: a height above the least. seen: the number of the newest start that was heard. waits: show
    nothing of the walks before Play.
    """
    found = walks(descent)
    walkers = [
        walker(part, way(part), walk) for part, walk in zip(descent.optimizers, found, strict=True)
    ]
    return scene(descent.ground, descent.origin, walkers, found, descent.steps, goal) | {
        "seen": seen,
        "waits": waits,
    }


def scene(
    surface: Surface,
    start: tuple[float, float],
    walkers: list[dict[str, Any]],
    found: Sequence[Walk],
    steps: int,
    goal: float,
) -> dict[str, Any]:
    """A surface with walkers that are described already."""
    heights = surface.grid(SIDE)
    least = floor(surface, found)
    for known, walk in zip(walkers, found, strict=True):
        known["above"] = (walk.heights - least).astype(np.float32)
        known["arrival"] = _whole(walk.steps_to(least + goal))
    return {
        "title": surface.title,
        "note": "click: start here",
        "axes": ["x", "y"],
        "quantity": "height",
        "unit": "Step",
        "times": [],
        "chart": ["Height above the least, by step", "steps"],
        "facts": [],
        "moves": True,
        "side": SIDE,
        "heights": heights.astype(np.float32).ravel(),
        "box": [surface.left, surface.right, surface.bottom, surface.top],
        **scale(heights),
        "start": list(start),
        "minima": [list(place) for place in surface.minima],
        "least": least,
        "steps": steps,
        "goal": goal,
        "goal_words": f"≤ {numerals.plain(goal)}",
        "walkers": walkers,
    }


def walker(part: Part, name: str, walk: Walk) -> dict[str, Any]:
    """One walker: its name, its look, its path."""
    look = list(ways()).index(name)
    letter = list(COLOURS)[look % len(COLOURS)]
    return {
        "name": title(name),
        "rate": numerals.plain(part.learning_rate),
        "colour": COLOURS[letter],
        "dash": [int(length) for length in DASHES[letter].split(",")],
        "sign": SIGNS[look % len(SIGNS)],
        "path": walk.path.astype(np.float32).ravel(),
        "end": ENDS.get(walk.end, ""),
    }


def scale(heights: np.ndarray) -> dict[str, Any]:
    """The range of the heights, and the root by which colours and contours follow them."""
    known = heights[np.isfinite(heights)]
    low, high = float(known.min()), float(known.max())
    middle = (float(np.median(known)) - low) / max(high - low, 1e-30)
    root = next((root for root in ROOTS if middle ** (1 / root) >= MIDDLE), ROOTS[-1])
    lowest = 0.0 if abs(low) < NOTHING * (high - low) else low
    return {
        "low": low,
        "high": high,
        "root": root,
        "ends": [_written(lowest), _written(high)],
    }


def _written(height: float) -> str:
    text = numerals.short(height) if abs(height) < 1000 else numerals.count(height)
    return text.replace("-", "−")


def _whole(steps: float) -> int | None:
    return None if math.isinf(steps) else int(steps)


def describe(descent: Descent) -> str:
    """What is to be seen, for those who hear it."""
    found = walks(descent)
    lowest = floor(descent.ground, found)
    ends = []
    for part, walk in zip(descent.optimizers, found, strict=True):
        name, above = title(way(part)), float(walk.heights[-1]) - lowest
        ends.append(f"{name} {ENDS.get(walk.end) or 'ends ' + numerals.short(above) + ' above'}")
    return (
        f"{descent.ground.title}. After {descent.steps} steps: {'; '.join(ends)} the least height."
    )
