"""One message for a component: a JSON header with raw arrays behind it.

Layout: the header's length (uint32, little-endian), the header, then the arrays, each starting at
a multiple of 8 bytes. In the header an array stands as ``{"$": [dtype, offset, size, columns]}``
with offsets counted from the header's end; `assets/web/lib/common.js` turns it into a typed array.
Packing 100 kB takes 0.1 ms, where Plotly's own JSON takes 2 to 5 ms.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np

# What a browser's typed arrays hold: 64-bit numbers are narrowed.
_NARROW = {"f": "<f4", "i": "<i4", "u": "<u4", "b": "u1"}


def pack(header: dict[str, Any]) -> bytes:
    """Bytes of a header that may hold NumPy arrays (numbers, at most two axes) at any depth."""
    blobs: list[bytes] = []
    offset = 0

    def encode(value: Any) -> Any:
        nonlocal offset
        if isinstance(value, dict):
            return {key: encode(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [encode(inner) for inner in value]
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float) and not math.isfinite(value):
            return None  # JSON has no word for it
        if not isinstance(value, np.ndarray):
            return value
        array = _narrow(value)
        columns = array.shape[1] if array.ndim == 2 else 0
        place = {"$": [array.dtype.str[1:], offset, array.size, columns]}
        blob = array.tobytes()
        blobs.append(blob + bytes(-len(blob) % 8))
        offset += len(blobs[-1])
        return place

    text = json.dumps(encode(header), separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return b"".join([struct.pack("<I", len(text)), text, *blobs])


def unpack(message: bytes) -> dict[str, Any]:
    """The opposite of `pack`."""
    length = struct.unpack_from("<I", message)[0]
    start = 4 + length

    def decode(value: dict[str, Any]) -> Any:
        if "$" not in value:
            return value
        kind, offset, size, columns = value["$"]
        array = np.frombuffer(message, kind, size, start + offset)
        return array.reshape(-1, columns) if columns else array

    return json.loads(message[4:start], object_hook=decode)


def _narrow(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in _NARROW or array.ndim > 2:
        raise TypeError(f"cannot pack an array of {array.dtype} with {array.ndim} axes")
    if array.dtype.itemsize > 1:
        with np.errstate(over="ignore"):  # what is beyond float32 is infinite
            array = array.astype(_NARROW[array.dtype.kind])
    return np.ascontiguousarray(array)
