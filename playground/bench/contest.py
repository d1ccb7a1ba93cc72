"""Two sides and one workload: checked equal first, then timed in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from playground.bench import machine


@dataclass
class Side:
    """One contestant: `run(count)` repeats the work; `check()` gives numbers to compare.

    Without `check` a side does as many operations as the other, on numbers of its own.
    """

    run: Callable[[int], object]
    check: Callable[[], np.ndarray] | None = None
    lot: int = 1  # repetitions come in lots of so many: JAX runs whole epochs


@dataclass
class Workload:
    """`ours` and the peers are functions that build a Side, so that nothing is built in vain."""

    name: str
    ours: Callable[[], Side]
    peers: Mapping[str, Callable[[], Side]]
    flops: float = 0.0  # of one repetition; 0: not a matter of arithmetic
    threads: int = 1
    tolerance: float = 1e-4
    targets: dict[str, float] = field(default_factory=dict)  # ratio to reach, by peer
    slow: bool = False  # one repetition takes minutes; left out by --quick


@dataclass
class Row:
    """One line of the table; times are seconds of one repetition, medians over the turns."""

    workload: str
    threads: int
    ours: float
    peer: str
    theirs: float
    ratio: float  # theirs ÷ ours, the median over the pairs of turns
    best: float  # the ratio of each side's fastest tenth
    target: float | None
    checked: bool  # both sides computed the same numbers first
    gflops: float | None
    share_of_peak: float | None
    load: float | None


class Incomparable(Exception):  # noqa: N818 - nothing is broken, but a time would mean nothing
    """The sides did not do the same, so comparing their speed would mean nothing."""


def compare(workload: Workload, peer: str, rounds: int, seconds: float, peak: float) -> Row:
    """Time both sides in `rounds` turns of about `seconds` each; who begins alternates.

    `peak` is what one core can do, in GFLOP/s. Incomparable where the sides' numbers differ.
    """
    with machine.threads(workload.threads):
        ours, theirs = sides = workload.ours(), workload.peers[peer]()
        checked = _agree(ours, theirs, workload, peer)
        counts = [1 if workload.slow else repetitions(side, seconds) for side in sides]
        times = np.zeros((rounds, 2))
        for turn in range(rounds):
            for i in (0, 1) if turn % 2 else (1, 0):
                times[turn, i] = spent(sides[i], counts[i])
    median, fast = np.median(times, axis=0), np.quantile(times, 0.1, axis=0)
    gflops = workload.flops / median[0] / 1e9 if workload.flops else None
    return Row(
        workload.name,
        workload.threads,
        float(median[0]),
        peer,
        float(median[1]),
        float(np.median(times[:, 1] / times[:, 0])),
        float(fast[1] / fast[0]),
        workload.targets.get(peer),
        checked,
        gflops,
        gflops / (peak * workload.threads) if gflops else None,
        machine.load(),
    )


def _agree(ours: Side, theirs: Side, workload: Workload, peer: str) -> bool:
    """Whether the sides could be compared; Incomparable if they were, and differ."""
    if ours.check is None or theirs.check is None:
        return False
    a, b = np.asarray(ours.check(), np.float64), np.asarray(theirs.check(), np.float64)
    if a.shape != b.shape:
        raise Incomparable(f"{workload.name}: ours has shape {a.shape}, {peer}'s {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise Incomparable(f"{workload.name}: ours or {peer}'s numbers are not finite")
    worst = float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30))
    if worst > workload.tolerance:
        raise Incomparable(f"{workload.name}: ours and {peer}'s numbers differ by {worst:.1e}")
    return True


def repetitions(side: Side, seconds: float) -> int:
    """How many repetitions take about so long."""
    count = side.lot
    while (each := spent(side, count)) * count < seconds / 4 and count < 1_000_000:
        count *= 4
    return max(1, round(seconds / each / side.lot)) * side.lot


def spent(side: Side, count: int) -> float:
    """Seconds of one of `count` repetitions."""
    start = time.perf_counter()
    side.run(count)
    return (time.perf_counter() - start) / count
