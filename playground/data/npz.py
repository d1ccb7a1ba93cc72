"""Arrays in NPZ files from strangers: shape and type from the headers, then a part at a time.

Numbers and short words only: no pickle is ever read. Format: NumPy, "A simple file format for
NumPy arrays" (NEP 1).
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.lib import format as npy

from playground.data import archives
from playground.data.picture_bounds import PictureError

MOST_BYTES = 200_000_000  # of one array, unpacked
MOST_AT_ONCE = 60_000_000  # of one that must be read whole
LEAST = 16  # pixels of an image in a row
PART = 1_000_000  # bytes that are looked at together


PAIRS = (  # what the arrays are called: images and labels
    ("x", "y"),
    ("images", "labels"),
    ("x_train", "y_train"),
    ("train_images", "train_labels"),
    ("data", "target"),
    ("data", "labels"),
    ("x", "labels"),
    ("images", "y"),
    ("arr_0", "arr_1"),
)


@dataclass(frozen=True)
class Header:
    """What the file says of an array, before any of it is unpacked."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """Bytes, unpacked."""
        return math.prod(self.shape) * self.dtype.itemsize


def headers(archive: zipfile.ZipFile) -> dict[str, Header]:
    """The arrays of an NPZ file by their names in small letters; others than numbers not."""
    arrays = {}
    for entry in archives.entries(archive):
        if entry.path.suffix == ".npy":
            name = entry.path.stem.lower()
            arrays[name] = _header(archive, entry.info, name)
    return arrays


def pair(headers: Mapping[str, Header]) -> tuple[Header, Header]:
    """Images and labels: by their names, else by their shapes where one pair alone is possible."""
    for images, labels in PAIRS:
        if images in headers and labels in headers:
            return headers[images], headers[labels]
    pairs = [
        (x, y) for x in headers.values() for y in headers.values() if _may_be(x, y) and x is not y
    ]
    training = [both for both in pairs if all("train" in header.name for header in both)]
    if len(training or pairs) == 1:
        return (training or pairs)[0]
    names = ", ".join(list(headers)[:5]) or "nothing"
    raise PictureError(
        f"An NPZ file needs the arrays x and y (or images and labels); there is {names[:100]}."
    )


def _may_be(x: Header, y: Header) -> bool:
    """Whether these may be images and a label, or a row of zeros and a 1, for each of them."""
    if not x.shape or not y.shape or x.shape[0] != y.shape[0]:
        return False
    square = len(x.shape) == 2 and math.isqrt(x.shape[1]) ** 2 == x.shape[1] >= LEAST
    single = len(y.shape) == 1 or (len(y.shape) == 2 and y.shape[1] < LEAST)
    return x.dtype.kind in "buif" and (len(x.shape) in (3, 4) or square) and single


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Header:
    try:
        with archive.open(info) as file:
            shape, fortran, dtype = _facts(file)
    except Exception:  # NumPy lets many kinds out where a header makes no sense
        raise PictureError(f"The array “{name[:30]}” of this NPZ file cannot be read.") from None
    if dtype.hasobject:
        raise PictureError(
            f"The array “{name[:30]}” holds Python objects, which are never read from files. Save "
            "numbers, or words as an array of text."
        )
    return Header(name, tuple(map(int, shape)), dtype, bool(fortran), info)


def _facts(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, order and type; the file stands at the numbers then."""
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    return readers[npy.read_magic(file)](file)


def parts(archive: zipfile.ZipFile, header: Header) -> Iterator[np.ndarray]:
    """The array in pieces along its first axis, each of about `PART` bytes."""
    most = MOST_AT_ONCE if header.fortran else MOST_BYTES
    if header.size > most:
        raise PictureError(
            f"The array “{header.name[:30]}” has {header.size / 1e6:,.0f} MB unpacked; "
            f"{most / 1e6:.0f} are allowed. Save bytes (uint8), or fewer images."
        )
    row = max(1, header.size // max(1, header.shape[0]))
    count = header.shape[0] if header.fortran else max(1, PART // row)
    try:
        with archive.open(header.info) as file:
            _facts(file)
            for start in range(0, header.shape[0], count):
                yield _piece(file, header, min(count, header.shape[0] - start))
    except Exception:  # zlib, lzma and bz2 have errors of their own
        raise PictureError(f"The array “{header.name[:30]}” is damaged or cut short.") from None


def _piece(file: IO[bytes], header: Header, rows: int) -> np.ndarray:
    shape = (rows, *header.shape[1:])
    numbers = np.frombuffer(file.read(math.prod(shape) * header.dtype.itemsize), header.dtype)
    return numbers.reshape(shape[::-1]).T if header.fortran else numbers.reshape(shape)


def whole(archive: zipfile.ZipFile, header: Header) -> np.ndarray:
    """The array at once; ask for its size first."""
    if not header.shape:
        raise PictureError(f"The array “{header.name[:30]}” is a single number.")
    return np.concatenate([np.zeros((0, *header.shape[1:]), header.dtype), *parts(archive, header)])
