"""Products: the arithmetic of dense and convolution layers, forwards and backwards."""

from numba import carray

from playground.engine.kernel import at, flat, get, kernel, like, pointer, summing_kernel, view
from playground.engine.simd import PRODUCT_VECTORS, WIDTH, lane_product, product, transpose_tile

COLUMNS = WIDTH * PRODUCT_VECTORS
CLASS = 6  # words of a class of pixels
PART = 256  # taps of a part: 256 × 32 lanes are 32 KiB
SPAN = 8192  # numbers of a row in a part: six rows are 192 KiB


@kernel
def multiply(tables, a: Pointer, a_row: Whole, x: Pointer, y: Pointer, y_row: Whole, bias: Pointer, columns: Whole, blocks: Table, kinds: Table, zeros: Pointer, more: Whole):
    """y[r, p, :columns] = bias[r] + Σ_k a[r, k] · x[k, p, :columns] for every pixel p.

    Words: a, a_row, x, y, y_row, bias, columns, blocks, classes, class table, zeros, more (not 0:
    what y holds is added). Pixels fall into classes that share their taps; the words of a class
    are: taps, a_taps, x_taps, pixels, x_pixels, y_pixels, the places of tables of offsets. Long
    sums are cut into parts of PART taps: the part of x that is in use stays in the first cache,
    and rounding errors do not pile up.
    """
    for kind in range(get(op, 9)):
        words = at(kinds, kind * CLASS)
        taps, a_taps, x_taps = get(words, 0), at(tables, get(words, 1)), at(tables, get(words, 2))
        x_pixels, y_pixels = at(tables, get(words, 4)), at(tables, get(words, 5))
        for p in range(get(words, 3)):
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
                        bias if first == 0 else zeros,
                        first + more,
                        columns - c,
                        blocks,
                    )


@kernel
def multiply_lanes(tables, g: Pointer, g_pixels: Table, x: Pointer, x_pixels: Table, pixels: Whole, lanes: Whole, x_taps: Table, w: Pointer):
    """w[r, t] = Σ_p Σ_l g[r, p, l] · x[t, p, l]: the gradient of weights.

    Words: g, g_row, g_pixels, x, x_pixels, pixels, lanes, x_taps, taps, w, w_row, blocks. Long sums
    are cut into parts of SPAN numbers a row, which stay in the second cache for all taps.
    """
    part = max(SPAN // lanes, 1)
    for first in range(0, pixels, part):
        lane_product(
            g,
            get(op, 2),
            at(g_pixels, first),
            x,
            at(x_pixels, first),
            min(pixels - first, part),
            lanes,
            x_taps,
            get(op, 9),
            w,
            get(op, 11),
            first,
            at(tables, get(op, 12)),
        )


@summing_kernel
def sum_rows(memory, g: Rows, b: Flat):
    """b[r] = Σ g[r, :]: the gradient of a bias. Words: g [rows, numbers a row], b [rows, 1]."""
    for r in range(b.size):
        row, total = g[r], like(memory, 0)
        for i in range(row.size):
            total += row[i]
        b[r] = total


@kernel
def transpose(x: Pointer, y: Pointer, rows: Whole, columns: Whole):
    """y[j, i] = x[i, j]. Words: x, y, rows of x, columns of x."""
    whole_rows, whole_columns = rows - rows % WIDTH, columns - columns % WIDTH
    for i in range(0, whole_rows, WIDTH):
        for j in range(0, whole_columns, WIDTH):
            transpose_tile(at(x, i * columns + j), columns, at(y, j * rows + i), rows)
    from_, to = carray(x, rows * columns), carray(y, rows * columns)
    for i in range(rows):
        for j in range(whole_columns if i < whole_rows else 0, columns):
            to[j * rows + i] = from_[i * columns + j]
