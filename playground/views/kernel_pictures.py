"""A kernel's numbers, and a digit before and after it, for a lesson."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from playground.analysis.sliding_window import convolve
from playground.data import mnist
from playground.data.kernels import KERNELS
from playground.experiment.filter import Filter
from playground.views.style import DIVERGING

INK = [[0, "#141619"], [1, "#ffffff"]]  # black paper, white ink, as MNIST is
HIDDEN = {"visible": False, "constrain": "domain"}
FAR = 7919  # test digits from one seed's to the next one's


def digit(seed: int) -> np.ndarray:
    """A test digit, float32 [28, 28] from 0 to 1."""
    test = mnist.load()[1]
    return test.x[FAR * seed % len(test), 0].astype(np.float32) / 255


def before(shown: Filter) -> dict[str, Any]:
    """The digit itself."""
    return _picture(digit(shown.seed))


def after(shown: Filter) -> dict[str, Any]:
    """What the kernel makes of it: below 0 is black, above 1 white, as on paper."""
    weights = weights_of(shown)
    result = convolve(digit(shown.seed), weights, padding=len(weights) // 2)
    return _picture(np.clip(result, 0, 1))


def _picture(pixels: np.ndarray) -> dict[str, Any]:
    heat = {
        "type": "heatmap",
        "z": pixels,
        "zmin": 0,
        "zmax": 1,
        "colorscale": INK,
        "showscale": False,
        "hovertemplate": "row %{y}, column %{x}: %{z:.2f}<extra></extra>",
    }
    return {"data": [heat], "layout": _layout()}


def numbers(shown: Filter) -> dict[str, Any]:
    """The kernel's weights, orange −, blue +."""
    weights = weights_of(shown)
    size = float(np.abs(weights).max())
    heat = {
        "type": "heatmap",
        "z": weights,
        "zmin": -size,
        "zmax": size,
        "colorscale": DIVERGING,
        "showscale": False,
        "text": texts(shown),
        "texttemplate": "%{text}",
        "textfont": {"size": 14},
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "skip",
    }
    return {"data": [heat], "layout": _layout()}


def texts(shown: Filter) -> list[list[str]]:
    """The weights as people write them: 1/9, −1."""
    exact = [[Fraction(float(w)).limit_denominator(1000) for w in row] for row in weights_of(shown)]
    return [[str(weight).replace("-", "−") for weight in row] for row in exact]


def weights_of(shown: Filter) -> np.ndarray:
    """The kernel's weights [size, size]."""
    return KERNELS[shown.kernel].weights


def _layout() -> dict[str, Any]:
    return {
        "margin": {"l": 2, "r": 2, "t": 2, "b": 2},
        "xaxis": HIDDEN,
        "yaxis": {**HIDDEN, "autorange": "reversed", "scaleanchor": "x"},
    }
