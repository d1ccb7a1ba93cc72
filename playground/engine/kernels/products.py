"""Products: the arithmetic of dense and convolution layers, forwards and backwards."""

from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import (
    Flag,
    Flat,
    Pointer,
    Rows,
    Table,
    Whole,
    at,
    get,
    kernel,
    like,
    summing_kernel,
)
from playground.engine.simd import PRODUCT_VECTORS, WIDTH, lane_product, product, transpose_tile

COLUMNS = WIDTH * PRODUCT_VECTORS
TAPS, A_TAPS, X_TAPS, PIXELS, X_PIXELS, Y_PIXELS = range(6)  # two counts, four tables of offsets
CLASS = 6  # words of a class of pixels
PART = 128  # taps of a part: 128 × 32 lanes are 16 KiB
SPAN = 8192  # numbers of a row in a part: six rows are 192 KiB


@kernel
def multiply(
    tables,
    a: Pointer,
    a_row: Whole("numbers from a row of a to the next"),
    x: Pointer,
    y: Pointer,
    y_row: Whole,
    bias: Pointer,
    columns: Whole,
    blocks: Table("how the rows are cut into tiles"),
    count: Whole("how many classes of pixels there are"),
    classes: Table("their words"),
    zeros: Pointer("a zero for every row"),
    more: Flag("what y holds is added"),
):
    """y[r, p, :columns] = bias[r] + Σ_k a[r, k] · x[k, p, :columns] for every pixel p.

    Pixels fall into classes that share their taps. Long sums are cut into parts of PART taps: the
    part of x that is in use stays in the first cache, and rounding errors do not pile up.
    """
    for number in range(count):
        words = at(classes, number * CLASS)
        taps, pixels = get(words, TAPS), get(words, PIXELS)
        a_taps, x_taps = at(tables, get(words, A_TAPS)), at(tables, get(words, X_TAPS))
        x_pixels, y_pixels = at(tables, get(words, X_PIXELS)), at(tables, get(words, Y_PIXELS))
        for p in range(pixels):
            x_here, y_here = at(x, get(x_pixels, p)), at(y, get(y_pixels, p))
            for first in range(0, max(taps, 1), PART):
                for c in range(0, columns, COLUMNS):
                    product(
                        a,
                        a_row,
                        at(a_taps, first),
                        at(x_here, c),
                        at(x_taps, first),
                        min(taps - first, PART),
                        at(y_here, c),
                        y_row,
                        bias if first + PART >= taps else zeros,
                        first + more,
                        columns - c,
                        blocks,
                    )


@kernel
def multiply_lanes(
    g: Pointer,
    g_row: Whole("numbers from a row of g to the next"),
    g_pixels: Table,
    x: Pointer,
    x_pixels: Table,
    pixels: Whole,
    lanes: Whole,
    x_taps: Table,
    taps: Whole,
    w: Pointer,
    w_row: Whole,
    blocks: Table("how the rows are cut into tiles"),
):
    """w[r, t] = Σ_p Σ_l g[r, p, l] · x[t, p, l]: the gradient of weights.

    Long sums are cut into parts of SPAN numbers a row, which stay in the second cache for all taps.
    """
    part = max(SPAN // lanes, 1)
    for first in range(0, pixels, part):
        lane_product(
            g,
            g_row,
            at(g_pixels, first),
            x,
            at(x_pixels, first),
            min(pixels - first, part),
            lanes,
            x_taps,
            taps,
            w,
            w_row,
            first,
            blocks,
        )


@summing_kernel
def sum_rows(memory, g: Rows, b: Flat("a number for every row of g")):
    """b[r] = Σ g[r, :]: the gradient of a bias."""
    for r in range(b.size):
        row, total = g[r], like(memory, 0)
        for i in range(row.size):
            total += row[i]
        b[r] = total


@register_jitable
def turn(x, y, rows, columns, y_row):
    """y[j, i] = x[i, j] where a row of y begins `y_row` numbers after the one before it."""
    whole_rows, whole_columns = rows - rows % WIDTH, columns - columns % WIDTH
    for i in range(0, whole_rows, WIDTH):
        for j in range(0, whole_columns, WIDTH):
            transpose_tile(at(x, i * columns + j), columns, at(y, j * y_row + i), y_row)
    from_, to = carray(x, rows * columns), carray(y, columns * y_row)
    for i in range(rows):
        for j in range(whole_columns if i < whole_rows else 0, columns):
            to[j * y_row + i] = from_[i * columns + j]


@kernel
def transpose(x: Pointer, y: Pointer, rows: Whole("of x"), columns: Whole("of x")):
    """y[j, i] = x[i, j]"""
    turn(x, y, rows, columns, rows)


@kernel
def transpose_blocks(
    x: Pointer,
    y: Pointer,
    blocks: Whole,
    rows: Whole("of a block of x"),
    columns: Whole("of a block of x"),
    y_row: Whole("numbers from a row of y to the next"),
):
    """y[block, j, i] = x[block, i, j]"""
    for block in range(blocks):
        here, there = at(x, block * rows * columns), at(y, block * columns * y_row)
        turn(here, there, rows, columns, y_row)
