"""Turns layers into operations: who reads and writes which numbers, forwards and backwards.

A layer's `emit` adds its forward operations and hands `build.backward` a function that adds the
backward ones; the builder calls those in reverse order. Tensors are places, not arrays: an offset
in a buffer that every chunk of a batch has ("local") or that all share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from playground.engine.kernel import Kernel
from playground.engine.kernels import batches, images, products
from playground.engine.operands import (
    GRADIENTS,
    LOCAL,
    Address,
    Offsets,
    Operand,
    SettingPlace,
    TablePlace,
    Tensor,
    Word,
)
from playground.engine.simd import LANE_ROWS, PRODUCT_ROWS, row_blocks

CLOCK = TablePlace(0)


@dataclass
class Operation:
    kernel: Kernel
    words: list[Word]
    whole: bool  # once a batch instead of once a chunk
    every: int  # in every how many-th batch; below 0: in whose step of a turn, see `interpreter`


@dataclass(eq=False)
class Builder:
    """Collects the operations of one program."""

    lanes: int
    chunks: int
    dtype: np.dtype
    training: bool
    places: dict[str, Tensor]  # the parameters by full name
    operations: list[Operation] = field(default_factory=list)
    tables: list[np.ndarray] = field(default_factory=list)
    local_size: int = 0
    constants: list[float] = field(default_factory=list)
    states: list[tuple[str, int]] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)  # the data and every layer's output so far
    prefix: str = ""
    position: int = 0  # of the layer that is being emitted; no two of a program have the same
    clock: TablePlace = CLOCK  # its words: see `kernels.batches`
    shifts: dict[str, int] = field(default_factory=dict)  # of gradients, by parameters' buffer
    zero_count: int = 0
    coupled: bool = False  # whether an operation inside the network reads all chunks at once
    every: int = 1  # the operations added from now on are run in every so many-th batch
    evaluating: bool = False  # a backward pass through the network as it predicts
    drawing: bool = False  # a forward pass that draws codes, as training does
    carries: bool = False  # whether recurrent layers go on from where the last batch ended
    chain: bool = True  # whether every layer reads the one before it, and nothing else
    options: dict[str, SettingPlace] = field(default_factory=dict)  # of layers, by full name
    turned: dict[tuple[str, int], Tensor] = field(default_factory=dict)  # see `through_time`
    _table_size: int = batches.CLOCK
    _known_tables: dict[bytes, TablePlace] = field(default_factory=dict)
    _backward: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    # ---- places ----
    def tensor(self, shape: Sequence[int], lanes: int | None = None) -> Tensor:
        """A new place in every chunk; it holds zeros until something is written."""
        lanes = self.lanes if lanes is None else lanes
        place = Tensor(LOCAL, self.local_size, tuple(shape), lanes)
        self.local_size += -(-place.size * lanes // 16) * 16
        return place

    def parameter(self, name: str) -> Tensor:
        """A parameter of the layer that is being emitted."""
        return self.places[self.prefix + name]

    def parameter_gradient(self, name: str) -> Tensor:
        """Where this chunk's gradient of a parameter goes."""
        place = self.parameter(name)
        offset = place.offset + self.shifts.get(place.buffer, 0)
        return Tensor(GRADIENTS, offset, place.shape, 1)

    def constant(self, value: float) -> Tensor:
        """A place that holds one number."""
        if value not in self.constants:
            self.constants.append(value)
        return Tensor("constants", self.constants.index(value), (1,), 1)

    def zeros(self, count: int) -> Tensor:
        """A place that holds `count` zeros."""
        self.zero_count = max(self.zero_count, count)
        return Tensor("zeros", 0, (count,), 1)

    def state(self, name: str, shape: Sequence[int]) -> Tensor:
        """A place that all chunks share and that is kept from batch to batch."""
        offset = sum(size for _, size in self.states)
        place = Tensor("state", offset, tuple(shape), 1)
        self.states.append((name, place.size))
        return place

    def known_state(self, name: str) -> Tensor | None:
        """The place of that name that `state` gave, if it did."""
        offset = 0
        for known, size in self.states:
            if known == name:
                return Tensor("state", offset, (size,), 1)
            offset += size
        return None

    def table(self, numbers: Offsets) -> TablePlace:
        """Where a table of offsets lies; equal tables lie in one place."""
        array = np.asarray(numbers, dtype=np.int64).ravel()
        key = array.tobytes()
        if key not in self._known_tables:
            self._known_tables[key] = TablePlace(self._table_size)
            self.tables.append(array)
            self._table_size += array.size
        return self._known_tables[key]

    def forget_tables(self) -> None:
        """Keep no copy of tables that a program has taken over."""
        self.tables.clear()
        self._known_tables.clear()

    def counters(self, numbers: np.ndarray) -> TablePlace:
        """Where a table lies that kernels may write to; it is shared with nobody."""
        place = TablePlace(self._table_size)
        self.tables.append(np.asarray(numbers, dtype=np.int64).copy())
        self._table_size += numbers.size
        return place

    def setting(self, value: float) -> SettingPlace:
        """Where a float64 lies that may change between batches."""
        return SettingPlace(self.counters(np.array([value], np.float64).view(np.int64)))

    def option(self, name: str, value: float) -> SettingPlace:
        """Where an option of the layer that is being emitted lies, which may change."""
        return self.options.setdefault(self.prefix + name, self.setting(value))

    @property
    def draws(self) -> bool:
        """Whether codes are drawn by chance."""
        return self.drawing or (self.training and not self.evaluating)

    # ---- operations ----
    def op(self, kernel: Kernel, *operands: Operand, whole: bool = False) -> None:
        """Run a kernel; TypeError, in a sentence, where the operands are not those it declares."""
        self.operations.append(Operation(kernel, kernel.words(operands), whole, self.every))

    def backward(self, emit: Callable[[], None]) -> None:
        """Add what `emit` adds when the gradients of later layers are known."""
        if self.training:
            self._backward.append((self.prefix, emit))

    def forget_backward(self) -> None:
        """What was emitted so far is not learned from."""
        self._backward.clear()

    def take_back(self, kernel: Kernel, x: Tensor) -> bool:
        """Undo the newest operation, and its way backwards, if it is `kernel` in the place of x.

        For a layer that does it later, on fewer numbers. False where it is another operation, or
        where a later layer may want to read what it makes.
        """
        last = self.operations[-1] if self.operations else None
        if not self.chain or last is None or last.kernel is not kernel:
            return False
        place = last.words[0]
        if not isinstance(place, Address) or place.tensor is not x:
            return False
        self.operations.pop()
        if self.training:
            self._backward.pop()
        return True

    def reshape(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        """The same numbers under another shape."""
        y = Tensor(x.buffer, x.offset, tuple(shape), x.lanes, None, x.wanted, x.turned)
        self.backward(lambda: self.pass_gradient(x, y.gradient) if x.wanted else None)
        return y

    def pass_gradient(self, x: Tensor, g: Tensor) -> None:
        """The gradient of x is g itself, or g more where x feeds several layers."""
        if not x.wanted:
            return
        if x.known_gradient is None:
            x.gradient = Tensor(g.buffer, g.offset, x.shape, g.lanes)
        else:
            self.op(images.add, g, x.gradient)

    def run_backward(self) -> None:
        """Emit the backward operations, last layer first."""
        self.turned.clear()
        while self._backward:
            self.prefix, emit = self._backward.pop()
            emit()

    def into_gradient(self, x: Tensor, emit: Callable[[Tensor], None]) -> None:
        """`emit` writes the gradient of x; where x feeds several layers the parts are added up."""
        if not x.wanted:
            return
        if x.known_gradient is None:
            x.gradient = self.tensor(x.shape, x.lanes)
            emit(x.gradient)
        else:
            part = self.tensor(x.shape, x.lanes)
            emit(part)
            self.op(images.add, part, x.gradient)

    def multiply(
        self,
        a: Address,
        a_row: int,
        x: Address,
        y: Address,
        y_row: int,
        bias: Address | None,
        rows: int,
        columns: int,
        classes: Sequence[tuple[Offsets, Offsets, Offsets, Offsets]],
        add: bool = False,
    ) -> None:
        """Emit `products.multiply`; `classes` lists (a_taps, x_taps, x_pixels, y_pixels).

        With `add` the product comes on top of what y holds.
        """
        words: list[int] = []
        for a_taps, x_taps, x_pixels, y_pixels in classes:
            words += [len(a_taps), self.table(a_taps), self.table(x_taps)]
            words += [len(x_pixels), self.table(x_pixels), self.table(y_pixels)]
        zeros = Address(self.zeros(rows))
        blocks = self.table(row_blocks(rows, PRODUCT_ROWS))
        self.op(
            products.multiply,
            a,
            a_row,
            x,
            y,
            y_row,
            bias or zeros,
            columns,
            blocks,
            len(classes),
            self.table(words),
            zeros,
            add,
        )

    def lane_blocks(self, rows: int) -> TablePlace:
        """The table that says how `rows` rows are cut into tiles of `multiply_lanes`."""
        return self.table(row_blocks(rows, LANE_ROWS))
