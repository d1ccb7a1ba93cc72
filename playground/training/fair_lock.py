"""Taking turns: a semaphore that serves whoever asked first."""

from __future__ import annotations

import os
import threading
from collections import deque


class Turns:
    """`places` threads at a time; the others wait in line, and nobody is overtaken.

    Python's own locks let a thread that gives a lock back take it again at once, for ever; a button
    would then wait for a training thread that never lets go.
    """

    def __init__(self, places: int) -> None:
        self._places = self._free = places
        self._line: deque[threading.Event] = deque()
        self._guard = threading.Lock()

    def __enter__(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            called = threading.Event()
            self._line.append(called)
        called.wait()

    def __exit__(self, *error: object) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().set()  # the place goes straight to the next
            else:
                self._free += 1

    @property
    def alone(self) -> bool:
        """Whether one thread at most is being served, and none waits."""
        return self._free >= self._places - 1 and not self._line


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


CORES = Turns(_cores())  # of the whole process: whoever computes for long holds a place
