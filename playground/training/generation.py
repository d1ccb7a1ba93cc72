"""Samples out of chance: what a network that decodes codes makes of random ones."""

from __future__ import annotations

import numpy as np

from playground.data import Data
from playground.engine import FrozenNetwork, Network
from playground.training.evaluation import SAMPLES, draws, numbers
from playground.training.fair_lock import CORES

MOST = 10_000  # samples a call


def generate(network: Network | FrozenNetwork, data: Data, n: int, seed: int = 0) -> np.ndarray:
    """n samples as inputs are, float32 [n, *shape]; the same seed gives the same ones.

    z is drawn from N(0, 1), which training made the codes be like, and decoded. A plain
    autoencoder has no such promise: its codes are drawn from the normal distribution with the mean
    and the covariance of the codes of training samples (Ghosh et al., 2020). ValueError for a
    network that reconstructs nothing, and for an n out of bounds.
    """
    if not network.loss.reconstructs:
        raise ValueError("This network tells things apart; only one that reconstructs can invent.")
    if not 0 < n <= MOST:
        raise ValueError(f"From 1 to {MOST:,} samples can be made at a time, and not {n}.")
    random = np.random.default_rng(seed)
    codes = random.standard_normal((n, int(np.prod(network.code_shape))))
    if not draws(network):
        codes = _like_those_of(network, data, codes)
    with CORES:
        return network.decode(codes.reshape(n, *network.code_shape).astype(np.float32))


def _like_those_of(network: Network | FrozenNetwork, data: Data, normal: np.ndarray) -> np.ndarray:
    """Standard normal numbers with the mean and covariance of the training samples' codes."""
    x = numbers(data.train.x[:SAMPLES], data.scale)
    if not len(x):
        raise ValueError("A plain autoencoder needs data to know where its codes lie.")
    with CORES:
        codes = network.encode(x).reshape(len(x), -1).astype(np.float64)
    values, axes = np.linalg.eigh(np.atleast_2d(np.cov(codes, rowvar=False)))
    return codes.mean(0) + (normal * np.sqrt(np.maximum(values, 0))) @ axes.T
