"""Schedules: how the learning rate changes while training goes on.

A schedule multiplies the learning rate by a factor that follows from the number of batches done, so
that the learning rate itself stays a live option. All are worked out batch by batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernel import Kernel
from playground.engine.kernels import schedules as kernels
from playground.engine.operands import SettingPlace
from playground.engine.registry import Piece, integer, real, register

EPOCHS = "After how many epochs it ends."


class Schedule(Piece):
    """The contract of a schedule: a formula for Python, and the kernel that uses it in training."""

    formula: ClassVar[Callable[..., float] | None] = None
    kernel: ClassVar[Kernel | None] = None

    def _options(self) -> list[float]:
        return [float(getattr(self, option.name)) for option in registry.options(type(self))]

    def factor(self, step: int, steps_per_epoch: int) -> float:
        """What the learning rate is multiplied by in the batch after `step` batches."""
        if self.formula is None:
            return 1.0
        return float(self.formula(step, steps_per_epoch, *self._options()))

    def emit(self, build: Builder, rate: SettingPlace) -> SettingPlace:
        """Add the operation that sets the rate in force; returns the word that holds it."""
        if self.kernel is None:
            return rate
        in_force, options = build.setting(0.0), [build.setting(x) for x in self._options()]
        build.op(self.kernel, rate, in_force, build.clock, *options, whole=True)
        return in_force


@register("schedule", "constant", "constant", phrase="")
class Constant(Schedule):
    """The learning rate stays as it is."""


@register("schedule", "step", "in steps", phrase="rate in steps")
class Step(Schedule):
    """The learning rate drops by a factor every few epochs.

    η · factor^⌊epoch / every⌋, the epochs done in whole numbers (PyTorch's StepLR).
    """

    every: int = integer(10, 1, 1_000_000, "How many epochs lie between two drops.")
    gamma: float = real(0.1, 0, 1, "What the rate is multiplied by.", title="Factor")
    formula, kernel = staticmethod(kernels.step_factor), kernels.step


@register("schedule", "exponential", "exponential", phrase="shrinking rate")
class Exponential(Schedule):
    """The learning rate shrinks by the same factor after every epoch.

    η · factor^epoch, the epochs done in whole numbers (PyTorch's ExponentialLR).
    """

    gamma: float = real(0.95, 0, 1, "What the rate is multiplied by.", title="Factor")
    formula, kernel = staticmethod(kernels.exponential_factor), kernels.exponential


@register("schedule", "cosine", "cosine", phrase="cosine rate")
class Cosine(Schedule):
    """The learning rate falls along half a cosine, slowly, fast, slowly, and then stays.

    η · (lowest + (1 − lowest) (1 + cos(π t)) / 2), t the share of the epochs done (Loshchilov and
    Hutter, 2017; PyTorch's CosineAnnealingLR stepped every batch).
    """

    epochs: float = real(10.0, 0, 1e6, EPOCHS, above=0)
    lowest: float = real(0.0, 0, 1, "The share of the learning rate that is left at the end.")
    formula, kernel = staticmethod(kernels.cosine_factor), kernels.cosine


@register("schedule", "one_cycle", "one cycle", phrase="one-cycle rate")
class OneCycle(Schedule):
    """The learning rate climbs to its full size and then falls far below where it began.

    From η / div_factor to η over the first part of the batches, then to η / (div_factor ·
    final_div_factor), each along half a cosine (Smith and Topin, 2019; PyTorch's OneCycleLR, the
    momentum left alone).
    """

    epochs: float = real(10.0, 0, 1e6, EPOCHS, above=0)
    rise: float = real(0.3, 0, 1, "The share of the batches in which the rate climbs.")
    div_factor: float = real(25.0, 1, 1e6, "How many times smaller the rate is at first.")
    final_div_factor: float = real(1e4, 1, 1e9, "How many times smaller than that at the end.")
    formula, kernel = staticmethod(kernels.one_cycle_factor), kernels.one_cycle


@register("schedule", "warm_up", "warm-up")
class WarmUp(Schedule):
    """The learning rate grows along a line at first, and then stays.

    η · (start + (1 − start) t), t the share of the epochs done (Goyal et al., 2017; PyTorch's
    LinearLR stepped every batch).
    """

    epochs: float = real(1.0, 0, 1e6, EPOCHS, above=0)
    start: float = real(0.1, 0, 1, "The share of the learning rate to begin with.")
    formula, kernel = staticmethod(kernels.warm_up_factor), kernels.warm_up
