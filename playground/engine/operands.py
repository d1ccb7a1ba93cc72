"""What operations read and write: tensors, addresses, tables, settings and whole numbers.

A kernel declares its operands, and `words` checks what it is given: a kernel that read another
operand's words would write anywhere in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

LOCAL, GRADIENTS = "local", "gradients"  # the buffers of which every chunk has its own
CHUNK = object()  # an operand: the number of the chunk
STRIDE = object()  # an operand: how far apart the chunks' local places lie (coupled programs)


@dataclass(eq=False)
class Tensor:
    """A place for `shape` numbers a lane, or for `shape` numbers where `lanes` is 1."""

    buffer: str
    offset: int
    shape: tuple[int, ...]
    lanes: int
    gradient: Tensor | None = None
    wanted: bool = True  # whether a gradient is of use to anyone
    turned: Tensor | None = None  # the same numbers as [lanes, size], where they are at hand

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def operand(self) -> list:
        """The three words by which a kernel finds this tensor: place, rows, lanes."""
        return [Address(self), self.size, self.lanes]

    def rows(self, first: int, shape: tuple[int, ...]) -> Tensor:
        """The part of this tensor that starts at row `first`."""
        return Tensor(self.buffer, self.offset + first * self.lanes, shape, self.lanes)


@dataclass(frozen=True)
class Address:
    """An operand: where a tensor starts, `offset` numbers on."""

    tensor: Tensor
    offset: int = 0


class TablePlace(int):
    """An operand: where a table of whole numbers lies."""


class SettingPlace(int):
    """An operand: where a float64 lies that may change between batches."""


CLOCK = TablePlace(0)  # the clock of a program: see `kernels.batches`


@dataclass(frozen=True)
class Kind:
    """How a kernel's body sees an operand."""

    given: str  # what the builder hands over: a key of WORDS
    seen: str  # what the body gets
    read: Callable  # (op, memory, tables, slot) → what the body gets

    @property
    def words(self) -> int:
        """How many words of the operation's row the operand takes."""
        return WORDS[self.given]

    def __str__(self) -> str:
        return f"{self.given} ({self.words} word{'s' if self.words > 1 else ''})"


WORDS = {"a tensor": 3, "an address": 1, "a table": 1, "a setting": 1, "a whole number": 1}


def _given(operand: Any) -> str:
    """Which key of WORDS an operand is; the name of its class where it is none."""
    named = {
        Tensor: "a tensor",
        Address: "an address",
        TablePlace: "a table",
        SettingPlace: "a setting",
    }
    if type(operand) in named:
        return named[type(operand)]
    if operand is CHUNK or operand is STRIDE or isinstance(operand, Integral):
        return "a whole number"
    return f"{operand!r} of type {type(operand).__name__}"


def words(
    kernel: str, kinds: Mapping[str, Kind], operands: Sequence[Any], named: Mapping[str, Any]
) -> list:
    """The words of an operation's row; TypeError, in a sentence, where an operand does not fit."""
    row: list = []
    for name, operand in _by_name(kernel, kinds, operands, named).items():
        given = _given(operand)
        if given != kinds[name].given:
            if given in WORDS:
                given += f" ({WORDS[given]} word{'s' if WORDS[given] > 1 else ''})"
            raise TypeError(
                f"The kernel {kernel} takes {kinds[name]} as {name}, and was given {given}."
            )
        row.extend(operand.operand() if isinstance(operand, Tensor) else [operand])
    return row


def _by_name(kernel, kinds, operands, named) -> dict[str, Any]:
    """Every operand under its name, in the order of the declaration."""
    takes = f"it takes {', '.join(kinds) or 'none'}"
    if len(operands) > len(kinds):
        raise TypeError(
            f"The kernel {kernel} was given {len(operands)} operands, which is too many: {takes}."
        )
    values = dict(zip(kinds, operands, strict=False))
    for name in named:
        if name not in kinds:
            raise TypeError(f"The kernel {kernel} has no operand {name}: {takes}.")
        if name in values:
            raise TypeError(f"The kernel {kernel} was given its operand {name} twice.")
    values |= named
    for name, kind in kinds.items():
        if name not in values:
            raise TypeError(f"The kernel {kernel} was not given {name}, {kind}: {takes}.")
    return {name: values[name] for name in kinds}
