"""How far two clouds of points are from being one."""

from __future__ import annotations

import numpy as np


def divergence(first: np.ndarray, second: np.ndarray, cells: int = 24, edge: float = 6.0) -> float:
    """The Jensen–Shannon divergence of two samples of the plane, in bits: 0 alike, 1 apart.

    JS(P, Q) = ½ KL(P ‖ M) + ½ KL(Q ‖ M) with M = ½ (P + Q) (Lin, 1991), of the shares of points
    [N, 2] and [M, 2] in cells × cells squares of [−edge, edge]²; a point outside counts to the
    nearest. Samples of one distribution are a little above 0, by chance. NaN without points.
    """
    if not len(first) or not len(second):
        return float("nan")
    shares = [_shares(points, cells, edge) for points in (first, second)]
    mean = (shares[0] + shares[1]) / 2
    return sum(_entropy_gap(part, mean) for part in shares) / 2


def _shares(points: np.ndarray, cells: int, edge: float) -> np.ndarray:
    places = np.clip(points, -edge, edge)
    counts = np.histogram2d(places[:, 0], places[:, 1], cells, [[-edge, edge]] * 2)[0]
    return counts / counts.sum()


def _entropy_gap(part: np.ndarray, mean: np.ndarray) -> float:
    """KL(part ‖ mean) in bits."""
    there = part > 0
    return float((part[there] * np.log2(part[there] / mean[there])).sum())
