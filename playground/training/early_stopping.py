"""Looks at a training epoch by epoch, and ends it where its Experiment says so."""

from __future__ import annotations

import math

import numpy as np

from playground.experiment import numerals
from playground.experiment.stop import Stop


class Watch:
    """Looks at one training, epoch by epoch, and says when a condition of its Stop holds.

    goal: the split that targets look at. plateau: the split that patience looks at. What was seen
    is not part of a saved Run: one that is loaded counts anew.
    """

    def __init__(self, stop: Stop, validated: bool) -> None:
        self.stop = stop
        self.goal = "validation" if validated else "test"
        self.plateau = "validation" if validated else "train"
        self.seen = 0.0  # the epoch that was looked at last
        self.restart()

    def restart(self) -> None:
        """Nothing was seen yet; counting begins anew."""
        self.best, self.best_epoch, self._anchor, self._waited = math.inf, 0.0, math.inf, 0
        self.best_parameters: np.ndarray | None = None

    @property
    def splits(self) -> set[str]:
        """What must be measured at the end of an epoch."""
        stop, names = self.stop, set()
        if stop.target_loss is not None or stop.target_accuracy is not None:
            names.add(self.goal)
        return names | ({self.plateau} if stop.patience is not None else set())

    def see(
        self, epoch: float, measured: dict[str, dict[str, float]], parameters: np.ndarray
    ) -> str:
        """What was measured on the splits at the end of an epoch; why to stop now, or nothing."""
        self.seen = epoch
        return self._reached(measured) or self._stuck(epoch, measured, parameters)

    def _reached(self, measured: dict[str, dict[str, float]]) -> str:
        stop, metrics = self.stop, measured.get(self.goal, {})
        if stop.target_loss is not None and metrics["loss"] <= stop.target_loss:
            return (
                f"The loss on the {self.goal} set has reached its goal: "
                f"{numerals.short(metrics['loss'], 4)}, "
                f"where {numerals.short(stop.target_loss, 6)} was asked for."
            )
        wanted = stop.target_accuracy
        if wanted is not None and metrics.get("accuracy", 0.0) >= wanted:
            return (
                f"The accuracy on the {self.goal} set has reached its goal: "
                f"{numerals.short(100 * metrics['accuracy'], 4)} %, where "
                f"{numerals.short(100 * wanted, 4)} % was asked for."
            )
        return ""

    def _stuck(
        self, epoch: float, measured: dict[str, dict[str, float]], parameters: np.ndarray
    ) -> str:
        """The best epoch is that of the smallest loss; patience asks for falls of `min_delta`."""
        stop = self.stop
        if stop.patience is None:
            return ""
        loss = measured[self.plateau]["loss"]
        if loss < self.best:
            self.best, self.best_epoch = loss, epoch
            self.best_parameters = parameters.copy() if stop.restore_best else None
        if loss < self._anchor - stop.min_delta:
            self._anchor, self._waited = loss, 0
            return ""
        self._waited += 1
        if self._waited < stop.patience:
            return ""
        which = "validation" if self.plateau == "validation" else "training"
        epochs = "1 epoch" if stop.patience == 1 else f"{stop.patience:,} epochs"
        fallen = f"fallen by {numerals.short(stop.min_delta, 6)}" if stop.min_delta else "fallen"
        return f"The {which} loss has not {fallen} for {epochs}{self._back(epoch)}."

    def _back(self, epoch: float) -> str:
        """What becomes of the weights, if anything does."""
        if self.best_parameters is None or self.best_epoch == epoch:
            return ""
        return f"; the weights of epoch {numerals.count(self.best_epoch)} are back"
