"""Activations, however a file spells them: recognised by what they make of a row of numbers.

PyTorch writes GELU as five operators and SiLU as two. So elementwise operators are applied to the
numbers of GRID, and the result is compared with the curve of every activation that there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, reduce
from typing import Any

import numpy as np

NEAR = np.linspace(-7, 7, 113)
FAR = np.array([7.25, 8, 10, 15, 20, 30, 50, 100, 1e3, 1e4, 1e6, 1e9])  # where bounds may wait
GRID = np.concatenate([NEAR, FAR, -FAR])
ZERO, UNIT = (int(np.flatnonzero(number == GRID)[0]) for number in (0.0, 1.0))
FARTHEST = 50.0  # a bound: float32 leaves steps of a ten-millionth of it
MOST_READINGS, LONGEST = 5, 64  # ways to read a curve, and steps in a row
Step = str | tuple[float, float]  # an activation; or a line's slope and offset
Readings = dict[tuple[Step, ...], np.ndarray]  # the curve since these steps
_erf = np.vectorize(math.erf, otypes=[float])


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def selu(x: np.ndarray, alpha: float = 1.6732632, gamma: float = 1.0507010) -> np.ndarray:
    return gamma * elu(x, alpha)


def gelu(x: np.ndarray, approximate: str = "none") -> np.ndarray:
    if approximate != "none":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)))


def clip(
    x: np.ndarray, low: Any = -np.inf, high: Any = np.inf, min: float = -np.inf, max: float = np.inf
) -> np.ndarray:
    return np.clip(x, np.maximum(low, min), np.minimum(high, max))


# What our activations make of x. Softmax is not elementwise and not here.
ACTIVATIONS: dict[str, Callable[..., np.ndarray]] = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "elu": elu,
    "selu": selu,
    "gelu": gelu,
    "silu": lambda x: x * sigmoid(x),
    "softplus": lambda x: np.logaddexp(x, 0),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sine": np.sin,
    "gaussian": lambda x: np.exp(-x * x),
}
# ONNX's elementwise operators: of the inputs, and of the attributes by name.
OPERATORS: dict[str, Callable[..., np.ndarray]] = {
    "Relu": ACTIVATIONS["relu"],
    "LeakyRelu": lambda x, alpha=0.01: np.where(x > 0, x, alpha * x),
    "Elu": elu,
    "Celu": lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha)),
    "Selu": selu,
    "Gelu": gelu,
    "Swish": lambda x, alpha=1.0: x * sigmoid(alpha * x),
    "Softplus": ACTIVATIONS["softplus"],
    "Sigmoid": sigmoid,
    "HardSigmoid": lambda x, alpha=0.2, beta=0.5: np.clip(alpha * x + beta, 0, 1),
    "HardSwish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "Mish": lambda x: x * np.tanh(np.logaddexp(x, 0)),
    "ThresholdedRelu": lambda x, alpha=1.0: np.where(x > alpha, x, 0),
    "Tanh": np.tanh,
    "Softsign": ACTIVATIONS["softsign"],
    "Sin": np.sin,
    "Cos": np.cos,
    "Exp": np.exp,
    "Log": np.log,
    "Sqrt": np.sqrt,
    "Abs": np.abs,
    "Neg": np.negative,
    "Reciprocal": lambda x: 1 / x,
    "Erf": _erf,
    "Clip": clip,
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Pow": np.power,
    "Sum": lambda *parts: reduce(np.add, parts),
    "Mean": lambda *parts: reduce(np.add, parts) / len(parts),
    "Max": lambda *parts: reduce(np.maximum, parts),
    "Min": lambda *parts: reduce(np.minimum, parts),
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "PRelu": lambda x, slope: np.where(x > 0, x, slope * x),
    "Where": lambda condition, x, y: np.where(np.asarray(condition) != 0, x, np.asarray(y)),
}


def apply(operator: str, inputs: list[Any], attributes: dict[str, Any]) -> np.ndarray:
    """What an elementwise operator makes of curves and numbers."""
    with np.errstate(all="ignore"):
        return np.asarray(OPERATORS[operator](*inputs, **attributes), np.float64)


@cache
def _known() -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names and curves of the activations, and how far off another may be."""
    with np.errstate(all="ignore"):
        rows = [function(GRID) for function in ACTIVATIONS.values()]
    known = np.stack(rows)
    return list(ACTIVATIONS), known, 1e-6 + 1e-5 * np.abs(known)


def name(curve: np.ndarray) -> str | None:
    """The activation that has this curve over GRID; None if none has."""
    if curve.shape != GRID.shape:
        return None
    names, known, apart = _known()
    near = np.abs(known - curve) <= apart
    near[:, NEAR.size :] |= ~np.isfinite(curve[NEAR.size :])  # more than floats can hold
    same = near.all(axis=1)
    return names[same.argmax()] if same.any() else None


def line(curve: np.ndarray) -> tuple[float, float] | None:
    """Slope and offset of a line that rises or falls; None if the curve is no such line."""
    if curve.shape != GRID.shape or not np.isfinite(curve).all():
        return None
    offset = float(curve[ZERO])
    slope = float(curve[UNIT]) - offset
    rest = np.abs(slope * GRID + offset - curve)
    close = (rest <= 1e-9 * (abs(offset) + np.abs(slope * GRID))).all()
    return (slope, offset) if slope and close else None


def ramp(curve: np.ndarray) -> tuple[Step, ...] | None:
    """A line that is cut off below, above or at both ends, as steps: a line, an activation, a line.

    min(max(x, 0), 6) is 3 + 3 · hard_tanh(x / 3 − 1), and min(x, 6) is 6 − relu(6 − x).
    """
    if curve.shape != GRID.shape or not np.isfinite(curve).all():
        return None
    low, high = float(curve.min()), float(curve.max())
    width = high - low
    bounded = [bound for bound in (low, high) if (curve == bound).sum() > 1]
    inside = np.flatnonzero(~np.isin(curve, bounded))
    if not bounded or len(inside) < 2 or max(map(abs, bounded)) > FARTHEST:
        return None
    first, last = inside[GRID[inside].argmin()], inside[GRID[inside].argmax()]
    slope = (curve[last] - curve[first]) / (GRID[last] - GRID[first])
    offset = curve[first] - slope * GRID[first]
    steps: tuple[Step, ...]
    if len(bounded) == 2:
        before = 2 * slope / width, (2 * offset - low - high) / width
        steps = before, "hard_tanh", (width / 2, (low + high) / 2)
    else:
        sign = 1 if bounded == [low] else -1
        steps = (sign * slope, sign * (offset - bounded[0])), "relu", (sign, bounded[0])
    made = GRID
    for step in steps:
        made = ACTIVATIONS[step](made) if isinstance(step, str) else step[0] * made + step[1]
    return steps if (np.abs(made - curve) <= 1e-7 + 1e-9 * np.abs(curve)).all() else None


@cache
def _pairs() -> list[tuple[str, str]]:
    return [("identity", name) for name in ACTIVATIONS if name != "identity"] + [
        ("relu", name) for name in ACTIVATIONS if name not in ("identity", "relu")
    ]


def mixture(curve: np.ndarray) -> list[tuple[float, str, float]] | None:
    """A curve as the sum of two activations, each times a slope: slope, name, offset of both.

    A leaky ReLU of any slope a is a · x + (1 − a) · relu(x); other ELUs add ReLUs in this way.
    """
    if curve.shape != GRID.shape or not np.isfinite(curve).all():
        return None
    for names in _pairs():
        shapes = [ACTIVATIONS[name](GRID) for name in names]
        near = np.stack([*(shape[: NEAR.size] for shape in shapes), np.ones(NEAR.size)], axis=1)
        slopes = np.linalg.lstsq(near, curve[: NEAR.size], rcond=None)[0]
        made = slopes[0] * shapes[0] + slopes[1] * shapes[1] + slopes[2]
        if (np.abs(made - curve) <= 1e-7 + 1e-6 * np.abs(curve)).all():
            return [(slopes[0], names[0], slopes[2]), (slopes[1], names[1], 0.0)]
    return None


def readings(curves: Readings | None) -> Readings:
    """A value's curves, each also read as a step that is over, if it is one."""
    curves = {(): GRID} if curves is None else curves
    done = {
        (*before, step): GRID
        for before, curve in curves.items()
        if len(before) < LONGEST and (step := _step(before, curve)) is not None
    }
    return dict(list({**curves, **done}.items())[-MOST_READINGS:])


def _step(before: tuple[Step, ...], curve: np.ndarray) -> Step | None:
    """What leads from GRID to this curve, unless it is nothing; a line never after another."""
    activation = name(curve)
    if activation is not None:
        return None if activation == "identity" else activation
    return None if before and isinstance(before[-1], tuple) else line(curve)


def chain(curves: Readings) -> tuple[Step, ...] | None:
    """The fewest steps that the curves can be read as, one after the other."""
    chains = []
    for before, curve in curves.items():
        if name(curve) == "identity":
            chains.append(before)
        elif (last := _step(before, curve)) is not None:
            chains.append((*before, last))
        elif (steps := ramp(curve)) is not None:
            chains.append((*before, *steps))
    return min(chains, key=len, default=None)
