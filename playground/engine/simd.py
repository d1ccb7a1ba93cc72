"""The register tiles that do nearly all arithmetic, emitted as LLVM IR.

``product``       y[r, c] = bias[r] + Σ_k a[r, k] · x[k, c]     dense and convolution, both ways
``lane_product``    w[r, t] = Σ_p Σ_l g[r, p, l] · x[t, p, l]      gradients of weights

Rows, taps and pixels are reached through tables of offsets, so that one tile serves every layer:
for a dense layer a tap is the next feature, for a convolution it is channel × row × column of the
kernel (an indirect convolution: nothing is copied into columns, Dukhan 2019). A tile keeps its sums
in registers; how many rows fit depends on the CPU and is chosen here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import llvmlite.binding as llvm
import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.base import BaseContext
from numba.core.codegen import get_host_cpu_features
from numba.core.typing.context import Context
from numba.core.typing.templates import Signature
from numba.extending import intrinsic

WIDTH = 16  # lanes of one vector value; LLVM splits it where registers are narrower
INT, BYTE, BIT = ir.IntType(64), ir.IntType(32), ir.IntType(1)


SUM = """define void @sum(ptr %x) {
  %a = load <16 x float>, ptr %x
  %b = fadd <16 x float> %a, %a
  store <16 x float> %b, ptr %x
  ret void
}"""


def _target() -> tuple[str, str]:
    """Name and features of the CPU that Numba generates code for: this one, or NUMBA_CPU_NAME."""
    config = numba.config
    if config.CPU_NAME is not None and config.CPU_FEATURES is None:
        config.CPU_FEATURES = ""  # its own: Numba would join its name and this CPU's features
    name, features = config.CPU_NAME, config.CPU_FEATURES
    features = get_host_cpu_features() if features is None else features
    return name or llvm.get_host_cpu_name(), features


def _kind(name: str, features: str) -> str:
    """The CPU's kind by the registers that LLVM takes for a sum of 16 lanes."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(cpu=name, features=features)
    text = machine.emit_assembly(llvm.parse_assembly(SUM))
    kinds = {"zmm": "avx512", "ymm": "avx2", "xmm": "baseline"}
    return next((kind for register, kind in kinds.items() if register in text), "neon")


# Rows of each tile, widest first, and vectors of a tile. A tile holds rows × vectors sums. With
# AVX-512, 8 × 2 of the 32 registers reach 98 % of the peak and 12 × 2 half of that (too few integer
# registers for twelve row addresses); the 16 registers of AVX2 hold 6 × 1 (16 lanes are two of
# them), where 8 × 2 spills and halves the speed.
TARGET = _target()
CPU = _kind(*TARGET)
PRODUCT_ROWS, PRODUCT_VECTORS = {
    "avx512": ((8, 6, 4, 2, 1), 2),
    "avx2": ((6, 4, 2, 1), 1),
    "neon": ((6, 4, 2, 1), 1),
    "baseline": ((2, 1), 1),
}[CPU]
LANE_ROWS, LANE_TAPS = {
    "avx512": ((6, 4, 2, 1), 4),
    "avx2": ((3, 1), 2),
    "neon": ((3, 1), 2),
    "baseline": ((1,), 2),
}[CPU]


class Emitter:
    """Short words for the IR that both tiles need, for elements of one type."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type) -> None:
        self.builder, self.vector = builder, ir.VectorType(element, WIDTH)
        self.suffix = "v16f32" if isinstance(element, ir.FloatType) else "v16f64"
        self.align = 4 if isinstance(element, ir.FloatType) else 8

    def whole(self, value: int) -> ir.Constant:
        return ir.Constant(INT, value)

    def function(self, name: str, result: ir.Type, arguments: list[ir.Type]) -> ir.Function:
        kind = ir.FunctionType(result, arguments)
        return cgutils.get_or_insert_function(self.builder.module, kind, name)

    def element(self, pointer: ir.Value, index: ir.Value) -> ir.Value:
        return self.builder.load(self.builder.gep(pointer, [index]))

    def vector_at(self, pointer: ir.Value, index: ir.Value) -> ir.Value:
        place = self.builder.gep(pointer, [index])
        return self.builder.bitcast(place, self.vector.as_pointer())

    def load(self, pointer: ir.Value, index: ir.Value) -> ir.Value:
        value = self.builder.load(self.vector_at(pointer, index))
        value.align = self.align
        return value

    def store(self, value: ir.Value, pointer: ir.Value, index: ir.Value) -> None:
        self.builder.store(value, self.vector_at(pointer, index)).align = self.align

    def splat(self, scalar: ir.Value) -> ir.Value:
        nothing = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(nothing, scalar, ir.Constant(BYTE, 0))
        lanes = ir.Constant(ir.VectorType(BYTE, WIDTH), [0] * WIDTH)
        return self.builder.shuffle_vector(first, nothing, lanes)

    def mask(self, count: ir.Value) -> ir.Value:
        """Lane i is on where i < count."""
        numbers = ir.VectorType(INT, WIDTH)
        nothing = ir.Constant(numbers, ir.Undefined)
        first = self.builder.insert_element(nothing, count, ir.Constant(BYTE, 0))
        lanes = ir.Constant(ir.VectorType(BYTE, WIDTH), [0] * WIDTH)
        limit = self.builder.shuffle_vector(first, nothing, lanes)
        return self.builder.icmp_signed("<", ir.Constant(numbers, list(range(WIDTH))), limit)

    def masked_store(
        self, value: ir.Value, pointer: ir.Value, index: ir.Value, mask: ir.Value
    ) -> None:
        place = self.vector_at(pointer, index)
        name = f"llvm.masked.store.{self.suffix}.p0"
        kinds = [self.vector, place.type, BYTE, mask.type]
        store = self.function(name, ir.VoidType(), kinds)
        self.builder.call(store, [value, place, ir.Constant(BYTE, self.align), mask])

    def multiply_add(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        fma = self.function(f"llvm.fmuladd.{self.suffix}", self.vector, [self.vector] * 3)
        return self.builder.call(fma, [a, b, c])

    def totals(self, values: list) -> ir.Value:
        """The sums of the lanes of each of 2 or 4 vectors, as one short vector.

        Two vectors become one by adding a half of each four lanes to the other half, a's and b's
        side by side. That takes a third of the instructions of a tree for each vector.
        """
        size = 1
        while len(values) > 1:
            pairs = zip(values[::2], values[1::2], strict=True)
            values, size = [self._halve(a, b, size) for a, b in pairs], 2 * size
        (value,), lanes = values, WIDTH
        while lanes > size:
            lanes //= 2
            low, high = (self._lanes(value, value, range(s, s + lanes)) for s in (0, lanes))
            value = self.builder.fadd(low, high)
        return value

    def _halve(self, a: ir.Value, b: ir.Value, size: int) -> ir.Value:
        """Of every four lanes the first two of a and of b, in turns of `size`, and the last two."""
        halves = []
        for half in (0, 2):
            starts = [s + i for s in range(0, WIDTH, 4) for i in range(half, half + 2, size)]
            turns = [range(s + side, s + side + size) for s in starts for side in (0, WIDTH)]
            halves.append(self._lanes(a, b, [lane for turn in turns for lane in turn]))
        return self.builder.fadd(*halves)

    def _lanes(self, a: ir.Value, b: ir.Value, numbers: Sequence[int]) -> ir.Value:
        """A vector of the numbered lanes of a, then of b."""
        order = ir.Constant(ir.VectorType(BYTE, len(numbers)), list(numbers))
        return self.builder.shuffle_vector(a, b, order)

    def fence(self) -> None:
        """Loads stay on their side of this point.

        Without it LLVM unrolls the innermost loop and moves the next turn's loads up, which pushes
        sums out of the registers (measured: 192 instead of 260 GFLOP/s).
        """
        nothing = ir.FunctionType(ir.VoidType(), [])
        self.builder.asm(nothing, "", "~{memory}", [], side_effect=True)

    def sums(self, count: int) -> list:
        """Registers to sum in: stack places that LLVM turns into registers."""
        return [cgutils.alloca_once(self.builder, self.vector) for _ in range(count)]


def row_blocks(rows: int, sizes: tuple[int, ...]) -> list[int]:
    """How many tiles of each size cover `rows` rows, in the fewest cycles.

    A tile of few rows waits for its own sums (a multiply-add takes four cycles, two start in each),
    so 10 rows are better cut 6 + 4 than 8 + 2.
    """
    cost = {size: max(size, 4) + 1 for size in sizes}
    best: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for count in range(1, rows + 1):
        fits = [size for size in sizes if size <= count]
        best.append(min((best[count - s][0] + cost[s], (*best[count - s][1], s)) for s in fits))
    return [best[rows][1].count(size) for size in sizes]


def _apart(
    name: str, body: Callable[[Emitter, Sequence[ir.Value]], None]
) -> Callable[..., ir.Value]:
    """Emit `body` as a function of its own that is never inlined.

    Inside a kernel's loops the tiles would share the integer registers with the loops' counters,
    and the innermost loop lost 15 % of its speed to that.
    """

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        element = context.get_value_type(signature.args[0].dtype)
        kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
        function = builder.module.globals.get(f"{name}.{element}")
        if function is None:
            function = ir.Function(builder.module, kind, f"{name}.{element}")
            function.linkage = "internal"
            function.attributes.add("noinline")
            inside = ir.IRBuilder(function.append_basic_block("entry"))
            body(Emitter(inside, element), function.args)
            inside.ret_void()
        builder.call(function, arguments)
        return context.get_dummy_value()

    return emit


@intrinsic
def product(
    typingctx: Context,
    a: types.Type,
    a_row: types.Type,
    a_taps: types.Type,
    x: types.Type,
    x_taps: types.Type,
    taps: types.Type,
    y: types.Type,
    y_row: types.Type,
    bias: types.Type,
    more: types.Type,
    columns: types.Type,
    blocks: types.Type,
) -> tuple[Signature, Callable[..., ir.Value]]:
    """y[r, :columns] = bias[r] + Σ_k a[r·a_row + a_taps[k]] · x[x_taps[k] + :columns], all rows.

    And what y holds besides where `more` is not 0. Both come on top of the sum: beside a large
    start each small addend would be rounded. `columns` is at most 16 · PRODUCT_VECTORS; blocks[i]
    tiles of PRODUCT_ROWS[i] rows are done.
    """
    index, whole = types.CPointer(types.int64), types.int64
    signature = types.void(a, whole, index, a, index, whole, a, whole, a, whole, whole, index)

    def body(e: Emitter, arguments: Sequence[ir.Value]) -> None:
        columns = arguments[10]
        if PRODUCT_VECTORS == 1:
            _product_rows(e, arguments, 1)
            return
        single = e.builder.icmp_signed("<=", columns, e.whole(WIDTH))
        with e.builder.if_else(single) as (narrow, wide):
            with narrow:
                _product_rows(e, arguments, 1)
            with wide:
                _product_rows(e, arguments, PRODUCT_VECTORS)

    return signature, _apart("product", body)


def _product_rows(e: Emitter, arguments: Sequence[ir.Value], vectors: int) -> None:
    """All rows, by tiles of so many vectors."""
    builder = e.builder
    a, a_row, a_taps, x, x_taps, taps, y, y_row, bias, more, columns, blocks = arguments
    done = cgutils.alloca_once_value(builder, e.whole(0))
    more = builder.icmp_signed("!=", more, e.whole(0))
    for position, rows in enumerate(PRODUCT_ROWS):
        tile = Tile(e, rows, vectors)
        with cgutils.for_range(builder, e.element(blocks, e.whole(position))):
            row = builder.load(done)
            here = builder.gep(a, [builder.mul(row, a_row)])
            there = builder.gep(y, [builder.mul(row, y_row)])
            tile.multiply(here, a_row, a_taps, x, x_taps, taps)
            with builder.if_then(more):
                tile.add(there, y_row)
            tile.lift(builder.gep(bias, [row]))
            tile.store(there, y_row, columns)
            builder.store(builder.add(row, e.whole(rows)), done)


class Tile:
    """The sums of `rows` rows and `vectors` times 16 columns, in registers."""

    def __init__(self, e: Emitter, rows: int, vectors: int) -> None:
        self.e, self.rows, self.vectors = e, rows, vectors
        self.sums = [e.sums(vectors) for _ in range(rows)]

    def multiply(
        self,
        a: ir.Value,
        a_row: ir.Value,
        a_taps: ir.Value,
        x: ir.Value,
        x_taps: ir.Value,
        taps: ir.Value,
    ) -> None:
        """The sums of a[r, k] · x[k] over all taps k."""
        e, builder = self.e, self.e.builder
        for place in itertools.chain(*self.sums):
            builder.store(ir.Constant(e.vector, None), place)
        a_rows = [builder.mul(e.whole(r), a_row) for r in range(self.rows)]
        with cgutils.for_range(builder, taps) as loop:
            column = builder.gep(x, [e.element(x_taps, loop.index)])
            weight = builder.gep(a, [e.element(a_taps, loop.index)])
            inputs = [e.load(column, e.whole(WIDTH * v)) for v in range(self.vectors)]
            for a_place, row in zip(a_rows, self.sums, strict=True):
                factor = e.splat(e.element(weight, a_place))
                for value, place in zip(inputs, row, strict=True):
                    builder.store(e.multiply_add(factor, value, builder.load(place)), place)
            e.fence()

    def _places(self, y_row: ir.Value) -> Iterator[tuple[ir.Value, int, ir.Value]]:
        """(sum, row and vector, offset in y)"""
        builder = self.e.builder
        for r, row in enumerate(self.sums):
            start = builder.mul(self.e.whole(r), y_row)
            for v, place in enumerate(row):
                yield place, v, builder.add(start, self.e.whole(WIDTH * v))

    def add(self, y: ir.Value, y_row: ir.Value) -> None:
        """Add what y holds."""
        for place, _, offset in self._places(y_row):
            value = self.e.builder.fadd(self.e.load(y, offset), self.e.builder.load(place))
            self.e.builder.store(value, place)

    def lift(self, bias: ir.Value) -> None:
        """Add its bias to every row."""
        for r, row in enumerate(self.sums):
            value = self.e.splat(self.e.element(bias, self.e.whole(r)))
            for place in row:
                lifted = self.e.builder.fadd(self.e.builder.load(place), value)
                self.e.builder.store(lifted, place)

    def store(self, y: ir.Value, y_row: ir.Value, columns: ir.Value) -> None:
        """Write the first `columns` columns."""
        e, builder = self.e, self.e.builder
        full = builder.icmp_signed(">=", columns, e.whole(WIDTH * self.vectors))
        with builder.if_else(full) as (all_columns, some_columns):
            with all_columns:
                for place, _, offset in self._places(y_row):
                    e.store(builder.load(place), y, offset)
            with some_columns:
                left = [builder.sub(columns, e.whole(WIDTH * v)) for v in range(self.vectors)]
                masks = [e.mask(count) for count in left]
                for place, v, offset in self._places(y_row):
                    e.masked_store(builder.load(place), y, offset, masks[v])


@intrinsic
def lane_product(
    typingctx: Context,
    g: types.Type,
    g_row: types.Type,
    g_pixels: types.Type,
    x: types.Type,
    x_pixels: types.Type,
    pixels: types.Type,
    lanes: types.Type,
    x_taps: types.Type,
    taps: types.Type,
    w: types.Type,
    w_row: types.Type,
    more: types.Type,
    blocks: types.Type,
) -> tuple[Signature, Callable[..., ir.Value]]:
    """w[r, t] = Σ_p Σ_l g[r·g_row + g_pixels[p] + l] · x[x_taps[t] + x_pixels[p] + l].

    And what w holds besides where `more` is not 0. `lanes` is a multiple of 16; blocks[i] tiles of
    LANE_ROWS[i] rows are done.
    """
    index, whole = types.CPointer(types.int64), types.int64
    signature = types.void(
        g, whole, index, g, index, whole, whole, index, whole, g, whole, whole, index
    )

    def body(e: Emitter, arguments: Sequence[ir.Value]) -> None:
        builder = e.builder
        g, g_row, g_pixels, x, x_pixels, pixels, lanes, x_taps, taps, w, w_row, *_ = arguments
        more, blocks = builder.icmp_signed("!=", arguments[-2], e.whole(0)), arguments[-1]
        done = cgutils.alloca_once_value(builder, e.whole(0))
        for position, rows in enumerate(LANE_ROWS):
            sums = e.sums(rows * LANE_TAPS)
            with cgutils.for_range(builder, e.element(blocks, e.whole(position))):
                row = builder.load(done)
                rows_of_g = builder.gep(g, [builder.mul(row, g_row)])
                rows_of_w = builder.gep(w, [builder.mul(row, w_row)])
                steps = cgutils.for_range_slice(builder, e.whole(0), taps, e.whole(LANE_TAPS))
                with steps as (first, _):
                    left = builder.sub(taps, first)
                    columns = _tap_offsets(e, builder.gep(x_taps, [first]), left)
                    _lane_tile(
                        e,
                        sums,
                        rows,
                        rows_of_g,
                        g_row,
                        g_pixels,
                        x,
                        x_pixels,
                        pixels,
                        lanes,
                        columns,
                    )
                    _store_totals(e, sums, rows, builder.gep(rows_of_w, [first]), w_row, more, left)
                builder.store(builder.add(row, e.whole(rows)), done)

    return signature, _apart("lane_product", body)


def _tap_offsets(e: Emitter, x_taps: ir.Value, left: ir.Value) -> list[ir.Value]:
    """The next taps' offsets; past the last tap the last is summed again, and not stored."""
    builder = e.builder
    last = builder.sub(left, e.whole(1))
    offsets = []
    for t in range(LANE_TAPS):
        inside = builder.icmp_signed("<", e.whole(t), left)
        offsets.append(e.element(x_taps, builder.select(inside, e.whole(t), last)))
    return offsets


def _lane_tile(
    e: Emitter,
    sums: list[ir.Value],
    rows: int,
    g: ir.Value,
    g_row: ir.Value,
    g_pixels: ir.Value,
    x: ir.Value,
    x_pixels: ir.Value,
    pixels: ir.Value,
    lanes: ir.Value,
    columns: list[ir.Value],
) -> None:
    builder = e.builder
    g_rows = [builder.mul(e.whole(r), g_row) for r in range(rows)]
    for place in sums:
        builder.store(ir.Constant(e.vector, None), place)
    with cgutils.for_range(builder, pixels) as pixel:
        g_pixel = builder.gep(g, [e.element(g_pixels, pixel.index)])
        x_pixel = builder.gep(x, [e.element(x_pixels, pixel.index)])
        with cgutils.for_range_slice(builder, e.whole(0), lanes, e.whole(WIDTH)) as (lane, _):
            inputs = [e.load(x_pixel, builder.add(column, lane)) for column in columns]
            for r in range(rows):
                gradient = e.load(g_pixel, builder.add(g_rows[r], lane))
                for t in range(LANE_TAPS):
                    total = sums[r * LANE_TAPS + t]
                    builder.store(e.multiply_add(gradient, inputs[t], builder.load(total)), total)


def _store_totals(
    e: Emitter,
    sums: list[ir.Value],
    rows: int,
    w: ir.Value,
    w_row: ir.Value,
    more: ir.Value,
    left: ir.Value,
) -> None:
    """Add up the lanes of each sum; w gets those of the taps that are left."""
    builder = e.builder
    totals = []
    for r in range(rows):
        row = [builder.load(place) for place in sums[r * LANE_TAPS :][:LANE_TAPS]]
        totals.append(cgutils.alloca_once_value(builder, e.totals(row)))
    offsets = [builder.mul(e.whole(r), w_row) for r in range(rows)]
    kind = totals[0].type
    places = [builder.bitcast(builder.gep(w, [offset]), kind) for offset in offsets]
    with builder.if_then(more):
        for place, total in zip(places, totals, strict=True):
            earlier = builder.load(place)
            earlier.align = e.align
            builder.store(builder.fadd(earlier, builder.load(total)), total)
    full = builder.icmp_signed(">=", left, e.whole(LANE_TAPS))
    with builder.if_else(full) as (all_taps, some_taps):
        with all_taps:
            for place, total in zip(places, totals, strict=True):
                builder.store(builder.load(total), place).align = e.align
        with some_taps:
            for t in range(LANE_TAPS - 1):
                with builder.if_then(builder.icmp_signed("<", e.whole(t), left)):
                    for offset, total in zip(offsets, totals, strict=True):
                        lane = builder.extract_element(builder.load(total), ir.Constant(BYTE, t))
                        builder.store(lane, builder.gep(w, [builder.add(offset, e.whole(t))]))


@intrinsic
def window_max(
    typingctx: Context,
    x: types.Type,
    pixels: types.Type,
    count: types.Type,
    lanes: types.Type,
    y: types.Type,
) -> tuple[Signature, Callable[..., ir.Value]]:
    """y[l] = max over the `count` listed pixels of x[pixel, l]; a NaN wins."""
    index, whole = types.CPointer(types.int64), types.int64
    signature = types.void(x, index, whole, whole, x)

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        x, pixels, count, lanes, y = arguments
        e = Emitter(builder, context.get_value_type(signature.args[0].dtype))
        best = e.sums(1)[0]
        with cgutils.for_range_slice(builder, e.whole(0), lanes, e.whole(WIDTH)) as (lane, _):
            first = builder.mul(e.element(pixels, e.whole(0)), lanes)
            builder.store(e.load(x, builder.add(first, lane)), best)
            with cgutils.for_range(builder, count) as loop:
                row = builder.mul(e.element(pixels, loop.index), lanes)
                value, highest = e.load(x, builder.add(row, lane)), builder.load(best)
                wins = builder.fcmp_unordered(">", value, highest)  # also where one is NaN
                stays = builder.fcmp_unordered("uno", highest, highest)
                largest = builder.select(stays, highest, value)
                builder.store(builder.select(wins, largest, highest), best)
            e.store(builder.load(best), y, lane)
        return context.get_dummy_value()

    return signature, emit


@intrinsic
def window_max_gradient(
    typingctx: Context,
    x: types.Type,
    gx: types.Type,
    pixels: types.Type,
    count: types.Type,
    lanes: types.Type,
    y: types.Type,
    gy: types.Type,
    more: types.Type,
) -> tuple[Signature, Callable[..., ir.Value]]:
    """gx[pixel, l] = gy[l] for the first listed pixel where x[pixel, l] = y[l], 0 for the others.

    And what gx holds besides where `more` is not 0.
    """
    index, whole = types.CPointer(types.int64), types.int64
    signature = types.void(x, x, index, whole, whole, x, x, whole)

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        x, gx, pixels, count, lanes, y, gy, more = arguments
        e = Emitter(builder, context.get_value_type(signature.args[0].dtype))
        zero, rest = ir.Constant(e.vector, None), e.sums(1)[0]
        more = builder.icmp_signed("!=", more, e.whole(0))
        with cgutils.for_range_slice(builder, e.whole(0), lanes, e.whole(WIDTH)) as (lane, _):
            best = e.load(y, lane)
            builder.store(e.load(gy, lane), rest)
            with cgutils.for_range(builder, count) as loop:
                row = builder.mul(e.element(pixels, loop.index), lanes)
                place = builder.add(row, lane)
                left = builder.load(rest)
                hit = builder.fcmp_ordered("==", e.load(x, place), best)
                share = builder.select(hit, left, zero)
                earlier = builder.select(more, e.load(gx, place), zero)
                e.store(builder.fadd(earlier, share), gx, place)
                builder.store(builder.select(hit, zero, left), rest)
        return context.get_dummy_value()

    return signature, emit


@intrinsic
def transpose_tile(
    typingctx: Context, x: types.Type, x_row: types.Type, y: types.Type, y_row: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """y[j, i] = x[i, j] for 16 × 16 numbers, in registers."""
    signature = types.void(x, types.int64, x, types.int64)

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        x, x_row, y, y_row = arguments
        e = Emitter(builder, context.get_value_type(signature.args[0].dtype))
        rows = [e.load(x, builder.mul(e.whole(i), x_row)) for i in range(WIDTH)]
        size = 1
        while size < WIDTH:  # swap the off-diagonal quarters of blocks of 2, 4, 8, 16
            for i in (i for i in range(WIDTH) if not i & size):
                a, b, lanes = rows[i], rows[i + size], range(WIDTH)
                low = [lane if not lane & size else WIDTH + lane - size for lane in lanes]
                high = [lane + size if not lane & size else WIDTH + lane for lane in lanes]
                order = ir.VectorType(BYTE, WIDTH)
                rows[i] = builder.shuffle_vector(a, b, ir.Constant(order, low))
                rows[i + size] = builder.shuffle_vector(a, b, ir.Constant(order, high))
            size *= 2
        for j, row in enumerate(rows):
            e.store(row, y, builder.mul(e.whole(j), y_row))
        return context.get_dummy_value()

    return signature, emit
