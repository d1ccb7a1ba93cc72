"""The walkers of a lesson: one clock for all, played, paused and started anew as Runs are."""

from __future__ import annotations

import time
from typing import Any

from playground.analysis.curve_readings import WalkReadings
from playground.analysis.descent import floor, walks
from playground.experiment.descent import Descent
from playground.lessons.lesson import Lesson
from playground.training.resting import Resting
from playground.views import surface as views
from playground.web.frame import live

PACE = 50.0  # steps a second


class Walks(Resting):
    """Walks that are known to their end, and a clock that says how far they are shown.

    The browser draws what lies between two looks at it. at: the step of the last pause.
    """

    runs: tuple[Any, ...] = ()

    def __init__(self, descent: Descent) -> None:
        self.descent, self.at = descent, 0.0
        self._since: float | None = None  # when it began to play

    @property
    def step(self) -> float:
        """How many steps are shown."""
        on = 0.0 if self._since is None else PACE * (time.monotonic() - self._since)
        return min(self.at + on, float(self.descent.steps))

    @property
    def playing(self) -> bool:
        """Whether they walk."""
        return self._since is not None and not self.ended

    busy = playing

    @property
    def ended(self) -> bool:
        """Whether all have made their last step."""
        return self.step >= self.descent.steps

    def play(self) -> None:
        """Walk on."""
        if self._since is None:
            self._since = time.monotonic()

    def pause(self) -> None:
        """Stand still."""
        self.at, self._since = self.step, None

    def watch(self) -> None:
        """Nothing is computed while nobody looks."""

    def reset(self) -> None:
        """All to the start."""
        self.at, self._since = 0.0, None

    close = pause

    def drive(self) -> dict[str, Any]:
        """The clock, for the browser's own; the same words for as long as nothing is pressed."""
        running = self.playing
        return {"at": self.at if running else self.step, "running": running, "pace": PACE}


def readings(playing: Walks, number: int) -> WalkReadings:
    """What is read of one variant, at the end of its walk."""
    found = walks(playing.descent)
    return WalkReadings(found[number], floor(playing.descent.ground, found))


def show(lesson: Lesson, playing: Walks, language: str, small: bool) -> None:
    """All walkers on one map, and their heights; small: without 3-D and table."""
    payload = views.payload(playing.descent, 0.001, waits=True)
    for walker, variant in zip(payload["walkers"], lesson.variants, strict=True):
        walker["name"] = lesson.name(variant, language)
    payload |= {"moves": False, "note": "", "drive": playing.drive() | {"small": small}}
    live.show("surface", "lesson_walks", payload)


def race(lesson: Lesson, seed: int) -> Walks:
    """The lesson's walkers, from a start that a seed moves a little."""
    return Walks(lesson.race(seed))
