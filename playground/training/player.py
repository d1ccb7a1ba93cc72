"""The thread that trains a Run while somebody watches, or has gone to look at another page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from playground.training.pace import GAP, Pace
from playground.training.trainer import Trainer

SPEEDS = ("slow", "normal", "max")
FAILURE = "Training stopped by an error of ours; the server's log has it."


class Player:
    """Plays and pauses one trainer. Its thread exists only while there is something to do.

    Whether to play is decided under the trainer's lock, so a Play that comes while the thread ends
    is either seen by it, or starts another. Order of locks: the trainer's, then `_changed`.

    publish: called when there is something new to see, and somebody looks.
    """

    def __init__(self, trainer: Trainer, publish: Callable[[], object]) -> None:
        self.trainer, self.publish = trainer, publish
        self.pace = Pace(trainer.steps_per_epoch, trainer.rhythm)
        self.playing = False
        self.speed = "normal"
        self._presses = 0  # of Play
        self._watched = 0.0  # until when somebody looks on
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()

    # ---- called by pages ----
    def play(self, speed: str) -> None:
        """Train until paused; the thread prepares what is missing first.

        The caller holds the trainer's lock, in which it lifted what had ended training.
        """
        if speed not in SPEEDS:
            raise ValueError(f"no speed is called {speed!r}; there are {', '.join(SPEEDS)}")
        with self._changed:
            self.speed, self.playing = speed, True
            self._presses += 1
            self._changed.notify_all()
        self.start()

    def start(self) -> None:
        """Have a thread; without `play` it prepares the Run and ends."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="run")
                self._thread.start()

    def pause(self) -> None:
        """No step is made after this returns."""
        with self._changed:
            self.playing = False
            self._changed.notify_all()
        with self.trainer.lock:  # the turn under way ends
            pass

    def watch(self, seconds: float) -> None:
        """Publish snapshots for so long."""
        self._watched = time.monotonic() + seconds

    @property
    def watched(self) -> bool:
        return time.monotonic() < self._watched

    @property
    def busy(self) -> bool:
        """Whether the thread exists."""
        return self._thread is not None

    def settle(self, seconds: float) -> None:
        """Wait until the thread has ended, but no longer than so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._thread is None, seconds)

    # ---- the thread ----
    def _work(self) -> None:
        try:
            self.trainer.prepare()
            self.publish()
            while True:
                self._train()
                self.trainer.measure()  # the numbers of where it stopped
                self.publish()
                with self._changed:
                    if not self.playing:
                        self._end()
                        return
        except Exception:
            logging.getLogger(__name__).exception("training stopped")
            with self.trainer.lock, self._changed:
                self.trainer.failure = FAILURE
                self.playing = False
                self._end()

    def _end(self) -> None:
        self._thread = None
        self._changed.notify_all()

    def _train(self) -> None:
        speed, published = "", 0.0
        while self.playing:
            if self.speed != speed:
                speed = self.speed
                self.pace.restart()
            steps = self.pace.due(speed)
            if not steps:
                self._rest()
                continue
            if self._turn(steps) and self.pace.should_measure(speed):
                start = time.perf_counter()
                self.trainer.measure(glance=True)
                self.pace.measured(time.perf_counter() - start)
                published = 0.0  # new numbers are news
            if self.watched and time.monotonic() - published >= GAP:
                self.publish()
                published = time.monotonic()

    def _turn(self, steps: int) -> bool:
        """Train for a turn; False when it was paused, or there is nothing more to train."""
        with self.trainer.turn():
            if not self.playing:
                return False
            presses, start = self._presses, time.perf_counter()
            losses = self.trainer.advance(steps)
            self.pace.trained(len(losses), time.perf_counter() - start, self.trainer.step)
        self.trainer.look()
        with self.trainer.lock, self._changed:
            if self._presses > presses:  # whoever pressed Play since then wants it to go on
                self.trainer.go_on()
            self.playing = self.playing and not self.trainer.over
            return self.playing

    def _rest(self) -> None:
        """Sleep until the next tick, or until somebody presses something."""
        with self._changed:
            if self.playing:
                self._changed.wait(self.pace.wait())
