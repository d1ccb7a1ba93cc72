"""How many batches to train on now: turns of even length, a speed that eyes can follow."""

from __future__ import annotations

import math
import time
from collections import deque

TURN = 0.025  # seconds that a run keeps a core before the next one gets it
GAP = 0.1  # seconds between two measurements at least
SHARE = 0.1  # of the time of training that measuring may take
CREDIT = 0.5  # seconds of measuring granted in advance: curves change most at the start
FRAMES = 30  # ticks a second of what is worth a look one by one: what a screen can show
EPOCHS = 60  # a second at normal speed: as many as a screen can show
WINDOW = 1.0  # seconds over which speed is averaged


class Pace:
    """Counts time and steps of one Run that plays.

    slow: four updates a second, of an epoch or a turn each. normal: 60 epochs a second, as many as
    a screen can show. max: as fast as it goes. rhythm: so many steps a second are normal, and half
    as many slow, where single steps are worth a look; up to `FRAMES` of them are measured each.
    """

    def __init__(self, steps_per_epoch: int, rhythm: float | None = None) -> None:
        self.steps_per_epoch, self.rhythm = steps_per_epoch, rhythm
        self.turn = 1  # steps that fill a turn
        self._left = 0.0  # steps of this tick
        self._tick = 0.0  # when the next one is due
        self._training = self._measuring = self._measured = 0.0
        self._marks: deque[tuple[float, int]] = deque()

    def due(self, speed: str) -> int:
        """Steps to train on now; 0: wait."""
        now = time.perf_counter()
        if self._left < 1:
            if now < self._tick:
                return 0
            period, self._left = self._rhythm(speed)
            self._tick = max(self._tick + period, now)
        return int(min(self._left, self.turn))

    def _rhythm(self, speed: str) -> tuple[float, float]:
        """Seconds a tick, and steps a tick."""
        if self.rhythm and speed != "max":
            pace = self.rhythm / 2 if speed == "slow" else self.rhythm
            ticks = min(pace, FRAMES)
            return 1 / ticks, pace / ticks
        if speed == "slow":
            return 1 / 4, max(min(self.steps_per_epoch, self.turn), 1)
        if speed == "normal":
            return GAP, EPOCHS * GAP * self.steps_per_epoch  # nobody sees them more often
        return 0.0, math.inf

    def wait(self) -> float:
        """Seconds until the next tick."""
        return max(self._tick - time.perf_counter(), 0.0)

    def restart(self) -> None:
        """Begin a tick now, and forget how fast it went before a pause."""
        self._left = self._tick = 0.0
        self._marks.clear()

    def trained(self, steps: int, seconds: float, total: int) -> None:
        """So many steps took so long; `total` steps by now."""
        self._left -= steps
        self._training += seconds
        fitting = steps * TURN / max(seconds, 1e-6)
        self.turn = max(1, int(min(fitting, 8 * self.turn)))
        now = time.perf_counter()
        self._marks.append((now, total))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
            self._marks.popleft()

    def should_measure(self, speed: str) -> bool:
        """Whether enough was trained for a measurement to be worth its time; single steps that
        are looked at one by one are measured each."""
        since = time.perf_counter() - self._measured
        if self.rhythm and self.rhythm <= FRAMES:
            return speed != "max" or since >= min(GAP, 0.5 / self.rhythm)
        late = since >= GAP
        return late and self._measuring <= CREDIT + SHARE * self._training

    def measured(self, seconds: float) -> None:
        """A measurement took so long."""
        self._measuring += seconds
        self._measured = time.perf_counter()

    @property
    def steps_per_second(self) -> float:
        """Over the last second; 0 before there is anything to tell."""
        if len(self._marks) < 2:
            return 0.0
        (start, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / max(end - start, 1e-9)
