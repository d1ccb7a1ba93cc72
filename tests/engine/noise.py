"""The noise that the engine draws, once more in NumPy: for comparisons with PyTorch."""

from __future__ import annotations

import numpy as np

from playground.engine.network import chunks_of

WHOLE, HALF = 2**64 - 1, 2**32 - 1


def random_bits(seed: int, counter: int) -> int:
    """SplitMix64 of a seed and a counter."""
    z = (seed * 0x94D049BB133111EB + counter * 0x9E3779B97F4A7C15) & WHOLE
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WHOLE
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WHOLE
    return z ^ (z >> 31)


def even(start: int, numbers: np.ndarray) -> np.ndarray:
    """Draws from 0 to 1, in steps of 2⁻²⁴: Wellons' hash “lowbias32”."""
    z = ((start + numbers.astype(np.uint64)) & HALF) * 0x9E3779B9 & HALF
    z = (z ^ (z >> 16)) * 0x7FEB352D & HALF
    z = (z ^ (z >> 15)) * 0x846CA68B & HALF
    return ((z ^ (z >> 16)) >> 8) / 2**24


def normal(start: int, numbers: np.ndarray) -> np.ndarray:
    """Box and Muller's normal draws."""
    u, v = even(start, 2 * numbers) + 2.0**-24, even(start, 2 * numbers + 1)
    return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)


def of_batch(
    seed: int, step: int, layer: int, samples: int, codes: int, batch: int, trained: int
) -> np.ndarray:
    """ε [samples, codes] of a step, from 1, of a network with so many trained numbers."""
    lanes, _ = chunks_of(batch, trained)
    noise = np.zeros((samples, codes))
    for sample in range(samples):
        chunk, lane = divmod(sample, lanes)
        start = random_bits(random_bits(seed, step), layer * 65536 + chunk) & HALF
        noise[sample] = normal(start, np.arange(codes) * lanes + lane)
    return noise
