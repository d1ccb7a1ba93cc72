"""What a visit brought is held weakly here, and no other visit can ask for it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

Held = TypeVar("Held", bound=Any)
_owner: Callable[[], str] = str  # one for all, unless somebody says who asks
_client: ContextVar[str | None] = ContextVar("client", default=None)


def kept_by(owner: Callable[[], str]) -> None:
    """From now on `owner` says whose things are brought or asked for, in whatever thread."""
    global _owner
    _owner = owner


def current() -> str:
    """Whose things are brought or asked for here."""
    client = _client.get()
    return _owner() if client is None else client


@contextmanager
def working_for(client: str) -> Iterator[None]:
    """In a thread that works for a visit: what is asked for here is asked for by it."""
    before = _client.set(client)
    try:
        yield
    finally:
        _client.reset(before)


class Shelf(Generic[Held]):
    """Things by their owner and a key, as long as somebody else holds them."""

    def __init__(self) -> None:
        self._things: weakref.WeakValueDictionary[Any, Held] = weakref.WeakValueDictionary()

    def put(self, key: Any, thing: Held) -> Held:
        """File a thing; returns the one of that key that is there already, if there is one."""
        return self._things.setdefault((current(), key), thing)

    def get(self, key: Any) -> Held | None:
        """The thing, if whoever asks has brought it."""
        return self._things.get((current(), key))
