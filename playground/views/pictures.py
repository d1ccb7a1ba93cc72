"""A small picture of a data set: its points, drawn as SVG."""

from __future__ import annotations

from functools import cache

import numpy as np

from playground.data import Split
from playground.engine import registry
from playground.views.style import NEGATIVE, POSITIVE, ZERO

SIDE, EDGE, POINTS = 48, 6.0, 110


@cache
def svg(name: str) -> str | None:
    """The picture of the registered set `name` with its default options; None without points."""
    if name not in registry.names("data"):
        return None
    options = {option.name: option for option in registry.options(registry.get("data", name))}
    if "features" not in options:
        return None
    samples = 400 if registry.get("data", name).task == "regression" else POINTS
    data = registry.make("data", {"type": name, "samples": samples}).load(seed=3)
    ground = f'<rect width="{SIDE}" height="{SIDE}" rx="4" fill="{ZERO}"/>'
    marks = [ground] if data.task == "regression" else []
    marks += [mark for part in (data.train, data.test) for mark in _marks(part, data.task)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
            f'{"".join(marks)}</svg>')


def _marks(part: Split, task: str) -> list[str]:
    places = (part.points / EDGE * [1, -1] + 1) * (SIDE / 2)
    if task == "regression":
        return [f'<rect x="{x - 1.4:.1f}" y="{y - 1.4:.1f}" width="2.8" height="2.8" '
                f'fill="{_shade(value)}"/>'
                for (x, y), value in zip(places, part.y, strict=True)]
    return [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.7" fill="{POSITIVE}"/>' if label else
            f'<path d="M{x:.1f} {y - 2.2:.1f}l2.2 2.2-2.2 2.2-2.2-2.2z" fill="{NEGATIVE}"/>'
            for (x, y), label in zip(places, part.y, strict=True)]


def _shade(value: float) -> str:
    end = POSITIVE if value > 0 else NEGATIVE
    target = np.array([int(end[i:i + 2], 16) for i in (1, 3, 5)])
    zero = np.array([int(ZERO[i:i + 2], 16) for i in (1, 3, 5)])
    mixed = zero + (target - zero) * min(1.0, abs(float(value)))
    return "#" + "".join(f"{round(part):02x}" for part in mixed)
