"""Who is here, and what becomes of a visitor's Runs when the browser goes away.

Whether a visit's socket is open is the server's own knowledge: no message of a browser can say so
of itself or of another. It is asked twice a second in a thread, so nothing on the event loop ever
waits for a Run. A lost connection looks like a closed tab: Runs pause at once, go on if the browser
is back within five minutes, and close otherwise, with all that Streamlit keeps of the visit.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

EVERY = 0.5  # seconds between two looks at who is here
REST = 10.0  # seconds between two collections of what closed visits leave behind


class Guest(Protocol):
    """What a visit owns that trains: a desk, or what a page puts beside it."""

    def go_away(self) -> None: ...
    def come_back(self) -> None: ...
    def close(self) -> None: ...


@dataclass(eq=False)
class Visit:
    """One visitor's desks, by page. left: when the browser went away; None while it is here."""

    desks: Mapping[str, Guest]
    left: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Visits:
    """All visits of a server.

    here: whether a session has an open socket now. patience: seconds from a closed tab to its
    Runs' end.
    """

    def __init__(self, here: Callable[[str], bool], patience: Callable[[], float]) -> None:
        self._here, self._patience = here, patience
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()

    def knows(self, session: str) -> bool:
        """Whether a page of this session ran here, and is not closed yet."""
        return session in self._visits

    def stay(self, session: str, desks: Mapping[str, Guest]) -> None:
        """A page of this session runs: its desks go on where a lost connection had paused them."""
        with self._lock:
            visit = self._visits.setdefault(session, Visit(desks))
        visit.desks = desks
        self._welcome(visit)

    def _welcome(self, visit: Visit) -> None:
        with visit.lock:
            if visit.left is not None:
                visit.left = None
                for desk in list(visit.desks.values()):
                    desk.come_back()

    def look(self, now: float) -> list[str]:
        """Pause, wake and close what has to be; returns the sessions that were closed."""
        with self._lock:
            visits = dict(self._visits)
        closed = []
        for session, visit in visits.items():
            if self._here(session):
                self._welcome(visit)
            elif visit.left is None:
                with visit.lock:
                    visit.left = now
                    for desk in list(visit.desks.values()):
                        desk.go_away()
            elif now - visit.left > self._patience():
                with self._lock, visit.lock:
                    del self._visits[session]
                    for desk in list(visit.desks.values()):
                        desk.close()
                closed.append(session)
        return closed


visits = Visits(  # of this server
    lambda session: Runtime.instance().is_active_session(session),
    lambda: float(st.get_option("server.disconnectedSessionTTL")),  # as Streamlit's own
)


async def look_after() -> None:
    """Look for ever; what goes wrong with one visit must not keep the others waiting."""
    owing, rested = False, 0.0
    while True:
        await asyncio.sleep(EVERY)
        now = time.monotonic()
        try:
            closed = await asyncio.to_thread(visits.look, now)
            for session in closed:
                Runtime.instance().close_session(session)
            owing = owing or bool(closed)
            if owing and now - rested > REST:
                owing, rested = False, now
                await asyncio.to_thread(give_back)
        except Exception:
            logging.getLogger(__name__).exception("could not look after the visits")


def give_back() -> None:
    """Return to the system what closed Runs had taken; Streamlit no longer collects after runs."""
    gc.collect()
    with suppress(OSError, AttributeError):  # where the C library has no such call
        ctypes.CDLL(None).malloc_trim(0)


def current() -> str:
    """The session that the page of this thread belongs to; empty where there is none."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else ""


def stay(desks: Mapping[str, Guest]) -> None:
    """The visitor whose page runs now is here, with these desks."""
    if (session := current()) and Runtime.exists():
        visits.stay(session, desks)


def before(protocols: str) -> str:
    """The visit that a browser was in when it lost its connection, as its new socket says.

    protocols: Sec-WebSocket-Protocol, in which Streamlit's third entry is the session.
    """
    return "".join(entry.strip() for entry in protocols.split(",")[2:3])


def lost() -> bool:
    """Whether this browser comes from a visit that the server does not know any more."""
    session = before(st.context.headers.get("Sec-WebSocket-Protocol") or "")
    return bool(current()) and session not in ("", current())
