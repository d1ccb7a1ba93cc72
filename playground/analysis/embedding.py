"""What lies near what: what a network makes of many inputs, laid out in the plane."""

from __future__ import annotations

import numpy as np

from playground.engine import Network
from playground.engine.network import FrozenNetwork

NEIGHBOURS = 30  # t-SNE's perplexity: about how many neighbours a point looks at


def last_hidden(network: Network | FrozenNetwork) -> int:
    """The layer (counted from 1) whose answers the last layer with weights reads; 0: the input."""
    heavy = [row.position for row in network.plan.rows if row.parameters]
    return heavy[-1] if heavy else 0


def pca(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two directions in which points [N, features] spread most: ([N, 2], shares of variance).

    K. Pearson, 1901. Signs as scikit-learn chooses them: of each direction the largest part is > 0.
    """
    middle = points.astype(np.float64) - points.mean(0, dtype=np.float64)
    _, size, ways = np.linalg.svd(middle, full_matrices=False)
    ways = ways[:2] * np.sign(np.take_along_axis(ways[:2], np.abs(ways[:2]).argmax(1)[:, None], 1))
    scores = middle @ ways.T
    shares = size[:2] ** 2 / max(float((size**2).sum()), 1e-30)
    if scores.shape[1] < 2:  # a single feature
        scores, shares = np.pad(scores, ((0, 0), (0, 1))), np.append(shares, 0.0)
    return scores, shares


def tsne(points: np.ndarray, seed: int = 1) -> np.ndarray:
    """[N, 2]: what is near in [N, features] stays near; far distances mean little.

    L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", 2008; scikit-learn's, some seconds
    for 1,000 points. On one thread: several wait for each other in busy loops, and where a network
    trains besides, that makes minutes of three seconds.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    near = min(NEIGHBOURS, (len(points) - 1) / 3)
    with threadpool_limits(1):
        return TSNE(perplexity=near, init="pca", random_state=seed).fit_transform(points)
