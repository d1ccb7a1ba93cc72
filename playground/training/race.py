"""Several Runs on one clock: all make as many steps, whatever one of them costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from playground.data.jobs import Job
from playground.training.resting import Resting
from playground.training.run import Run
from playground.training.snapshot import Snapshot

TURN = 0.2  # seconds of steps between two looks at whether to go on
LOOK = 0.1  # the share of the time that measuring may take


class Race(Resting):
    """Trains its Runs by turns in a thread of its own, and publishes their Snapshots together.

    A Run that diverges stays where it is; the others go on. Every verb may be called from any
    thread.
    """

    def __init__(self, runs: Mapping[str, Run]) -> None:
        self.runs = dict(runs)
        self.newest: dict[str, Snapshot] = {}
        self.playing = False
        self._closed = False
        self._working = False
        self._changed = threading.Lock()

    @property
    def step(self) -> int:
        """How many steps each has made, at least."""
        return max((snapshot.step for snapshot in self.newest.values()), default=0)

    @property
    def busy(self) -> bool:
        """Whether its thread is at work: training, or measuring where it stopped."""
        return self._working

    def play(self) -> None:
        """Train until paused."""
        self.playing = not self._closed
        self._start()

    def _start(self) -> None:
        with self._changed:
            if not self._working and not self._closed:
                self._working = True
                Job("A race", self._work).start()

    def look(self) -> None:
        """Have Snapshots, without training."""
        if not self.newest:
            self._start()

    def pause(self) -> None:
        """End after the turn under way."""
        self.playing = False

    def close(self) -> None:
        """Stop for good."""
        self._closed, self.playing = True, False
        for run in self.runs.values():
            run.close()

    # ---- the thread ----
    def _work(self) -> None:
        try:
            while not self._rested():
                self._publish()
                self._train()
                self._publish()
        except Exception:
            self.playing = self._working = False
            if not self._closed:
                raise

    def _rested(self) -> bool:
        """Whether there is nothing left to do; then the thread ends, and another may start."""
        with self._changed:
            self._working = not self._closed and (self.playing or not self.newest)
            return not self._working

    def _train(self) -> None:
        trained = measured = 0.0
        while self.playing:
            start = time.perf_counter()
            while self.playing and time.perf_counter() - start < TURN:
                self._together()
            trained += time.perf_counter() - start
            if measured <= LOOK * trained:
                start = time.perf_counter()
                self._publish()
                measured += time.perf_counter() - start

    def _together(self) -> None:
        """One step of each that can still make one; the end where none can."""
        able = [run for run in self.runs.values() if run.status != "diverged"]
        for run in able:
            run.step()
        self.playing = self.playing and bool(able)

    def _publish(self) -> None:
        if not self._closed:
            self.newest = {name: run.snapshot() for name, run in self.runs.items()}
