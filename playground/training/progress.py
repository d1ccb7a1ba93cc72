"""Progress on a terminal: a bar while an epoch runs, a line when it is done."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO

from playground.experiment import numerals

WIDTH = 30
EVERY = 0.1  # seconds between two pictures


class ProgressBar:
    """Writes to a terminal; to anything else, nothing."""

    def __init__(self, enabled: bool = True, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.enabled = enabled and self.stream.isatty()
        self._drawn = 0.0

    def show(self, epoch: int, share: float) -> None:
        """So much of this epoch is done."""
        self.draw(f"epoch {epoch}", share)

    def draw(self, title: str, share: float) -> None:
        """So much of something is done."""
        if self.enabled and time.monotonic() - self._drawn > EVERY:
            self._drawn = time.monotonic()
            full = round(WIDTH * share)
            bar = "█" * full + "░" * (WIDTH - full)
            self._write(f"{title} {bar} {numerals.percent(share, 0):>5}")

    def tell(self, record: dict[str, Any]) -> None:
        """An epoch is done."""
        if self.enabled:
            self._write(line(record) + "\n")

    def wipe(self) -> None:
        """Make room for other words."""
        if self.enabled:
            self._write("")

    def _write(self, text: str) -> None:
        self.stream.write(f"\r\033[K{text}")
        self.stream.flush()


def line(record: dict[str, Any]) -> str:
    """One epoch in one line: epoch 3  loss 0.061  test loss 0.052  test accuracy 98.3 %  2.9 s"""
    test = record["metrics"]["test"]
    if "accuracy" in test:
        score = f"test accuracy {numerals.percent(test['accuracy'], 2)}"
    elif "mae" in test:
        score = f"test error {numerals.fixed(test['mae'], 3)}"
    elif "discriminator_loss" in test:
        score = f"discriminator {numerals.fixed(test['discriminator_loss'], 3)}"
        if "modes" in test:
            clouds, share = numerals.count(test["modes"]), numerals.percent(test["share"], 1)
            score += f"  clouds {clouds}  in clouds {share}"
    else:
        parts = [name for name in ("reconstruction", "kl") if name in test]
        score = "  ".join(f"{name} {numerals.fixed(test[name], 2)}" for name in parts)
    return (
        f"epoch {numerals.short(record['epoch'], 6):<4} loss {numerals.fixed(record['loss'], 4)}  "
        f"test loss {numerals.fixed(record['test_loss'], 4)}  {score}  "
        f"{numerals.fixed(record['seconds'], 1)} s"
    )
