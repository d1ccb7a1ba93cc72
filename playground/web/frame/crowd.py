"""How often the pages of a crowd are renewed, so that every one of them still is.

A browser's timer fires four times a second, whether the server keeps up or not. What may wait goes
no further than the gate: with many pages each message of a timer is let through only so often. The
pause follows what the server's event loop feels, so it suits any processor: when the loop comes
late the pause grows, when it is in time the pause shrinks. Pages need not run anew for it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

EVERY = 0.1  # seconds between two looks at the loop
LATE, IN_TIME = 0.12, 0.05  # seconds that it comes late: too much, and well
SHORTEST, LONGEST = 0.25, 2.0  # seconds between two updates of a page, once there is a crowd
MOST_TIMERS = 8  # of a page that are remembered
SCRIPTS = 4  # pages that run at a time; more of them would only wait for Python's lock in turn
PATIENCE = 20.0  # seconds until a page runs all the same: one before it may compute for long
_scripts = threading.BoundedSemaphore(SCRIPTS)  # given to whoever asked first


class Crowd:
    """The pause that all pages share. pause: seconds between two updates; 0: as often as asked."""

    def __init__(self) -> None:
        self.pause = 0.0

    def feel(self, late: float) -> None:
        """Take in by how much the loop came late."""
        if late > LATE:
            self.pause = min(LONGEST, max(self.pause, SHORTEST) * 1.25)
        elif late < IN_TIME:
            self.pause = self.pause * 0.95 if self.pause > SHORTEST / 2 else 0.0

    async def watch(self) -> None:
        """Feel the loop for ever."""
        while True:
            asleep = time.monotonic()
            await asyncio.sleep(EVERY)
            self.feel(time.monotonic() - asleep - EVERY)


crowd = Crowd()  # of this server


class Timers:
    """Those of one page: which of their messages may pass."""

    def __init__(self, everybody: Crowd) -> None:
        self._crowd = everybody
        self._passed: dict[str, float] = {}  # when each was last let through

    def due(self, fragment: str, now: float) -> bool:
        """Whether a timer's message may pass now; it counts as passed then."""
        if now - self._passed.get(fragment, -LONGEST) < self._crowd.pause:
            return False
        self._passed.pop(fragment, None)
        self._passed[fragment] = now
        if len(self._passed) > MOST_TIMERS:
            del self._passed[next(iter(self._passed))]  # of a run of the page long ago
        return True


@contextmanager
def script() -> Iterator[None]:
    """One page's run among those of all visitors.

    Fifty that all press Play in one second would share Python's lock, which goes from thread to
    thread every 5 ms: none of them would end soon, and the event loop would wait for its turn
    behind them all. One after the other, the first is done at once and the last no later.
    """
    mine = _scripts.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            _scripts.release()
