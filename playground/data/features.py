"""What the network is told about a point of the plane."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

FEATURES: dict[str, tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    "x1": ("x₁", lambda x, y: x),
    "x2": ("x₂", lambda x, y: y),
    "x1_squared": ("x₁²", lambda x, y: x * x),
    "x2_squared": ("x₂²", lambda x, y: y * y),
    "x1_x2": ("x₁x₂", lambda x, y: x * y),
    "sin_x1": ("sin x₁", lambda x, y: np.sin(x)),
    "sin_x2": ("sin x₂", lambda x, y: np.sin(y)),
    "r": ("r", lambda x, y: np.hypot(x, y)),
    "angle": ("angle", lambda x, y: np.arctan2(y, x)),  # radians, −π … π; 0 along x₁
}


def features(points: np.ndarray, names: Iterable[str]) -> np.ndarray:
    """The named features of points [N, 2], as float32 [N, len(names)]."""
    x, y = np.asarray(points, dtype=np.float64).T
    return np.stack([FEATURES[name][1](x, y) for name in names], axis=1).astype(np.float32)
