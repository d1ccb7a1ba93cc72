"""A look at a protobuf file before anybody unpacks it: is it whole, and how much is in it?

A message of two bytes becomes an object of a hundred when it is unpacked, so a small file could
fill the memory. This walks over the bytes without building anything, and counts.
(The format: https://protobuf.dev/programming-guides/encoding.)
"""

from __future__ import annotations

from functools import cache
from typing import Any

from playground.formats.errors import FileError

MOST_FIELDS = 50_000  # a network of 64 layers has a few thousand
MOST_NUMBERS = 1_000_000  # bytes of packed whole numbers, each of which may become eight
WHOLE = (1, 2, 3, 4)  # protobuf's cpp_type of int32, int64, uint32 and uint64
VARINT, EIGHT, PIECE, FOUR = 0, 1, 2, 5  # how a field is written
DAMAGED = "This ONNX file is damaged, or its end is missing."


def check(data: bytes, message: Any) -> None:
    """FileError unless the bytes could be such a message, and not a huge one."""
    waiting, count = [(0, len(data), message)], 0
    while waiting:
        place, end, message = waiting.pop()
        inner, numbers = _fields(message)
        while place < end:
            count += 1
            if count > MOST_FIELDS:
                raise FileError(f"This ONNX file has more than {MOST_FIELDS:,} parts.")
            key, place = _varint(data, place, end)
            field, kind = key >> 3, key & 7
            if kind == PIECE:
                size, place = _varint(data, place, end)
                if size > end - place:
                    raise FileError(DAMAGED)
                if field in inner:
                    waiting.append((place, place + size, inner[field]))
                elif field in numbers and size > MOST_NUMBERS:
                    raise FileError("This ONNX file holds too many whole numbers.")
                place += size
            elif kind == VARINT:
                _, place = _varint(data, place, end)
            elif kind in (EIGHT, FOUR):
                place += 8 if kind == EIGHT else 4
            else:
                raise FileError("This is not an ONNX file.")
        if place != end:
            raise FileError(DAMAGED)


@cache
def _fields(message: Any) -> tuple[dict[int, Any], set[int]]:
    """The fields of a message that are messages themselves, and those that are whole numbers."""
    fields = message.fields
    return (
        {field.number: field.message_type for field in fields if field.message_type},
        {field.number for field in fields if field.cpp_type in WHOLE},
    )


def _varint(data: bytes, place: int, end: int) -> tuple[int, int]:
    """A whole number, seven bits a byte, and the place after it."""
    if place < end and data[place] < 128:
        return data[place], place + 1
    number = shift = 0
    while place < end and shift < 70:
        byte = data[place]
        number |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return number, place
    raise FileError(DAMAGED)
