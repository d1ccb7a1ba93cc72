"""How much a program keeps and how long it gets, by arithmetic alone: nothing is laid out.

A description of seventy letters can ask for gigabytes of tables or for a million operations, so a
stack is measured before any of it is built. The figures are bounds: what is built takes no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Writing a number once and reading it takes about as long as so many multiply-adds of a product.
# With 20, epochs of 15 stacks ran at 12 to 48 billion a second on two cores: LeNet-5 25, ResNet 20,
# ReLUs 24, tanh 20, upsampling 33, batch normalisation 48, a pool of 31×31 16, LSTM 18, GRU 12.
TOUCH = 20


@dataclass(frozen=True)
class Footprint:
    """One layer in a program that trains, or several together.

    values: numbers kept for one lane, gradients too. offsets: entries of tables, eight bytes each.
    operations: how many there are in a chunk. work: what one sample costs forwards, in multiply-
    adds.
    """

    values: int = 0
    offsets: int = 0
    operations: int = 0
    work: int = 0

    def __add__(self, other: Footprint) -> Footprint:
        return Footprint(
            self.values + other.values,
            self.offsets + other.offsets,
            self.operations + other.operations,
            self.work + other.work,
        )


def total(parts: Iterable[Footprint]) -> Footprint:
    """All of them together."""
    return sum(parts, Footprint())
