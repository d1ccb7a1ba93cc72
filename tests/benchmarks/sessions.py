"""Do many Runs share the cores without loss? `python -m tests.benchmarks.sessions [--runs 32]`

One Run plays as fast as it goes, then many do, in turn and several times. `kept` is their steps a
second together, of what one makes alone times the cores: 0.8 is meant to be the least. Where other
programs want the cores as well, `per CPU second` is the fairer figure: steps a second of this
process's own time on them, which only our own work and waiting in line with locks held can lower.
"""

from __future__ import annotations

import argparse
import statistics
import time

from playground import Experiment, Run
from playground.bench import machine
from playground.training.fair_lock import CORES

WARM_UP = 1.0  # seconds before counting: the first measurements, and finding the length of a turn


def steps(runs: list[Run]) -> int:
    return sum(run._trainer.step for run in runs)


def play(preset: str, count: int, seconds: float) -> tuple[float, float]:
    """Steps a second, and steps a second of CPU time, of so many Runs together."""
    experiment = Experiment.preset(preset)
    runs = [Run(experiment.reseeded(seed + 1)) for seed in range(count)]
    for run in runs:
        run.step()
    for run in runs:
        run.play("max")
    time.sleep(WARM_UP)
    before, clock, cpu = steps(runs), time.perf_counter(), time.process_time()
    time.sleep(seconds)
    after, wall, busy = steps(runs), time.perf_counter() - clock, time.process_time() - cpu
    for run in runs:
        run.close()
    return (after - before) / wall, (after - before) / busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=32)
    parser.add_argument("--preset", default="circle")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    cores, kept, efficiency = CORES._places, [], []
    print(
        f"{machine.name()}\n\n| {arguments.preset} | one | {arguments.runs} | kept "
        "| per CPU second | load |\n|---|---|---|---|---|---|"
    )
    for number in range(arguments.rounds):
        one, alone = play(arguments.preset, 1, arguments.seconds)
        many, together = play(arguments.preset, arguments.runs, arguments.seconds)
        kept.append(many / (one * cores))
        efficiency.append(together / alone)
        print(
            f"| round {number + 1} | {one:,.0f} | {many:,.0f} | {kept[-1]:.2f} "
            f"| {efficiency[-1]:.2f} | {machine.load():.1f} |",
            flush=True,
        )
    print(
        f"\nmedian: kept {statistics.median(kept):.2f}, "
        f"per CPU second {statistics.median(efficiency):.2f}"
    )


if __name__ == "__main__":
    main()
