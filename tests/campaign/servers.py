"""The server that gentle trials share; a trial that harms its server has one of its own."""

from __future__ import annotations

from tests.browser.conftest import Server

_started: list[Server] = []


def shared() -> Server:
    """One for all; started when first asked for, and again where somebody ended it."""
    if not _started or _started[-1].process.poll() is not None:
        _started.append(Server())
    return _started[-1]


def stop() -> None:
    """End it."""
    for server in _started:
        server.stop()
