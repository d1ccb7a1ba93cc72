"""Threads under each of Numba's threading layers: two trainings at once neither crash nor differ.

Numba's `workqueue` ends the process when two Python threads run parallel code at once, so it must
never be used for that; `omp` and `tbb` may. A process has one layer, so each is forced in one of
its own.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.alone import ALONE

SAFE = ["omp", "tbb"] if platform.machine() == "x86_64" else ["omp"]  # there is no other wheel
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    ALONE
    + """
import json, resource, sys, threading
from dataclasses import replace

import numba
import numpy as np
from numba.np.ufunc.parallel import _launch_threads
from playground.engine import Training, parallel, registry
from tests.engine.cases import LENET

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a process that is ended leaves no file
case, steps = replace(LENET, samples=140), 300
if "trusting" in sys.argv:  # as if every layer were safe
    parallel._layer_is_safe, steps = lambda: [_launch_threads()], 10_000

def training(spread):
    run = Training(case.network(), *case.batch(), registry.make("optimizer", {"type": "sgd"}),
                   batch_size=70)
    run.parallel = spread
    return run

told = training(False).train(steps).losses
runs, losses = [training(True) for _ in range(2)], {}
for run in runs:
    run.compile(parallel=True)
threads = [threading.Thread(target=lambda i=i: losses.update({i: runs[i].train(steps).losses}))
           for i in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
try:
    layer = numba.threading_layer()
except ValueError:
    layer = "none"
used = parallel.parallel_interpreter(np.dtype("f4")) is not None
print(json.dumps({"layer": layer, "parallel": used, "compiled": len(parallel._compiled),
                  "same": all((losses[i] == told).all() for i in range(2)),
                  "learned": bool(told[-1] < told[0])}))
"""
)


def run(layer: str, *words: str) -> subprocess.CompletedProcess:
    """Two trainings at once in a process whose threads are of this layer."""
    settings = {
        "NUMBA_THREADING_LAYER": layer,
        "NUMBA_NUM_THREADS": "2",
        "LD_LIBRARY_PATH": f"{sys.prefix}/lib",
    }  # where pip puts TBB
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=ROOT,
        text=True,
        timeout=120,
        env={**os.environ, **settings},
        capture_output=True,
    )


def report(layer: str) -> dict:
    """What such a process told."""
    done = run(layer)
    assert done.returncode == 0, f"{layer}: ended with {done.returncode}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])


def test_the_unsafe_layer_never_runs_in_parallel():
    found = report("workqueue")
    assert found == {
        "layer": "workqueue",
        "parallel": False,
        "compiled": 0,
        "same": True,
        "learned": True,
    }


def test_the_unsafe_layer_would_end_the_process():
    """What the test above would see if the guard were gone."""
    done = run("workqueue", "trusting")
    assert done.returncode == -signal.SIGABRT
    assert "Concurrent access has been detected" in done.stderr


@pytest.mark.parametrize("layer", SAFE)
def test_safe_layers_run_in_parallel_with_the_same_numbers(layer):
    found = report(layer)
    assert found == {"layer": layer, "parallel": True, "compiled": 1, "same": True, "learned": True}


def test_without_any_layer_programs_run_in_sequence():
    found = report("none_of_them")
    assert found == {
        "layer": "none",
        "parallel": False,
        "compiled": 0,
        "same": True,
        "learned": True,
    }
