"""A value of the graph: which layer's output it is, how it lies there, what is still to be done."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import curves

IMAGE, ROW, STEPS = "NCHW", "NF", "NTF"  # how numbers lie: samples first, in our layers' order
ORDERS = {1: ROW, 2: STEPS, 3: IMAGE}
LARGEST = 4_000_000  # numbers of a sample whose places are written down
PAIR = "N±"  # two classes of which one is computed: the probability of one, and the rest


@dataclass(frozen=True, eq=False)
class Value:
    """The output of a layer, and what is still to be done to it, in this order.

    `shape` is a sample's in the graph, and `order` says which of the layer's numbers stands at each
    place of it; None: as they lie. Recurrent layers have `axes` in an order of their own instead.
    `line` holds slope and offset for each number of the layer, `pads` how much border is added
    above, left, below and right, filled with `fill`. `curves` is what elementwise operators have
    made of curves.GRID since the steps that are its keys, and `operators` their names; where that
    is the sum of two values, `terms` are these. `whole`: numbers that count, not yet floats.
    """

    layer: int  # 0: the data
    shape: tuple[int, ...]
    axes: str
    order: np.ndarray | None = None
    line: tuple[np.ndarray, np.ndarray] | None = None
    pads: tuple[int, int, int, int] | None = None
    fill: float = 0.0
    curves: curves.Readings | None = None  # None: nothing is to be done
    operators: tuple[str, ...] = ()
    terms: tuple[Value, Value] | None = None
    whole: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is a layer's output as it is."""
        return all(part is None for part in (self.order, self.line, self.pads, self.curves))

    def like(self, other: Value) -> bool:
        """Whether both are the same numbers at the same places, before their curves."""
        return (
            (self.layer, self.axes, self.shape) == (other.layer, other.axes, other.shape)
            and self.line is other.line
            and self.pads is None is other.pads
            and same_order(self, other)
        )

    def viewed(self, shape: tuple[int, ...]) -> Value:
        """The same numbers, in the same order, under another shape."""
        order = None if self.order is None else self.order.reshape(shape)
        return replace(self, shape=shape, axes=ORDERS.get(len(shape), "N?"), order=order)

    def transposed(self, permutation: list[int]) -> Value:
        """The axes of a sample in another order."""
        if permutation == sorted(permutation):
            return self
        order = self.order
        if math.prod(self.shape) > LARGEST:
            raise FileError(f"Samples of shape {list(self.shape)} are too large to be turned.")
        if order is None:
            order = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        order = order.transpose(permutation)
        straight = np.array_equal(order.ravel(), np.arange(order.size))
        return replace(self, shape=order.shape, order=None if straight else order)


def same_order(first: Value, second: Value) -> bool:
    """Whether the numbers of two layers lie alike."""
    if first.order is None or second.order is None:
        return first.order is second.order
    return np.array_equal(first.order, second.order)
