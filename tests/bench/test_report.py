"""The benchmark's own rules, on sides that do nothing: what is timed, what is not, what is told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from playground.bench import contest, machine
from playground.bench.contest import Incomparable, Side, Workload, compare, repetitions
from playground.bench.report import HEAD, report


class Clock:
    """Time that passes only while a side runs."""

    def __init__(self) -> None:
        self.now, self.ran = 0.0, []

    def perf_counter(self) -> float:
        return self.now

    def side(self, name: str, seconds: float, numbers=None, lot: int = 1) -> Side:
        def run(count: int) -> None:
            assert count % lot == 0
            self.ran.append(name)
            self.now += count * seconds

        check = None if numbers is None else lambda: np.array(numbers, np.float64)
        return Side(run, check, lot)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(contest, "time", made)
    monkeypatch.setattr(machine, "peak", lambda: 100.0)
    return made


PEER = "json"  # stands for a package that is installed


def workload(clock: Clock, ours=(1.0, 2.0), theirs=(1.0, 2.0), peer=PEER, **options) -> Workload:
    """A side that takes 1 ms, and one that takes 3."""
    peers = {peer: lambda: clock.side(peer, 3e-3, theirs)}
    return Workload("work", lambda: clock.side("ours", 1e-3, ours), peers, **options)


def lines(*workloads: Workload, against=(PEER,), quick=True) -> tuple[list[str], dict]:
    told: list[str] = []
    found = report(against, quick, told.append, workloads)
    return told, json.loads(found.to_json())


def test_a_row_says_what_was_measured(clock):
    told, found = lines(workload(clock, flops=5e7, targets={PEER: 2.5}))
    (row,) = found["rows"]
    assert row["ours"] == pytest.approx(1e-3) and row["theirs"] == pytest.approx(3e-3)
    assert row["ratio"] == pytest.approx(3) and row["best"] == pytest.approx(3)
    assert row["gflops"] == pytest.approx(50) and row["share_of_peak"] == pytest.approx(0.5)
    assert row["checked"] and row["threads"] == 1
    table = [line for line in told if line.startswith("|")]
    assert {line.count("|") for line in table} == {len(HEAD) + 1}
    cells = [cell.strip() for cell in table[-1].strip("|").split("|")]
    assert cells[:10] == ["work", "1", "1 ms", PEER, "3 ms", "3", "3", "2.5", "50", "0.50"]


def test_the_report_names_machine_and_versions(clock):
    _, found = lines()
    assert found["peak_gflops"] == 100 and "cores" in found["machine"]
    assert {"python", "numpy", "numba"} <= set(found["versions"])


def test_a_target_that_is_missed_is_marked(clock):
    told, _ = lines(workload(clock, targets={PEER: 3.5}))
    assert any("3.5 missed" in line for line in told)


@pytest.mark.parametrize("theirs", [(1.0, 2.1), (np.nan, 2.0), (1.0, np.inf), (1.0,)])
def test_sides_that_disagree_are_not_timed(clock, theirs):
    told, found = lines(workload(clock, theirs=theirs))
    assert not found["rows"] and not clock.ran
    assert "work" in found["incomparable"][0] and any("Not timed: work" in line for line in told)


def test_what_was_not_checked_is_marked(clock):
    told, found = lines(workload(clock, theirs=None))
    assert not found["rows"][0]["checked"] and any(f"| {PEER}* |" in line for line in told)


def test_peers_that_are_missing_are_named(clock):
    told, found = lines(workload(clock, peer="nobody"), against=["nobody"])
    assert "Left out: nobody is not installed." in told
    assert "nobody is not installed" in found["left_out"] and not found["rows"]


def test_peers_that_were_not_asked_for_do_not_run(clock):
    lines(workload(clock), against=())
    assert not clock.ran
    lines(workload(clock))
    assert clock.ran


def test_what_is_left_out_is_told(clock):
    slow, wide = workload(clock, slow=True), workload(clock, threads=4096)
    _, found = lines(slow, wide)
    assert not clock.ran and len(found["left_out"]) >= 2
    _, found = lines(slow, quick=False)
    assert len(found["rows"]) == 1


def test_sides_take_turns_and_each_begins_as_often(clock):
    compare(workload(clock), PEER, rounds=4, seconds=0.0, peak=1.0)
    turns = list(zip(clock.ran[-8::2], clock.ran[-7::2], strict=True))
    assert sorted(turns) == [(PEER, "ours")] * 2 + [("ours", PEER)] * 2


def test_a_turn_is_as_long_as_asked(clock):
    assert repetitions(clock.side("a", 1e-3), 0.2) == 200
    assert repetitions(clock.side("a", 1e-3, lot=32), 0.2) == 192
    assert repetitions(clock.side("a", 9.0), 0.2) == 1
    assert repetitions(clock.side("a", 9.0, lot=25), 0.2) == 25


def test_a_side_may_find_that_it_failed(clock):
    def fail(count: int) -> None:
        raise Incomparable("it did not arrive")

    work = Workload("race", lambda: Side(fail), {PEER: lambda: Side(fail)}, slow=True)
    _, found = lines(work, quick=False)
    assert found["incomparable"] == ["it did not arrive"] and not found["rows"]


def test_libraries_get_their_threads_back():
    import numba

    before = numba.get_num_threads()
    with machine.threads(1):
        assert numba.get_num_threads() == 1
    assert numba.get_num_threads() == before
