"""IDX, the format of MNIST's files: a few numbers that say what follows, then bytes.

Two zero bytes, the type (8: unsigned bytes), the number of axes, each axis' length as a big-endian
32-bit number, the data (LeCun, "The MNIST database of handwritten digits").
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib

import numpy as np

BYTES = 8  # the one type that images and labels have
MOST_AXES = 4
PART = 1_000_000  # bytes that are unpacked at once


def read(content: bytes, most: int) -> np.ndarray:
    """The array of a file, plain or gzipped: uint8; ValueError where it is none.

    most: of its bytes, unpacked. Its size is read first: no more than that is unpacked.
    """
    zipped = content[:2] == b"\x1f\x8b"
    try:
        with gzip.open(io.BytesIO(content)) if zipped else io.BytesIO(content) as file:
            return _array(file, _shape(file, most))
    except (zlib.error, EOFError, gzip.BadGzipFile):
        raise ValueError("it is damaged or cut short.") from None


def _shape(file: gzip.GzipFile | io.BytesIO, most: int) -> tuple[int, ...]:
    """The length of each axis."""
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise ValueError("it is no IDX file.")
    kind, axes = head[2], head[3]
    lengths = file.read(4 * axes) if kind == BYTES and 1 <= axes <= MOST_AXES else b""
    if not lengths or len(lengths) < 4 * axes:
        raise ValueError("it is no IDX file of bytes with one to four axes.")
    shape = struct.unpack(f">{axes}I", lengths)
    size = math.prod(shape)
    if size > most:
        raise ValueError(f"it would have {size:,} numbers; {most:,} are allowed.")
    return shape


def _array(file: gzip.GzipFile | io.BytesIO, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers that follow, as many as there should be."""
    array = np.empty(math.prod(shape), np.uint8)
    left = array.data
    while len(left) and (count := file.readinto(left[:PART])):
        left = left[count:]
    if len(left) or file.read(1):
        has = f"{len(array) - len(left):,}" if len(left) else "more"
        raise ValueError(f"it should have {len(array):,} numbers and has {has}.")
    return array.reshape(shape)


def write(array: np.ndarray) -> bytes:
    """The opposite, gzipped; without the time, so that the same array gives the same bytes."""
    header = struct.pack(f">HBB{array.ndim}I", 0, BYTES, array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), 1, mtime=0)
