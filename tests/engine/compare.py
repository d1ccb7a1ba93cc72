"""How far numbers are apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def distance(found: np.ndarray, truth: np.ndarray, scale: float | None = None) -> float:
    """The largest difference, relative to the truth's largest number or to `scale`."""
    found, truth = np.asarray(found, np.float64), np.asarray(truth, np.float64)
    assert found.shape == truth.shape, f"shape {found.shape}, not {truth.shape}"
    if not truth.size:
        return 0.0
    largest = np.abs(truth).max() if scale is None else scale
    difference = np.abs(found - truth).max()
    return float(difference / largest) if largest else float(difference)


def close(
    found: np.ndarray,
    truth: np.ndarray,
    tolerance: float,
    what: str = "",
    scale: float | None = None,
) -> None:
    """Fail where two arrays are further apart than the tolerance, or not finite."""
    apart = distance(found, truth, scale)
    assert apart <= tolerance, f"{what}: apart by {apart:.2g}, allowed {tolerance:.2g}"


def all_close(
    found: Mapping[str, np.ndarray],
    truth: Mapping[str, np.ndarray],
    tolerance: float,
    what: str = "",
) -> None:
    """The same for arrays by name; the names must agree.

    Names with the same first word ("gradient.0.weight", "gradient.0.bias") are parts of one vector
    and are measured by its largest number: a part whose sum happens to cancel has no digits of its
    own to compare. Counts of batches are no part of it.
    """
    for name, apart in distances(found, truth, what).items():
        assert apart <= tolerance, f"{what} {name}: apart by {apart:.2g}, allowed {tolerance:.2g}"


def distances(
    found: Mapping[str, np.ndarray], truth: Mapping[str, np.ndarray], what: str = ""
) -> dict[str, float]:
    """How far arrays by name are apart, measured as `all_close` does."""
    assert set(found) == set(truth), f"{what}: {sorted(set(found) ^ set(truth))} on one side only"
    scales: dict[str, float] = {}
    for name, array in truth.items():
        if not name.endswith("num_batches_tracked"):
            word = name.split(".")[0]
            scales[word] = max(scales.get(word, 0.0), float(np.abs(array).max(initial=0)))
    return {
        name: distance(found[name], array, scales.get(name.split(".")[0]))
        for name, array in truth.items()
    }
