"""What a network reads in samples that another one made: is every class there?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.training.snapshot import Snapshot

RARE = 0.03  # of all samples: below it a class counts as missing


@dataclass(frozen=True, eq=False)
class Census:
    """Shares of the classes, [classes], and how sure the reader is of its answers, on average."""

    names: tuple[str, ...]
    shares: np.ndarray
    confidence: float
    count: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Classes that hardly any sample is read as."""
        return tuple(
            name for name, share in zip(self.names, self.shares, strict=True) if share < RARE
        )


def census(reader: Snapshot, images: np.ndarray) -> Census:
    """Read images [N, channels, height, width] from 0 to 1 with a network that tells classes."""
    pixels = np.clip(np.rint(255 * images), 0, 255).astype(np.uint8)
    chances = reader.probabilities(reader.predict(pixels))
    counts = np.bincount(chances.argmax(1), minlength=chances.shape[1])
    names = tuple(reader.labels)
    return Census(names, counts / len(images), float(chances.max(1).mean()), len(images))
