"""What the machine can do: its multiply-add peak, its name, how busy it is."""

from __future__ import annotations

import os
import platform
import time
from contextlib import contextmanager

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.simd import CPU, WIDTH, Emitter

CHAINS = {"avx512": 24, "avx2": 5, "neon": 12, "baseline": 3}[CPU]  # independent, in registers


@intrinsic
def _multiply_adds(typingctx, turns, factor):
    """`turns` × CHAINS multiply-adds of 16 lanes, none waiting for another."""

    def emit(context, builder, signature, arguments):
        e = Emitter(builder, ir.FloatType())
        turns, factor = arguments
        value, sums = e.splat(factor), e.sums(CHAINS)
        for place in sums:
            builder.store(value, place)
        with cgutils.for_range(builder, turns):
            for place in sums:
                builder.store(e.multiply_add(value, value, builder.load(place)), place)
            e.fence()
        total = builder.load(sums[0])
        for place in sums[1:]:
            total = builder.fadd(total, builder.load(place))
        return e.total(total)

    return types.float32(types.int64, types.float32), emit


@njit("float32(int64, float32)")
def _spin(turns, factor):
    return _multiply_adds(turns, factor)


def peak() -> float:
    """Multiply-add peak of one core in GFLOP/s, the best of a few tries of 5 ms."""
    turns, best = 200_000, 0.0
    for _ in range(8):
        start = time.perf_counter()
        _spin(turns, np.float32(0.5))
        best = max(best, 2 * CHAINS * WIDTH * turns / (time.perf_counter() - start) / 1e9)
    return best


def load() -> float:
    """Processes that wanted a core during the last minute, on average."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def name() -> str:
    """The processor, its cores, and the tile kind that the engine chose."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
        model = lines[0].split(":")[1].strip() if lines else model
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, {CPU} tiles"


@contextmanager
def one_thread(count: int):
    """NumPy's and PyTorch's libraries use `count` threads inside."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(count):
        yield
