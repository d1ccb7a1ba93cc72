"""The table of all workloads and peers, as text and as JSON."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from playground.bench import machine
from playground.bench.contest import Incomparable, Row, Workload, compare
from playground.bench.machine import held_back
from playground.bench.workloads import all_workloads

PEERS = ("torch", "sklearn", "jax")  # those that --against may name; NumPy's sgemm is always there
HEAD = (
    "workload",
    "threads",
    "ours",
    "peer",
    "theirs",
    "ratio",
    "best tenth",
    "to reach",
    "GFLOP/s",
    "of peak",
    "load",
)
FOOT = (
    "ratio: their time ÷ ours, the median over the turns; best tenth: of the fastest tenth of "
    "the turns; of peak: of the multiply-add peak of the cores in use; load: of the machine, "
    "this program's own included; *: as many operations on other numbers, all others were "
    "checked to agree first."
)


@dataclass
class Report:
    """What was found, and what was not looked at."""

    machine: str
    versions: dict[str, str]
    peak_gflops: float  # of one core, the best measured
    rows: list[Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    incomparable: list[str] = field(default_factory=list)
    unfair: list[str] = field(default_factory=held_back)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, allow_nan=False)


def report(
    against: Sequence[str] = PEERS,
    quick: bool = False,
    tell: Callable[[str], None] = print,
    workloads: Sequence[Workload] | None = None,
) -> Report:
    """Compare with every peer that is installed; `tell` gets the lines as they come."""
    result = Report(machine.name(), machine.versions(), machine.peak())
    tell(result.machine)
    tell(", ".join(f"{name} {version}" for name, version in result.versions.items()))
    for setting in result.unfair:
        tell(f"Unfair: {setting} is set, which may slow a peer down.")
    tell(f"multiply-add peak of one core: {result.peak_gflops:.0f} GFLOP/s\n")
    installed = {peer for peer in against if importlib.util.find_spec(peer)}
    result.left_out += [f"{peer} is not installed" for peer in against if peer not in installed]
    if importlib.util.find_spec("threadpoolctl"):
        installed.add("sgemm")
    else:
        result.left_out.append("sgemm: without threadpoolctl it would use every core")
    tell(_cells(HEAD))
    tell(_cells(["---"] * len(HEAD)))
    for workload in all_workloads() if workloads is None else workloads:
        if reason := _hindrance(workload, quick):
            result.left_out.append(f"{workload.name}, {workload.threads} threads: {reason}")
            continue
        for peer in sorted(installed & set(workload.peers), key=list(workload.peers).index):
            _contest(result, workload, peer, quick, tell)
    for kind, lines in (("Left out", result.left_out), ("Not timed", result.incomparable)):
        for line in lines:
            tell(f"{kind}: {line}.")
    tell(FOOT)
    return result


def _hindrance(workload: Workload, quick: bool) -> str:
    if quick and workload.slow:
        return "takes minutes"
    cores = os.cpu_count() or 1
    return f"this machine has {cores}" if workload.threads > cores else ""


def _contest(
    result: Report, workload: Workload, peer: str, quick: bool, tell: Callable[[str], None]
) -> None:
    result.peak_gflops = max(result.peak_gflops, machine.peak())  # it may have been busy before
    rounds, seconds = (5, 0.05) if quick else (3, 0) if workload.slow else (15, 0.2)
    try:
        row = compare(workload, peer, rounds, seconds, result.peak_gflops)
    except Incomparable as error:
        result.incomparable.append(str(error))
        return
    result.rows.append(row)
    tell(_line(row))


def _line(row: Row) -> str:
    missed = row.target is not None and row.ratio < row.target
    goal = "" if row.target is None else f"{row.target:g}{' missed' if missed else ''}"
    peer = row.peer if row.checked else f"{row.peer}*"
    gflops = "" if row.gflops is None else _short(row.gflops)
    share = "" if row.share_of_peak is None else f"{row.share_of_peak:.2f}"
    load = "" if row.load is None else f"{row.load:.1f}"
    return _cells(
        [
            row.workload,
            row.threads,
            _seconds(row.ours),
            peer,
            _seconds(row.theirs),
            _short(row.ratio),
            _short(row.best),
            goal,
            gflops,
            share,
            load,
        ]
    )


def _cells(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _seconds(value: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 0.9995:
            return f"{_short(value * factor)} {unit}"
    return f"{_short(value * 1e9)} ns"


def _short(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}"
