"""Files of a network that came together: the network itself, and its weights in a second one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

WEIGHTS = ("data", "bin", "weights")  # how a second file's name may end


class Upload(Protocol):
    """A file as Streamlit hands it over."""

    name: str

    def getvalue(self) -> bytes:
        """Its content."""
        ...


def together(files: Iterable[Upload]) -> tuple[str, bytes, dict[str, bytes]]:
    """Name and content of the first file, and those of the files beside it, by name.

    What holds only weights never comes first, unless it is alone.
    """
    ordered = sorted(files, key=lambda file: suffix(file.name) in WEIGHTS)
    first, *rest = ordered
    return first.name, first.getvalue(), {file.name: file.getvalue() for file in rest}


def suffix(name: str) -> str:
    """How a name ends, in small letters and without the dot."""
    return Path(name).suffix.lower().removeprefix(".")


def in_folder(folder: str, name: str, content: bytes, beside: Mapping[str, bytes]) -> Path:
    """The files in a folder; the path of the first."""
    for other, data in beside.items():
        Path(folder, Path(other).name).write_bytes(data)
    path = Path(folder, f"network.{suffix(name)}")
    path.write_bytes(content)
    return path
