"""Weights in a file beside the ONNX file, as PyTorch writes them since version 2.9.

Such a file is read only where it lies in the same folder, or came along; and never more of it than
the arrays need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playground.formats.errors import FileError

LARGEST = 100_000_000  # bytes of all arrays together
Opener = Callable[[str], bytes | None]  # a file's bytes by its name; None where there is none


def nowhere(name: str) -> None:
    """No file stands beside."""


def in_folder(folder: Path) -> Opener:
    """Opens the files of a folder, none below it and none that a link leads to."""

    def opened(name: str) -> bytes | None:
        path = folder / name
        if not path.is_file() or path.is_symlink():
            return None
        if path.stat().st_size > LARGEST:
            raise FileError(f"{name} is too large: {LARGEST // 10**6} MB are allowed.")
        return path.read_bytes()

    return opened


def among(files: Mapping[str, bytes]) -> Opener:
    """Opens files that came along."""
    return files.get


class Weights:
    """The arrays of the files beside."""

    def __init__(self, beside: Opener) -> None:
        self.beside = beside
        self.files: dict[str, bytes | None] = {}
        self.total = 0

    def read(self, tensor: Any, name: str, size: int) -> bytes:
        """The bytes of an array; FileError says which file is needed."""
        entries = {entry.key: entry.value for entry in tensor.external_data}
        place = str(entries.get("location", ""))
        plain = place.removeprefix("./")
        if not plain or any(sign in plain for sign in "/\\:\0") or plain in (".", ".."):
            raise FileError(
                f"This ONNX file keeps the array {name} in another file, not beside it: save it as "
                "one with external_data=False."
            )
        if plain not in self.files:
            self.files[plain] = self.beside(plain)
        content = self.files[plain]
        if content is None:
            raise FileError(
                f"This ONNX file keeps its weights in another file, {plain[:80]}: bring both, or "
                "save it as one with external_data=False."
            )
        try:
            start, length = int(entries.get("offset", 0)), int(entries.get("length", size))
        except ValueError:
            start, length = -1, -1
        self.total += size
        if length != size or start < 0 or start + length > len(content) or self.total > LARGEST:
            raise FileError(f"The array {name} of this ONNX file does not fit {plain[:80]}.")
        return content[start : start + length]
