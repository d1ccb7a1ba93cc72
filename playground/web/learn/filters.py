"""The kernels of a lesson: their numbers, a digit, and after Play what each makes of it."""

from __future__ import annotations

from typing import Any

from playground.analysis.curve_readings import KernelReadings
from playground.experiment.filter import Filter
from playground.training.resting import Resting
from playground.views import kernel_pictures as views
from playground.web.frame import live


class Kernels(Resting):
    """Kernels that are slid over a digit at once: there is nothing between the start and the end.

    It answers what a lesson asks of Runs.
    """

    runs: tuple[Any, ...] = ()
    playing = busy = False

    def __init__(self, filters: list[Filter]) -> None:
        self.filters, self.ended = filters, False

    def play(self) -> None:
        """Slide them all."""
        self.ended = True

    def pause(self) -> None:
        """Nothing moves."""

    def watch(self) -> None:
        """Nothing is computed while nobody looks."""

    def reset(self) -> None:
        """The digit as it was."""
        self.ended = False

    close = pause

    def readings(self, number: int) -> KernelReadings:
        """What is read of one variant."""
        return KernelReadings.named(self.filters[number].kernel)

    def show(self, number: int, name: str, height: int) -> None:
        """One variant: its numbers above, the digit or the result below."""
        shown = self.filters[number]
        numbers = " ".join(text for row in views.texts(shown) for text in row)
        live.chart(
            views.numbers(shown), f"lesson_kernel_{number}", height // 2, f"{name}: {numbers}"
        )
        figure = views.after(shown) if self.ended else views.before(shown)
        words = f"The digit after {name}" if self.ended else "The digit before"
        live.chart(figure, f"lesson_result_{number}", height, words)
