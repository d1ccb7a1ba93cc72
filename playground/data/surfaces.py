"""Surfaces to walk down: heights over the plane, each a formula of x and y.

A formula of one's own is read by the same parser as the points by a formula
(`playground/data/formula.py`), and must have a height nearly everywhere on its map.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from playground.data.formula import Formula, parse
from playground.data.grammar import FormulaError

OWN = "own"
EXAMPLE = "x^2 / 4 + y^2 + sin(3 x)"
LEAST = 0.9  # of a map: where the formula has a height
SIDE = 41  # places along each side, at which a formula is looked at before it is taken
FLATTER = 0.8  # every map is five wide and four high, to one scale
TALLEST = 1e12  # heights beyond cannot be told apart in the engine's numbers


@dataclass(frozen=True)
class Surface:
    """A formula, the map [left, right] × [bottom, top] that shows it, and where walks begin.

    lowest: the least height there is, NaN where nobody knows. minima: places of that height. rate:
    one at which most optimizers get down; none where each needs one of its own.
    """

    title: str
    expression: str
    left: float
    right: float
    bottom: float
    top: float
    start: tuple[float, float]
    lowest: float
    minima: tuple[tuple[float, float], ...]
    rate: float | None
    about: str

    @property
    def formula(self) -> Formula:
        """What computes the heights."""
        return parse(self.expression)

    def grid(self, side: int) -> np.ndarray:
        """Heights [side, side] at even places of the map, from the lower left, row by row."""
        x = np.linspace(self.left, self.right, side)
        y = np.linspace(self.bottom, self.top, side)
        return self.formula(*np.meshgrid(x, y))


SURFACES = {
    "bowl": Surface(
        "Bowl",
        "(x^2 + y^2) / 2",
        *(-5, 5, -4, 4),
        (-4, 2.5),
        0.0,
        ((0, 0),),
        0.1,
        "Alike in all directions: every step points straight at the middle.",
    ),
    "ravine": Surface(
        "Ravine",
        "(x^2 + 50 y^2) / 2",
        *(-5, 2, -2.8, 2.8),
        (-4, 1),
        0.0,
        ((0, 0),),
        0.02,
        "Fifty times as steep across as along. A rate that is safe across is slow along.",
    ),
    "turned": Surface(
        "Ravine, turned",
        "((x + y)^2 + 50 (x - y)^2) / 4",
        *(-5, 2, -4, 1.6),
        (-3.6, -2.1),
        0.0,
        ((0, 0),),
        0.02,
        "The same ravine at 45°: now no coordinate alone tells steep from flat, and who rates each "
        "coordinate by its own gradients gains nothing.",
    ),
    "saddle": Surface(
        "Saddle",
        "x^4 / 4 - x^2 / 2 + y^2 / 2",
        *(-2, 2, -1.6, 1.6),
        (1e-4, 1.0),
        -0.25,
        ((-1, 0), (1, 0)),
        0.03,
        "A valley that ends on a ridge between two hollows: flat in the middle, and no minimum.",
    ),
    "two": Surface(
        "Two hollows",
        "(x^2 - 1)^2 + y^2 + x / 4",
        *(-2, 2, -1.6, 1.6),
        (1.6, 1.0),
        -0.25379123722046887,
        ((-1.029896, 0),),
        0.02,
        "The hollow on the left is deeper. Who begins on the right needs swing to find out.",
    ),
    "rosenbrock": Surface(
        "Rosenbrock’s valley",
        "(1 - x)^2 + 100 (y - x^2)^2",
        *(-2, 2, -1, 2.2),
        (-1.2, 1.9),
        0.0,
        ((1, 1),),
        None,
        "A bent valley (Rosenbrock, 1960): easy to find, and nearly flat along its floor.",
    ),
    "beale": Surface(
        "Beale’s function",
        "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
        *(-4.5, 4.5, -3.6, 3.6),
        (1.0, 1.5),
        0.0,
        ((3, 0.5),),
        None,
        "Steep walls at the corners, a plain in the middle (Beale, 1958).",
    ),
}


@functools.lru_cache(64)
def own(expression: str, reach: float) -> Surface:
    """A surface by a formula, over [−reach, reach]²; FormulaError where it is none."""
    text = expression.strip() or EXAMPLE
    formula = parse(text)
    if formula.compares:
        raise FormulaError("A height needs no comparison: write what it is, such as x^2 + y^2.")
    edges = -reach, reach, -FLATTER * reach, FLATTER * reach
    start = round(-0.7 * reach, 6), round(0.5 * reach, 6)
    surface = Surface(
        "Your formula", text, *edges, start, float("nan"), (), None, "By a formula of yours."
    )
    heights = surface.grid(SIDE)
    known = np.isfinite(heights) & (np.abs(heights) < TALLEST)
    if known.mean() < LEAST:
        lacking = f"{1 - known.mean():.0%}".replace("%", " %")
        raise FormulaError(
            f"The formula has no height on {lacking} of the map, or one beyond all bounds: "
            "walkers need ground under their feet."
        )
    if np.ptp(heights[known]) == 0:
        raise FormulaError("This surface is flat: nothing goes downhill on it.")
    return surface
