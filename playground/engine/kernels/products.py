"""Products: the arithmetic of dense and convolution layers, forwards and backwards."""

from playground.engine.kernel import at, flat, get, kernel, like, pointer, summing_kernel, view
from playground.engine.simd import PRODUCT_VECTORS, WIDTH, lane_product, product

COLUMNS = WIDTH * PRODUCT_VECTORS


@kernel
def multiply(op, memory, tables):
    """y[r, p, :columns] = bias[r] + Σ_k a[r, k] · x[k, p, :columns] for every pixel p.

    Words: a, a_row, a_taps, x, x_taps, taps, x_pixels, y, y_row, y_pixels, pixels, bias, columns,
    blocks. Offsets of taps and pixels are read from the tables.
    """
    a, x, y = pointer(op, memory, 1), pointer(op, memory, 4), pointer(op, memory, 8)
    a_row, a_taps, x_taps, taps = get(op, 2), at(tables, get(op, 3)), at(tables, get(op, 5)), get(op, 6)
    x_pixels, y_row, y_pixels = at(tables, get(op, 7)), get(op, 9), at(tables, get(op, 10))
    start, columns, blocks = pointer(op, memory, 12), get(op, 13), at(tables, get(op, 14))
    for p in range(get(op, 11)):
        x_here, y_here = at(x, get(x_pixels, p)), at(y, get(y_pixels, p))
        for c in range(0, columns, COLUMNS):
            product(
                a, a_row, a_taps, at(x_here, c), x_taps, taps, at(y_here, c), y_row, start,
                columns - c, blocks,
            )


@kernel
def multiply_lanes(op, memory, tables):
    """w[r, t] = Σ_p Σ_l g[r, p, l] · x[t, p, l]: the gradient of weights.

    Words: g, g_row, g_pixels, x, x_pixels, pixels, lanes, x_taps, taps, w, w_row, blocks.
    """
    g, x, w = pointer(op, memory, 1), pointer(op, memory, 4), pointer(op, memory, 10)
    lane_product(
        g, get(op, 2), at(tables, get(op, 3)), x, at(tables, get(op, 5)), get(op, 6), get(op, 7),
        at(tables, get(op, 8)), get(op, 9), w, get(op, 11), at(tables, get(op, 12)),
    )


@summing_kernel
def sum_rows(op, memory, tables):
    """b[r] = Σ g[r, :]: the gradient of a bias. Words: g [rows, numbers a row], b [rows, 1]."""
    g, b = view(op, memory, 1), flat(op, memory, 4)
    for r in range(b.size):
        row, total = g[r], like(memory, 0)
        for i in range(row.size):
            total += row[i]
        b[r] = total


@kernel
def transpose(op, memory, tables):
    """y[l, i] = x[i, l]. Words: x [rows, lanes], y [lanes, rows]."""
    x, y = flat(op, memory, 1), flat(op, memory, 4)
    rows, lanes = get(op, 2), get(op, 3)
    for l in range(lanes):
        column = y[l * rows : (l + 1) * rows]
        for i in range(column.size):
            column[i] = x[i * lanes + l]
