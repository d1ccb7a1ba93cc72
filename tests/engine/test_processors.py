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

from playground.engine import simd
from tests.engine.alone import ALONE

ROOT = Path(__file__).resolve().parents[2]
X86 = {"haswell": ("avx2", "ymm"), "nehalem": ("baseline", "xmm")}
PROCESSORS = X86 if platform.machine() in ("x86_64", "AMD64") else {"generic": None}
# This machine's own tiles are run by every other test.
OTHERS = [name for name, kind in PROCESSORS.items() if kind is None or kind[0] != simd.CPU]
# The kind of tiles, then the widest register that a product's machine code names.
WHICH = """
import numpy as np
from playground.engine import simd
from playground.engine.kernels import products
products.multiply.address(np.dtype("f4"))
code = products.multiply._compiled[np.dtype("f4")]._library.get_asm_str()
print(simd.CPU, next((register for register in ("zmm", "ymm", "xmm") if register in code), ""))
"""
TESTS = ["tests/engine/test_kernels.py", "tests/engine/test_reference.py"]
# Only products and pooling are made of tiles (`engine/simd.py`): the layers that use them.
TILED = "test_kernels or conv or dense or pool or LeNet or residual or inception"


def python(name: str, *words: str, **more: str) -> str:
    """What Python prints when it compiles for that processor."""
    environment = {**os.environ, "NUMBA_CPU_NAME": name, **more}
    environment.pop("NUMBA_CPU_FEATURES", None)
    command = [sys.executable, *words]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("name", PROCESSORS)
def test_code_is_for_the_processor_named(name, tmp_path):
    # An empty cache: code that was loaded from disk cannot be read as assembly.
    told = python(name, "-c", ALONE + WHICH, NUMBA_CACHE_DIR=str(tmp_path))
    assert PROCESSORS[name] in (tuple(told.split()), None)


@pytest.mark.parametrize("name", OTHERS)
def test_as_compiled_for(name):
    assert " passed" in python(name, "-m", "pytest", "-q", "-p", "no:xdist", "-k", TILED, *TESTS)


def test_nothing_else_is_made_of_tiles():
    """What `TILED` says of the kernels."""
    kernels = sorted((ROOT / "playground/engine/kernels").glob("*.py"))
    users = [file.name for file in kernels if "simd" in file.read_text()]
    assert users == ["pooling.py", "products.py"]
