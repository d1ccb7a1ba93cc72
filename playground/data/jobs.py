"""Slow work in a thread of its own, on behalf of whoever made the job."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from playground.data import owner

Result = TypeVar("Result")


class JobError(Exception):
    """A job cannot do what it was asked; the message says why, to people."""


class Job(Generic[Result]):
    """One piece of work, done once; whoever wants it again makes another job.

    title: what it is called in "… stopped by an error of ours". work: what is done; it may set
    `progress` (0 to 1) and should end soon once `stopped` is set. Afterwards there is a `result`,
    or `failure` says why there is none; both stay empty where it was stopped.
    """

    def __init__(self, title: str, work: Callable[[], Result | None]) -> None:
        self.title, self.progress, self.failure = title, 0.0, ""
        self.result: Result | None = None
        self.stopped = False
        self._work, self._client = work, owner.current()
        self._thread = threading.Thread(target=self._run, daemon=True, name=title)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End soon, without a result."""
        self.stopped = True

    def wait(self, seconds: float) -> None:
        """For the end, but no longer than so many seconds."""
        self._thread.join(seconds)

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            with owner.working_for(self._client):
                self.result = self._work()
        except JobError as error:
            self.failure = str(error)
        except Exception:
            logging.getLogger(__name__).exception("%s stopped", self.title)
            self.failure = f"{self.title} stopped by an error of ours; the server's log has it."
