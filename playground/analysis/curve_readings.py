"""What a check may ask of curves, whatever drew them, of walkers on a surface and of kernels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from playground.analysis.descent import LOST, Walk
from playground.data.grammar import FormulaError
from playground.data.kernels import KERNELS
from playground.lessons.check import CALLS, COLUMNS, FACTS, NUMBERS

TINY = 1e-30
NAMES = frozenset((*FACTS, *NUMBERS, *CALLS))


class Curves(Mapping[str, Any]):
    """Readings by name: columns of `history`, and what a method or property answers.

    FormulaError where there is nothing of the kind.
    """

    history: dict[str, np.ndarray]

    def __getitem__(self, name: str) -> Any:
        if name in COLUMNS:
            if name not in self.history:
                raise FormulaError(f"Nothing called {name} is measured of this set-up.")
            return self.history[name]
        if name not in NAMES:
            raise KeyError(name)
        if name not in vars(self) and not hasattr(type(self), name):
            raise FormulaError(f"Nothing called {name} is known of this set-up.")
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.history, *NAMES))

    def __len__(self) -> int:
        return len(self.history) + len(NAMES)

    @property
    def kernel_sum(self) -> float:
        raise FormulaError("No kernel is slid here.")

    # ---- of a curve ----
    def first(self, curve: np.ndarray) -> float:
        return float(np.atleast_1d(curve)[0])

    def last(self, curve: np.ndarray) -> float:
        return float(np.atleast_1d(curve)[-1])

    def lowest(self, curve: np.ndarray) -> float:
        return float(np.nanmin(curve))

    def highest(self, curve: np.ndarray) -> float:
        return float(np.nanmax(curve))

    def rise(self, curve: np.ndarray) -> float:
        return self.last(curve) / max(self.lowest(curve), TINY)

    def wobble(self, curve: np.ndarray) -> float:
        half = np.atleast_1d(curve)[np.size(curve) // 2 :]
        return float(np.mean(np.abs(np.diff(half)))) if len(half) > 1 else math.nan

    def epochs_to(self, margins: np.ndarray) -> float:
        return self._first("epoch", margins)

    def steps_to(self, margins: np.ndarray) -> float:
        return self._first("step", margins)

    def _first(self, column: str, margins: np.ndarray) -> float:
        moments = self[column]
        hits = np.flatnonzero(np.broadcast_to(margins, len(moments)) >= 0)
        return float(moments[hits[0]]) if len(hits) else math.inf


class KernelReadings(Curves):
    """Of a kernel: how its weights add up."""

    def __init__(self, kernel: str) -> None:
        self.history = {}
        self._sum = float(KERNELS[kernel].weights.astype(np.float64).sum())

    @property
    def kernel_sum(self) -> float:
        return self._sum


class WalkReadings(Curves):
    """Of one walker: its height above the least by step, and whether it left the map."""

    def __init__(self, walk: Walk, least: float) -> None:
        self.diverged = walk.end == LOST
        self.history = {"step": np.arange(len(walk.heights)), "height": walk.heights - least}
