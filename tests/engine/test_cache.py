"""Machine code on disk: never of other sources, never a reason to fail."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numba import njit, types
from numba.core import caching

from playground.engine import cache

ROOT = Path(__file__).resolve().parents[2]
# tanh(7) by the polynomial alone: little to compile.
TANH = """
import numpy as np
from playground.engine import Network, registry
layer = registry.make("layer", {"type": "activation", "name": "tanh"})
network = Network([layer], (1,), registry.make("loss", {"type": "mse"}))
print(network.predict(np.full((2, 1), 7.0, np.float32))[1, 0])
"""
# tanh(2 · 3 + 1) by the register tiles besides.
TILES = """
import numpy as np
from playground.engine import Network, registry
layer = registry.make("layer", {"type": "dense", "units": 1, "activation": "tanh"})
network = Network([layer], (1,), registry.make("loss", {"type": "mse"}))
network.load_state_dict({"0.weight": np.full((1, 1), 2.0), "0.bias": np.ones(1)})
print(network.predict(np.full((2, 1), 3.0, np.float32))[1, 0])
"""
BEND = "\nKNEE = np.float32(100)\n"  # tanh by its series alone, which is wrong at 7
NO_BIAS = """
Tile.lift = lambda self, bias: None
"""


def start(folder: Path, script: str = TANH, **environment: str) -> subprocess.Popen:
    """A script with the package in `folder`."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def answer(process: subprocess.Popen) -> float:
    out, problems = process.communicate(timeout=120)
    assert process.returncode == 0, problems
    return float(out)


def edit(folder: Path, file: str, text: str) -> None:
    """Add to a source file; its time stays, as after a careless copy."""
    path = folder / "playground" / "engine" / file
    times = path.stat()
    path.write_text(path.read_text() + text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.fixture
def package(tmp_path) -> Path:
    """A package that holds the engine alone, which knows no other room: it starts sooner."""
    shutil.copytree(ROOT / "playground" / "engine", tmp_path / "playground" / "engine")
    (tmp_path / "playground" / "__init__.py").touch()
    return tmp_path


def test_an_edit_never_runs_stale_machine_code(package):
    right = pytest.approx(math.tanh(7), abs=1e-6)
    folder = {"NUMBA_CACHE_DIR": str(package / "cache")}
    assert answer(start(package, TILES, **folder)) == right
    edit(package, "simd.py", NO_BIAS)
    assert answer(start(package, TILES, **folder)) == pytest.approx(math.tanh(6), abs=1e-6) != right
    edit(package, "kernels/mathematics.py", BEND)
    assert abs(answer(start(package, TILES, **folder))) > 2


def test_several_starts_at_once_on_an_empty_cache(package):
    folder = str(package / "cache")
    together = [start(package, NUMBA_CACHE_DIR=folder) for _ in range(3)]
    assert [answer(process) for process in together] == [pytest.approx(math.tanh(7))] * 3
    assert answer(start(package, NUMBA_CACHE_DIR=folder)) == pytest.approx(math.tanh(7))


def test_a_damaged_cache_is_only_slow(package):
    folder = package / "cache"
    answer(start(package, NUMBA_CACHE_DIR=str(folder)))
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[:20])
    assert answer(start(package, NUMBA_CACHE_DIR=str(folder))) == pytest.approx(math.tanh(7))


def test_no_folder_to_write_to(package):
    nowhere = dict.fromkeys(("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"), "/dev/null/nothing")
    process = start(package, TMPDIR=str(package), **nowhere)
    assert answer(process) == pytest.approx(math.tanh(7))


def test_a_full_disk_is_only_slow(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    signature = types.int64(types.int64)
    double = cache.compiled(njit, signature, lambda x: 2 * x, np.dtype("f4"))
    assert double(21) == 42


def test_a_fault_of_the_source_is_told():
    with pytest.raises(Exception, match="nothing_such"):
        cache.compiled(njit, types.int64(types.int64), lambda x: nothing_such(x), np.dtype("f4"))  # noqa: F821


def test_a_folder_that_is_filled_but_not_writable_is_copied(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    filled = cache._choose()
    assert filled.parent == tmp_path
    (filled / "code").write_text("machine code")

    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    monkeypatch.setattr(cache.tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(cache.tempfile, "mkdtemp", lambda prefix: str(tmp_path / "private"))
    private = cache._choose()
    assert private == tmp_path / "private" and (private / "code").read_text() == "machine code"


def test_old_folders_go_and_younger_ones_stay(tmp_path):
    now = time.time()
    for name, days in (("engine-a", 40), ("engine-b", 29), ("engine-own", 40), ("else", 99)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "code").write_text("")
        os.utime(tmp_path / name, (now - days * 86400,) * 2)
    cache._forget_old(tmp_path / "engine-own")
    assert {path.name for path in tmp_path.iterdir()} == {"engine-b", "engine-own", "else"}
    assert time.time() - (tmp_path / "engine-own").stat().st_mtime < 60, "it is in use"


def test_every_source_and_the_cpu_count(tmp_path, monkeypatch):
    for file in ("a.py", "deep/b.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("x = 1")
    hashes = [cache.source_hash(tmp_path)]
    (tmp_path / "deep/b.py").write_text("x = 2")
    hashes.append(cache.source_hash(tmp_path))
    monkeypatch.setattr(cache, "TARGET", ("another", ""))
    hashes.append(cache.source_hash(tmp_path))
    assert len(set(hashes)) == 3 and cache.source_hash(tmp_path) == hashes[-1]


def test_what_compiles_in_advance_stands_back():
    order: list[str] = []

    def in_advance() -> None:
        cache.stand_back()
        order.append("in advance")

    with cache.urgent():
        thread = threading.Thread(target=in_advance)
        thread.start()
        thread.join(0.1)
        order.append("urgent")
    thread.join(10)
    assert order == ["urgent", "in advance"]
