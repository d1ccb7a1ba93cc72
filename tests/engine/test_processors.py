"""The register tiles of processors other than this one: the same tests, compiled for those.

A tile's rows and vectors depend on the processor, so a machine with AVX-512 by itself would never
run the tiles that most laptops use. Older instruction sets run on newer processors.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
X86 = {"haswell": "avx2", "nehalem": "baseline"}
PROCESSORS = X86 if platform.machine() in ("x86_64", "AMD64") else {"generic": None}
WHICH = "from playground.engine import simd; print(simd.CPU)"
TESTS = ["tests/engine/test_kernels.py", "tests/engine/test_reference.py"]


@pytest.mark.parametrize("name", PROCESSORS)
def test_as_compiled_for(name):
    environment = {**os.environ, "NUMBA_CPU_NAME": name}

    def python(*words: str) -> str:
        command = [sys.executable, *words]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    tiles = python("-c", WHICH).strip()
    assert PROCESSORS[name] in (tiles, None)
    assert " passed" in python("-m", "pytest", "-q", "-p", "no:xdist", *TESTS)
