"""What the first stages of an ensemble say of rows that were asked about before."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

import numpy as np

from playground.trees.model import Stage

MOST_BYTES = 16_000_000  # of sums; those of all 70,000 digits take 5.6 MB


class Sums:
    """Sums over the stages, by rows: a forest of a hundred that grows asks each tree once.

    Without it every new tree would ask all before it again about the same rows. The sum goes on
    from where it stood, in the same order, so no bit of it changes.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[tuple[Stage, ...], np.ndarray]] = OrderedDict()
        self._lock = threading.RLock()

    def recall(self, key: bytes, stages: tuple[Stage, ...]) -> tuple[int, np.ndarray] | None:
        """How many of the stages are in a sum of these rows, and a copy of it."""
        with self._lock:
            before, total = self._known.get(key, ((), np.zeros(0)))
            if not before or before != stages[: len(before)]:  # stages are equal if they are same
                return None
            self._known.move_to_end(key)
            return len(before), total.copy()

    def keep(self, key: bytes, stages: tuple[Stage, ...], total: np.ndarray) -> None:
        """Remember a sum over all these stages."""
        with self._lock:
            self._known[key] = stages, total.copy()
            self._known.move_to_end(key)
            while self._known and self.nbytes > MOST_BYTES:
                self._known.popitem(last=False)

    @property
    def nbytes(self) -> int:
        """What the sums take."""
        with self._lock:
            return sum(total.nbytes for _, total in self._known.values())


def key(x: np.ndarray) -> bytes:
    """What tells rows from others: float32 [N, features], contiguous. For the other threads'
    sake: hashing lets go of Python's lock.
    """
    return hashlib.sha256(x.data).digest() + bytes(str(x.shape), "ascii")
