"""Who is here, and what becomes of a visitor's Runs when the browser goes away.

Whether a visit's socket is open is the server's own knowledge: no message of a browser can say so
of itself or of another. A thread of its own asks twice a second, so nothing on the event loop ever
waits for a Run. A lost connection looks like a closed tab: Runs pause at once, go on if the browser
is back within two minutes, and close otherwise.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.data.jobs import Job
from playground.web.frame.desk import Desk

PATIENCE = 120.0  # seconds from a closed tab to its Runs' end
EVERY = 0.5  # seconds between two looks at who is here
LOST = (
    "The server was started again, or was out of reach for too long: what the network had learned "
    "is gone. Its set-up is still here, and Play trains it again."
)


@dataclass(eq=False)
class Visit:
    """One visitor's desks, by page. left: when the browser went away; None while it is here."""

    desks: Mapping[str, Desk]
    left: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Visits:
    """All visits of a server. here: whether a session has an open socket now."""

    def __init__(self, here: Callable[[str], bool]) -> None:
        self._here = here
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()

    def stay(self, session: str, desks: Mapping[str, Desk]) -> None:
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

    def look(self, now: float) -> int:
        """Pause, wake and close what has to be; returns how many visits were closed."""
        with self._lock:
            visits = dict(self._visits)
        closed = 0
        for session, visit in visits.items():
            if self._here(session):
                self._welcome(visit)
            elif visit.left is None:
                with visit.lock:
                    visit.left = now
                    for desk in list(visit.desks.values()):
                        desk.go_away()
            elif now - visit.left > PATIENCE:
                with self._lock, visit.lock:
                    del self._visits[session]
                    for desk in list(visit.desks.values()):
                        desk.close()
                closed += 1
        return closed

    def keep_looking(self) -> None:
        """Look for ever; what goes wrong with one visit must not keep the others waiting."""
        while True:
            time.sleep(EVERY)
            try:
                if self.look(time.monotonic()):
                    give_back()
            except Exception:
                logging.getLogger(__name__).exception("could not look after the visits")


def give_back() -> None:
    """Return to the system what closed Runs had taken; Streamlit no longer collects after runs."""
    gc.collect()
    with suppress(OSError, AttributeError):  # where the C library has no such call
        ctypes.CDLL(None).malloc_trim(0)


def stay(desks: Mapping[str, Desk]) -> None:
    """The visitor whose page runs now is here, with these desks."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and Runtime.exists():
        _visits().stay(context.session_id, desks)


def lost() -> bool:
    """Whether this browser comes from a visit that the server does not know any more."""
    context = get_script_run_ctx(suppress_warning=True)
    offered = st.context.headers.get("Sec-WebSocket-Protocol") or ""
    before = [entry.strip() for entry in offered.split(",")][2:3]
    return context is not None and bool(before) and before[0] not in ("", context.session_id)


def _here(session: str) -> bool:
    """Whether its socket is open; without a server nobody can have gone."""
    return not Runtime.exists() or Runtime.instance().is_active_session(session)


_made = threading.Lock()
_all: Visits | None = None


def _visits() -> Visits:
    """Those of this server; its thread starts with the first."""
    global _all
    with _made:
        if _all is None:
            _all = Visits(_here)
            Job("Looking after the visits", _all.keep_looking).start()
    return _all
