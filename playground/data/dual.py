"""Numbers that carry their slopes along: exact derivatives of all that NumPy's ufuncs make of them.

Forward-mode automatic differentiation (Wengert, 1964): (v, v′) stands for a value and its partial
derivatives, and f(v, w) has the slopes f_v v′ + f_w w′. Where a function has no derivative (|x| at
0, a step) it is 0 or one-sided, as in every framework.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Dual:
    """value: any shape. slopes: [k, *shape], by each of k variables."""

    def __init__(self, value: np.ndarray, slopes: np.ndarray) -> None:
        self.value, self.slopes = value, slopes

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *parts: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc not in PARTIALS:
            return NotImplemented
        values = [part.value if isinstance(part, Dual) else np.asarray(part) for part in parts]
        value = ufunc(*values)
        slopes = np.zeros((1, *np.shape(value)))
        for part, partial in zip(parts, PARTIALS[ufunc](value, *values), strict=True):
            if isinstance(part, Dual):
                slopes = slopes + np.where(part.slopes == 0, 0.0, partial * part.slopes)
        return Dual(value, slopes)

    def round(self, decimals: int = 0, out: None = None) -> Dual:
        """A step: flat. `np.round` is no ufunc, and asks for this method."""
        return Dual(np.round(self.value, decimals), np.zeros_like(self.slopes))


def variables(*values: np.ndarray) -> list[Dual]:
    """The variables themselves: each has the slope 1 by itself, and 0 by the others."""
    slopes = np.eye(len(values)).reshape(len(values), len(values), *(1,) * values[0].ndim)
    return [
        Dual(value, slope * np.ones((1, *value.shape)))
        for value, slope in zip(values, slopes, strict=True)
    ]


def _power(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    by_base = np.where(b == 0, 0.0, b * np.power(a, b - 1))
    return by_base, np.where(y == 0, 0.0, y * np.log(a))


def _hypot(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    return np.where(y == 0, 0.0, a / y), np.where(y == 0, 0.0, b / y)


# Of y = f(a) or f(a, b): the derivatives by each argument.
PARTIALS: dict[np.ufunc, Callable[..., tuple[Any, ...]]] = {
    np.add: lambda y, a, b: (1.0, 1.0),
    np.subtract: lambda y, a, b: (1.0, -1.0),
    np.multiply: lambda y, a, b: (b, a),
    np.divide: lambda y, a, b: (1 / b, -y / b),
    np.power: _power,
    np.maximum: lambda y, a, b: (a >= b, a < b),
    np.minimum: lambda y, a, b: (a <= b, a > b),
    np.mod: lambda y, a, b: (1.0, -np.floor(a / b)),
    np.hypot: _hypot,
    np.arctan2: lambda y, a, b: (b / (a * a + b * b), -a / (a * a + b * b)),
    np.negative: lambda y, a: (-1.0,),
    np.sin: lambda y, a: (np.cos(a),),
    np.cos: lambda y, a: (-np.sin(a),),
    np.tan: lambda y, a: (1 + y * y,),
    np.arcsin: lambda y, a: (1 / np.sqrt(1 - a * a),),
    np.arccos: lambda y, a: (-1 / np.sqrt(1 - a * a),),
    np.arctan: lambda y, a: (1 / (1 + a * a),),
    np.sinh: lambda y, a: (np.cosh(a),),
    np.cosh: lambda y, a: (np.sinh(a),),
    np.tanh: lambda y, a: (1 - y * y,),
    np.exp: lambda y, a: (y,),
    np.log: lambda y, a: (1 / a,),
    np.log2: lambda y, a: (1 / (a * np.log(2)),),
    np.log10: lambda y, a: (1 / (a * np.log(10)),),
    np.sqrt: lambda y, a: (1 / (2 * y),),
    np.cbrt: lambda y, a: (1 / (3 * y * y),),
    np.abs: lambda y, a: (np.sign(a),),
    np.sign: lambda y, a: (0.0,),
    np.floor: lambda y, a: (0.0,),
    np.ceil: lambda y, a: (0.0,),
}
