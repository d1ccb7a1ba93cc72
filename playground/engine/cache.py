"""Where machine code is kept between starts.

Numba notices a change only in the file that holds a function, not in those that it imports, so the
folder carries a hash of all the engine's sources. It carries the CPU as well, and every kind of
number has a folder of its own: Numba keeps what it compiled of one function for several CPUs or
types in one index, and two processes that write to it at once may mix them up.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.typing.templates import Signature

from playground.engine.simd import TARGET

UNUSED = 30 * 86400  # seconds after which machine code of other sources or CPUs is removed

compiling = threading.RLock()  # held while something compiles
_waiting, _changed = 0, threading.Condition()


def source_hash(folder: Path = Path(__file__).parent) -> str:
    """A short hash over every source file of the engine, and the CPU."""
    digest = hashlib.sha256(repr(TARGET).encode())
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _choose() -> Path:
    """NUMBA_CACHE_DIR, else the user's cache, else a temporary folder for this process alone.

    A folder that is filled but cannot be written to, as in an image, is copied.
    """
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name, filled = f"engine-{source_hash()}", None
    for base in (os.environ.get("NUMBA_CACHE_DIR"), Path(home) / "network-playground"):
        if not base:
            continue
        folder = Path(base) / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            filled = filled or (folder if folder.is_dir() else None)
    private = Path(tempfile.mkdtemp(prefix="network-playground-"))
    if filled:
        shutil.copytree(filled, private, dirs_exist_ok=True)
    return private


def _forget_old(folder: Path) -> None:
    """Remove machine code of earlier sources that no start used for a month."""
    os.utime(folder)
    for other in folder.parent.glob("engine-*"):
        if other != folder and time.time() - other.stat().st_mtime > UNUSED:
            shutil.rmtree(other, ignore_errors=True)


FOLDER = _choose()
_forget_old(FOLDER)


def compiled(
    decorator: Callable, signature: Signature, function: Callable, dtype: np.dtype, **options: Any
) -> Any:
    """`function` under one of Numba's decorators, loaded from the cache where it is there."""
    with compiling:
        numba.config.CACHE_DIR = str(FOLDER / dtype.name)  # read as the decorator is applied
        try:
            return decorator(signature, cache=True, **options)(function)
        except Exception:  # a full disk, a damaged file; a fault of the source shows again
            return decorator(signature, **options)(function)


@contextmanager
def urgent() -> Iterator[None]:
    """Within, somebody waits for machine code: what compiles in advance stands back."""
    global _waiting
    with _changed:
        _waiting += 1
    try:
        yield
    finally:
        with _changed:
            _waiting -= 1
            _changed.notify_all()


def stand_back() -> None:
    """Return when nobody waits for machine code."""
    with _changed:
        _changed.wait_for(lambda: not _waiting)
