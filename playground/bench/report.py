"""The table: both sides in turn, so that a change of the machine's speed meets both alike."""

from __future__ import annotations

import importlib.util
import json
import time
from dataclasses import asdict, dataclass

import numpy as np

from playground.bench import machine
from playground.bench.workloads import Side, Workload, all_workloads

PEERS = ("torch", "sklearn", "jax")  # those that --against may name; sgemm is always there


@dataclass
class Row:
    """One line of the table; times are seconds of one repetition, medians."""

    workload: str
    threads: int
    ours: float
    peer: str
    theirs: float
    ratio: float  # theirs ÷ ours, the median over the pairs of turns
    best: float  # the ratio of the fastest tenths
    target: float | None
    gflops: float | None
    share_of_peak: float | None
    load: float


class Disagreement(Exception):
    """Two sides compute different numbers, so comparing their speed would mean nothing."""


def _agree(ours: Side, theirs: Side, workload: Workload, peer: str) -> None:
    if ours.check is None or theirs.check is None:
        return
    a, b = np.asarray(ours.check(), np.float64), np.asarray(theirs.check(), np.float64)
    worst = float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30))
    if not worst <= workload.tolerance:
        raise Disagreement(f"{workload.name}: ours and {peer}'s differ by {worst:.1e}; not timed")


def _repetitions(side: Side, seconds: float) -> int:
    """How many repetitions take about so long."""
    count = 1
    while True:
        start = time.perf_counter()
        side.run(count)
        spent = time.perf_counter() - start
        if spent > seconds / 4 or count >= 1_000_000:
            return max(1, round(count * seconds / max(spent, 1e-9)))
        count *= 4


def _time(side: Side, count: int) -> float:
    start = time.perf_counter()
    side.run(count)
    return (time.perf_counter() - start) / count


def compare(workload: Workload, peer: str, rounds: int, seconds: float, peak: float) -> Row:
    """Time both sides in turn: `rounds` turns of about `seconds` each."""
    with machine.one_thread(workload.threads):
        ours, theirs = workload.ours(), workload.peers[peer]()
        _agree(ours, theirs, workload, peer)
        sides = (ours, theirs)
        counts = [1 if workload.slow else _repetitions(side, seconds) for side in sides]
        times = np.array(
            [[_time(side, count) for side, count in zip(sides, counts, strict=True)]
             for _ in range(1 if workload.slow else rounds)]
        )  # fmt: skip
    median, fast = np.median(times, axis=0), np.quantile(times, 0.1, axis=0)
    gflops = workload.flops / median[0] / 1e9 if workload.flops else None
    return Row(
        workload.name, workload.threads, median[0], peer, median[1],
        float(np.median(times[:, 1] / times[:, 0])), fast[1] / fast[0],
        workload.targets.get(peer), gflops,
        gflops / (peak * workload.threads) if gflops else None, machine.load(),
    )  # fmt: skip


def _seconds(value: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def _line(row: Row) -> str:
    missed = row.target is not None and row.ratio < row.target
    goal = "" if row.target is None else f"{row.target:g}{' missed' if missed else ''}"
    gflops = "" if row.gflops is None else f"{row.gflops:.0f}"
    share = "" if row.share_of_peak is None else f"{row.share_of_peak:.2f}"
    cells = (row.workload, row.threads, _seconds(row.ours), row.peer, _seconds(row.theirs),
             f"{row.ratio:.3g}", f"{row.best:.3g}", goal, gflops, share, f"{row.load:.1f}")  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main(against: list[str] | None = None, quick: bool = False, json_file: str | None = None) -> int:
    """Print the table; 1 if two sides disagreed, else 0."""
    wanted = list(PEERS) if against is None else against
    installed = [peer for peer in wanted if importlib.util.find_spec(peer)]
    for peer in wanted:
        if peer not in installed:
            print(f"{peer} is not installed: left out.")
    peak = machine.peak()
    print(f"{machine.name()}; multiply-add peak of one core {peak:.0f} GFLOP/s\n")
    print("| workload | threads | ours | peer | theirs | ratio | best tenth | to reach | GFLOP/s "
          "| of peak | load |\n|---|---|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    rows, wrong = [], []
    for workload in all_workloads():
        for peer in workload.peers:
            if peer not in (*installed, "sgemm") or (quick and workload.slow):
                continue
            try:
                row = compare(workload, peer, 5 if quick else 15, 0.05 if quick else 0.2, peak)
            except Disagreement as error:
                wrong.append(str(error))
                continue
            rows.append(row)
            print(_line(row), flush=True)
    print("", *wrong, sep="\n")
    if json_file:
        facts = {"machine": machine.name(), "peak_gflops": peak, "rows": [asdict(r) for r in rows]}
        with open(json_file, "w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1)
    return 1 if wrong else 0
