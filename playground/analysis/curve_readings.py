"""What a check may ask of curves, whatever drew them, of walkers on a surface and of kernels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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

    row_sums = column_sums = kernel_sum

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
    """Of a kernel: how its weights add up.

    Where every row adds up to 0, what changes from row to row alone gives 0: level edges are not
    seen. Where every column does, upright ones are not.
    """

    def __init__(self, weights: np.ndarray) -> None:
        self.history = {}
        self.weights = weights.astype(np.float64)

    @classmethod
    def named(cls, kernel: str) -> KernelReadings:
        """Of a kernel of ours."""
        return cls(KERNELS[kernel].weights)

    @property
    def kernel_sum(self) -> float:
        return float(self.weights.sum())

    @property
    def row_sums(self) -> float:
        return float(np.abs(self.weights.sum(1)).max())

    @property
    def column_sums(self) -> float:
        return float(np.abs(self.weights.sum(0)).max())


class RaceReadings(Curves):
    """Of several walkers: by step, how high the highest of them is above the least height."""

    def __init__(self, walks: Sequence[Walk], least: float) -> None:
        self.diverged = any(walk.end == LOST for walk in walks)
        steps = max((len(walk.heights) for walk in walks), default=0)
        if not steps:
            raise FormulaError("Nobody walks: choose an optimizer.")
        heights = [self._whole(walk, steps) for walk in walks]
        self.history = {"step": np.arange(steps), "height": np.max(heights, 0) - least}

    @staticmethod
    def _whole(walk: Walk, steps: int) -> np.ndarray:
        """Who stands still stays where it is; who left the map is no longer down."""
        last = math.inf if walk.end == LOST else walk.heights[-1]
        return np.pad(walk.heights, (0, steps - len(walk.heights)), constant_values=last)


class WalkReadings(Curves):
    """Of one walker: its height above the least by step, and whether it left the map."""

    def __init__(self, walk: Walk, least: float) -> None:
        self.diverged = walk.end == LOST
        self.history = {"step": np.arange(len(walk.heights)), "height": walk.heights - least}
