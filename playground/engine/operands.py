"""What operations read and write: tensors, addresses, tables, settings, whole numbers and flags.

A kernel declares its operands, and `words` checks what it is given: a kernel that took a number for
a place would write anywhere in memory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from numbers import Integral
from typing import Any

import numpy as np

LOCAL, GRADIENTS = "local", "gradients"  # the buffers of which every chunk has its own


class ChunkWord(Enum):
    """A whole number that only the program knows."""

    NUMBER = "that of the chunk"
    STRIDE = "how far apart the chunks' local places lie (coupled programs)"


CHUNK, STRIDE = ChunkWord.NUMBER, ChunkWord.STRIDE


@dataclass(eq=False)
class Tensor:
    """A place for `shape` numbers a lane, or for `shape` numbers where `lanes` is 1."""

    buffer: str
    offset: int
    shape: tuple[int, ...]
    lanes: int
    known_gradient: Tensor | None = None  # None until a layer that reads it has emitted its own
    wanted: bool = True  # whether a gradient is of use to anyone
    turned: Tensor | None = None  # the same numbers as [lanes, size], where they are at hand

    @property
    def gradient(self) -> Tensor:
        """Where its gradient lies, once it has one."""
        if self.known_gradient is None:
            raise ValueError("nothing that reads this tensor has given it a gradient")
        return self.known_gradient

    @gradient.setter
    def gradient(self, place: Tensor) -> None:
        self.known_gradient = place

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def operand(self) -> list[Word]:
        """The three words by which a kernel finds this tensor: place, rows, lanes."""
        return [Address(self), self.size, self.lanes]

    def rows(self, first: int, shape: tuple[int, ...]) -> Tensor:
        """The part of this tensor that starts at row `first`."""
        return Tensor(self.buffer, self.offset + first * self.lanes, shape, self.lanes)


@dataclass(frozen=True)
class Address:
    """Where a tensor starts, `offset` numbers on."""

    tensor: Tensor
    offset: int = 0


class TablePlace(int):
    """Where a table of whole numbers lies."""


class SettingPlace(int):
    """Where a float64 lies that may change between batches."""


Word = int | Address | ChunkWord
Operand = Tensor | Word
Offsets = Sequence[int] | np.ndarray  # of rows, taps or pixels

WORDS = {
    "a tensor": 3,
    "an address": 1,
    "a table": 1,
    "a setting": 1,
    "a whole number": 1,
    "a flag": 1,
}
TYPES = {
    Tensor: "a tensor",
    Address: "an address",
    TablePlace: "a table",
    SettingPlace: "a setting",
    bool: "a flag",
}


@dataclass(frozen=True)
class Kind:
    """How a kernel's body sees an operand: the annotation of its parameter.

    Called with a few words, `Flat("[2 · channels]")`, it is the same kind with a meaning.
    """

    given: str  # what the builder hands over: a key of WORDS
    seen: str  # what the body gets
    read: str  # the expression for that, {0}, {1} and {2} being the numbers of the words
    meaning: str = ""

    def __call__(self, meaning: str) -> Kind:
        return replace(self, meaning=meaning)

    @property
    def words(self) -> int:
        """How many words of the operation's row the operand takes."""
        return WORDS[self.given]

    def __str__(self) -> str:
        return f"{_counted(self.given)}, seen as {self.seen}" + f": {self.meaning}" * bool(
            self.meaning
        )


def listed(kinds: Mapping[str, Kind]) -> str:
    """The operands as a docstring lists them, a line each."""
    return "\n".join(f"{name}: {kind}" for name, kind in kinds.items())


def words(kernel: str, kinds: Mapping[str, Kind], operands: Sequence[Operand]) -> list[Word]:
    """The words of an operation's row; TypeError, in a sentence, where an operand does not fit."""
    row: list[Word] = []
    for (name, kind), operand in zip(kinds.items(), operands, strict=False):
        given = _given(operand)
        if given != kind.given:
            raise TypeError(
                f"The kernel {kernel} takes {_counted(kind.given)} as {name}, and is given "
                f"{_counted(given)}."
            )
        row.extend(operand.operand() if isinstance(operand, Tensor) else [operand])
    names, count = list(kinds), len(operands)
    if count < len(names):
        kind = kinds[names[count]]
        raise TypeError(
            f"The kernel {kernel} takes {_counted(kind.given)} as {names[count]}, and is given "
            f"nothing: of its operands ({', '.join(names)}) the first {count} are given."
        )
    if count > len(names):
        raise TypeError(
            f"The kernel {kernel} takes no more operands than {', '.join(names)}, and is given "
            f"{_counted(_given(operands[len(names)]))} after them."
        )
    return row


def _given(operand: Any) -> str:
    """Which key of WORDS an operand is; itself and its type where it is none."""
    if type(operand) in TYPES:
        return TYPES[type(operand)]
    if isinstance(operand, Integral | ChunkWord):
        return "a whole number"
    return f"{operand!r} of the type {type(operand).__name__}"


def _counted(given: str) -> str:
    """A key of WORDS with how many it takes."""
    count = WORDS.get(given, 0)
    return given + (f" ({count} word{'s' if count > 1 else ''})" if count else "")
