"""Formulas of x and y that people type: read by a parser of our own, computed by NumPy.

How they are written: see `playground/data/grammar.py`. Besides, y = f(x) is y − f(x), above 0 above
the curve. What has no value is NaN or infinite.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.data.dual import Dual, variables
from playground.data.grammar import FormulaError, Language, Node, read

__all__ = ["FUNCTIONS", "LONGEST", "Formula", "FormulaError", "parse"]

LONGEST = 200  # characters
CONSTANTS = {"pi": np.pi, "e": np.e}
VARIABLES: dict[str, Callable[[Any, Any], Any]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x1": lambda x, y: x,
    "x2": lambda x, y: y,
    "r": np.hypot,
    "angle": lambda x, y: np.arctan2(y, x),
}
SAME = (
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "log"),
    *("log2", "log10", "sqrt", "cbrt", "abs", "sign", "floor", "ceil", "round"),
)  # called as in NumPy
FUNCTIONS: dict[str, tuple[int, Callable[..., np.ndarray]]] = {
    **{name: (1, getattr(np, name)) for name in SAME},
    "ln": (1, np.log),
    "asin": (1, np.arcsin),
    "acos": (1, np.arccos),
    "atan": (1, np.arctan),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "mod": (2, np.mod),
}
LANGUAGE = Language(
    frozenset(VARIABLES),
    CONSTANTS,
    {name: (count, count, function) for name, (count, function) in FUNCTIONS.items()},
    unknown="There are x, y, r, angle, pi, e, and functions such as sin(x), sqrt(x), abs(x), "
    "exp(x), min(x, y).",
    example="y > 2 sin(x)",
    longest=LONGEST,
)


class Formula:
    """A formula of x and y. `compares`: whether it says where something holds, and gives no value.

    Called with float64 arrays of one shape, it gives one of that shape; no warning is raised.
    """

    def __init__(self, node: Node, compares: bool) -> None:
        self._node, self.compares = node, compares

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            values = {name: variable(x, y) for name, variable in VARIABLES.items()}
            return np.broadcast_to(np.asarray(self._node(values), np.float64), np.shape(x))

    def slopes(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Its exact derivatives by x and by y; 0 where it has none, NaN where it has no value."""
        with np.errstate(all="ignore"):
            seeds = variables(np.asarray(x, np.float64), np.asarray(y, np.float64))
            values: dict[str, Any] = {
                name: variable(*seeds) for name, variable in VARIABLES.items()
            }
            result = self._node(values)
            if not isinstance(result, Dual):  # a constant
                return np.zeros(np.shape(x)), np.zeros(np.shape(x))
            found = np.where(np.isnan(result.value), np.nan, result.slopes)
            by_x, by_y = np.broadcast_to(found, (2, *np.shape(x)))
            return by_x, by_y


def parse(text: str) -> Formula:
    """The formula that a text says; FormulaError where it says none."""
    return Formula(*read(text, LANGUAGE))
