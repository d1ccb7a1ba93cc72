"""The interpreter with the chunks of a batch spread over threads.

Results are the same bit for bit: chunks never share a sum, whoever runs them. It is compiled only
where it is used. Numba's `workqueue` layer aborts the process when two Python threads run parallel
code at once, so only `omp` and `tbb` are allowed; where neither exists, programs run sequentially.
"""

import os

import numba
import numpy as np
from numba import njit, prange

from playground.engine import cache
from playground.engine.interpreter import Interpreter, _signature, call, place, waits
from playground.engine.kernel import get
from playground.engine.kernels.batches import STEP

numba.config.THREADING_LAYER_PRIORITY = ["omp", "tbb", "workqueue"]


def _run(
    rows: np.ndarray,
    segments: np.ndarray,
    memory: np.ndarray,
    tables: np.ndarray,
    losses: np.ndarray,
    loss_at: int,
    chunk_words: int,
    row_words: int,
) -> int:
    for step in range(losses.size):
        for s in range(segments.shape[0]):
            first, end, chunks = segments[s, 0], segments[s, 1], segments[s, 2]
            every = segments[s, 3]
            if every > 1 and get(place(tables, 0), STEP) % every:
                continue
            if every < 0 and waits(place(tables, 0), every):
                continue
            if chunks == 1:
                for row in range(first, end):
                    call(place(rows, row * row_words), place(memory, 0), place(tables, 0))
            else:
                for chunk in prange(chunks):
                    for row in range(first, end):
                        op = place(rows, chunk * chunk_words + row * row_words)
                        call(op, place(memory, 0), place(tables, 0))
        losses[step] = get(place(memory, 0), loss_at)
        if not np.isfinite(losses[step]):
            return step + 1
    return losses.size


_compiled: dict[np.dtype, Interpreter] = {}
_safe: bool | None = None


def parallel_interpreter(dtype: np.dtype) -> Interpreter | None:
    """The parallel interpreter, or None where no safe threading layer is installed."""
    global _safe
    if _safe is None:
        _safe = _layer_is_safe()
    if not _safe:
        return None
    if dtype not in _compiled:
        options = {"nogil": True, "parallel": True, "error_model": "numpy"}
        _compiled[dtype] = cache.compiled(njit, _signature(dtype), _run, dtype, **options)
    return _compiled[dtype]


def _layer_is_safe() -> bool:
    """Start the threads, and see which layer they are of.

    Waiting OpenMP threads shall sleep: by default they spin, and where other processes want the
    cores a step of LeNet-5 then took 23 ms instead of 3. The library reads this once, at its start.
    """
    from numba.np.ufunc import parallel

    policy = os.environ.get("OMP_WAIT_POLICY")
    os.environ["OMP_WAIT_POLICY"] = policy or "passive"
    try:
        parallel._launch_threads()
        return numba.threading_layer() in ("omp", "tbb")
    except ValueError:
        return False
    finally:
        if policy is None:
            del os.environ["OMP_WAIT_POLICY"]
