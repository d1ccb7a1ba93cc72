"""Does a step's time grow as its arithmetic does? `python -m tests.benchmarks.growth [--rounds N]`

From LeNet-5 at batch 64 upwards, by batch, channels, size of the image, depth and width. Every
network takes its turn in every round; a time is the CPU's, the best of its turns, because this asks
what the engine does and not who else is busy. `pace` is GFLOP/s relative to LeNet-5's; it is meant
to be 0.85 at least. A batch that leaves its last chunk nearly empty (here 65: 32 + 32 + 1) pays for
a whole one; wide dense layers and large images wait for memory.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from playground.bench import machine
from playground.bench.workloads import ADAM, IMAGE, LENET5, SOFTMAX, our_steps, step_flops

LEAST = 0.85


def conv(filters: int) -> dict:
    return {
        "type": "conv2d",
        "filters": filters,
        "kernel_size": 3,
        "padding": 1,
        "activation": "relu",
    }


def dense(units: int) -> dict:
    return {"type": "dense", "units": units, "activation": "relu"}


POOL, FLATTEN, LAST = (
    {"type": "max_pool2d", "pool_size": 2},
    {"type": "flatten"},
    {"type": "dense", "units": 10},
)


def lenet(factor: int) -> list[dict]:
    """LeNet-5 with so many times the filters and units."""
    sizes = {"filters", "units"}
    wider = [{k: v * factor if k in sizes else v for k, v in layer.items()} for layer in LENET5]
    return [*wider[:-1], LENET5[-1]]


def series() -> dict[str, list[tuple[str, list[dict], tuple[int, ...], int]]]:
    """(name, layers, shape of the input, batch) along each way to grow."""
    return {
        "batch": [
            (f"LeNet-5, batch {n}", LENET5, IMAGE, n) for n in (32, 64, 65, 96, 128, 256, 512)
        ],
        "channels": [(f"LeNet-5, {n}× channels", lenet(n), IMAGE, 64) for n in (2, 4, 8)],
        "image": [(f"LeNet-5 on {n}×{n}", LENET5, (1, n, n), 64) for n in (32, 48, 64, 96)],
        "depth": [
            (f"{n} × conv 16→16", [*[conv(16)] * n, POOL, FLATTEN, LAST], IMAGE, 64)
            for n in (2, 4, 8, 16)
        ],
        "width": [
            (f"784-{n}-{n}-10", [FLATTEN, dense(n), dense(n), LAST], IMAGE, 64)
            for n in (128, 256, 512, 1024, 2048)
        ],
    }


def measure(points, rounds: int) -> list[tuple[str, float, float]]:
    """(name, FLOP, seconds) of each."""
    trainings = []
    for name, layers, shape, batch in points:
        random = np.random.default_rng(0)
        count = max(2 * batch, 256)
        x = random.integers(0, 256, (count, *shape)).astype(np.uint8)
        side = our_steps(layers, shape, SOFTMAX, (x, random.integers(0, 10, count)), batch, ADAM)
        side.run(2)
        trainings.append((name, side, step_flops(layers, shape, SOFTMAX, batch)))
    best = np.full(len(trainings), np.inf)
    for _ in range(rounds):
        for i, (_, side, flops) in enumerate(trainings):
            steps = max(1, round(2e9 / flops))
            start = time.process_time()
            side.run(steps)
            best[i] = min(best[i], (time.process_time() - start) / steps)
    return [(name, flops, t) for (name, _, flops), t in zip(trainings, best, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", help="one of " + ", ".join(series()))
    arguments = parser.parse_args()
    print(f"{machine.name()}; peak {machine.peak():.0f} GFLOP/s")
    first = ("LeNet-5, batch 64", LENET5, IMAGE, 64)
    for title, points in series().items():
        if arguments.only and title != arguments.only:
            continue
        measured = measure([first, *points], arguments.rounds)
        pace = measured[0][1] / measured[0][2]
        print(f"\n| {title} | MFLOP | ms | GFLOP/s | pace |\n|---|---|---|---|---|")
        for name, flops, seconds in measured:
            rate, share = flops / seconds / 1e9, flops / seconds / pace
            print(
                f"| {name} | {flops / 1e6:.0f} | {seconds * 1e3:.3g} | {rate:.0f} "
                f"| {share:.2f}{'' if share >= LEAST else ' slow'} |",
                flush=True,
            )
    print(f"\nload {machine.load()}")


if __name__ == "__main__":
    main()
