"""Pictures that are dear to make, renewed seldom while a Run trains."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from playground.training.snapshot import Snapshot
from playground.web.frame import visit
from playground.web.frame.desk import BUSY

PICTURES = 0.4  # seconds between two of them
Made = TypeVar("Made")


@dataclass(frozen=True)
class _Kept:
    """Something dear that was made of a Snapshot, of `detail` in it, at a time."""

    value: Any
    snapshot: Snapshot
    detail: Any
    time: float

    def serves(self, snapshot: Snapshot, detail: Any, seconds: float) -> bool:
        """Whether it may be shown for this Snapshot: made of it, or of one a moment ago."""
        if detail != self.detail:
            return False
        before = self.snapshot
        goes_on = before.experiment == snapshot.experiment and before.step <= snapshot.step
        recent = goes_on and time.monotonic() - self.time < seconds and snapshot.status in BUSY
        return before.network is snapshot.network or recent


@dataclass
class _Pictures:
    """What was made of Snapshots, by its name."""

    made: dict[str, _Kept] = field(default_factory=dict)


def paced(
    name: str,
    snapshot: Snapshot,
    make: Callable[[], Made],
    detail: Any = None,
    seconds: float = PICTURES,
) -> Made:
    """What `make` gives, renewed at most every so many seconds while the Run trains."""
    made = visit.state(_Pictures).made
    if name not in made or not made[name].serves(snapshot, detail, seconds):
        made[name] = _Kept(make(), snapshot, detail, time.monotonic())
    return made[name].value
