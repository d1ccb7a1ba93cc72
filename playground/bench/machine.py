"""What the machine can do: its multiply-add peak, its name, how busy it is."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib import metadata

import numba
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.base import BaseContext
from numba.core.typing.context import Context
from numba.core.typing.templates import Signature
from numba.extending import intrinsic

from playground.engine.simd import CPU, WIDTH, Emitter

CHAINS = {"avx512": 24, "avx2": 5, "neon": 12, "baseline": 3}[CPU]  # as many as registers hold
PACKAGES = ("numba", "numpy", "torch", "scikit-learn", "jax")


@intrinsic
def _multiply_adds(
    typingctx: Context, turns: types.Type, factor: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """`turns` × CHAINS multiply-adds of 16 lanes, none waiting for another."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
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
        return builder.extract_element(e.totals([total, total]), ir.Constant(ir.IntType(32), 0))

    return types.float32(types.int64, types.float32), emit


@njit("float32(int64, float32)")
def _spin(turns: int, factor: np.float32) -> float:
    return _multiply_adds(turns, factor)


def peak() -> float:
    """Multiply-add peak of one core in GFLOP/s, the best of a few tries of about 5 ms."""
    turns, best = 200_000, 0.0
    for _ in range(8):
        start = time.perf_counter()
        _spin(turns, np.float32(0.5))
        best = max(best, 2 * CHAINS * WIDTH * turns / (time.perf_counter() - start) / 1e9)
    return best


def load() -> float | None:
    """Processes that wanted a core during the last minute, on average; ours is one of them."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


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


def versions() -> dict[str, str]:
    """Python, the packages that take part, and the library behind NumPy's products."""
    installed = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            installed[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    try:
        from threadpoolctl import threadpool_info

        blas = next(pool for pool in threadpool_info() if pool["user_api"] == "blas")
        installed["sgemm"] = (
            f"{blas['internal_api']} {blas['version']} ({blas.get('architecture')})"
        )
    except (ImportError, StopIteration):
        pass
    return installed


def held_back() -> list[str]:
    """Settings of the environment that keep a peer from choosing its own fastest code."""
    names = ("OPENBLAS_CORETYPE", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA")
    return [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Libraries that share out their work (NumPy's, PyTorch's, ours) use `count` threads."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # then nothing here compares with NumPy
        threadpool_limits = nullcontext

    before = numba.get_num_threads()
    numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))
    try:
        with threadpool_limits(count):
            yield
    finally:
        numba.set_num_threads(before)
