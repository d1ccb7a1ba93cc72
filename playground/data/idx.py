"""IDX, the format of MNIST's files: a few numbers that say what follows, then bytes.

Two zero bytes, the type (8: unsigned bytes), the number of axes, each axis' length as a big-endian
32-bit number, the data (LeCun, "The MNIST database of handwritten digits").
"""

from __future__ import annotations

import gzip
import struct
import zlib

import numpy as np

BYTES = 8  # the one type that images and labels have
MOST_AXES = 4


def read(content: bytes, most: int) -> np.ndarray:
    """The array of a file, plain or gzipped: uint8; ValueError where it is none.

    most: of its bytes, unpacked.
    """
    if content[:2] == b"\x1f\x8b":
        content = _unzipped(content, most)
    if len(content) < 4 or content[:2] != b"\0\0":
        raise ValueError("it is no IDX file.")
    kind, axes = content[2], content[3]
    if kind != BYTES or not 1 <= axes <= MOST_AXES or len(content) < 4 + 4 * axes:
        raise ValueError("it is no IDX file of bytes with one to four axes.")
    shape = struct.unpack_from(f">{axes}I", content, 4)
    size, start = 1, 4 + 4 * axes
    for length in shape:
        size *= length
    if size > most:
        raise ValueError(f"it would have {size:,} numbers; {most:,} are allowed.")
    if size != len(content) - start:
        raise ValueError(f"it should have {size:,} numbers and has {len(content) - start:,}.")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _unzipped(content: bytes, most: int) -> bytes:
    """At most `most` bytes, and a header."""
    limit = most + 4 + 4 * MOST_AXES
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(content, limit)
    except zlib.error as error:
        raise ValueError(f"it cannot be unpacked: {error}.") from None
    if not unpacker.eof:
        raise ValueError("it is cut short, or too large.")
    return unpacked


def write(array: np.ndarray) -> bytes:
    """The opposite, gzipped; without the time, so that the same array gives the same bytes."""
    header = struct.pack(f">HBB{array.ndim}I", 0, BYTES, array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), 1, mtime=0)
