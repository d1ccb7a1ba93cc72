"""Moving images about: a border of zeros, and adding them up.

Loops over numbers, not `y[i] = x[i]` over rows, which copies in 4 to 5 times the time.
"""

from playground.engine.kernel import Flat, Rows, Table, get, kernel, like

BLOCK = 32  # rows that are summed by themselves


@kernel
def scatter_rows(x: Rows, y: Rows, places: Table):
    """y[places[i]] = x[i]; what no row of x reaches stays as it is, zero from the start."""
    for i in range(x.shape[0]):
        row, place = x[i], y[get(places, i)]
        for lane in range(row.size):
            place[lane] = row[lane]


@kernel
def gather_rows(x: Rows, y: Rows, places: Table):
    """y[i] = x[places[i]]"""
    for i in range(y.shape[0]):
        row, place = x[get(places, i)], y[i]
        for lane in range(place.size):
            place[lane] = row[lane]


@kernel
def mean_rows(
    memory, x: Rows("[maps · pixels, lanes]"), y: Rows("[maps, lanes]"), room: Rows("for a sum")
):
    """y[c] = mean of the rows of x of map c, in blocks, so that long sums stay exact."""
    block = room[0]
    pixels, zero = x.shape[0] // y.shape[0], like(memory, 0)
    share = like(memory, 1) / like(memory, pixels)
    for c in range(y.shape[0]):
        mean = y[c]
        mean[:] = zero
        for first in range(0, pixels, BLOCK):
            block[:] = zero
            for p in range(first, min(first + BLOCK, pixels)):
                row = x[c * pixels + p]
                for lane in range(block.size):
                    block[lane] += row[lane]
            for lane in range(mean.size):
                mean[lane] += block[lane] * share


@kernel
def share_rows(memory, gy: Rows("[maps, lanes]"), gx: Rows("[maps · pixels, lanes]")):
    """gx[c, p] = gy[c] / pixels for every pixel p"""
    pixels = gx.shape[0] // gy.shape[0]
    share = like(memory, 1) / like(memory, pixels)
    for c in range(gy.shape[0]):
        row = gy[c]
        for p in range(pixels):
            place = gx[c * pixels + p]
            for lane in range(place.size):
                place[lane] = row[lane] * share


@kernel
def add(x: Flat, y: Flat):
    """y += x"""
    for i in range(y.size):
        y[i] += x[i]


@kernel
def copy(x: Flat, y: Flat):
    """y = x"""
    for i in range(y.size):
        y[i] = x[i]


@kernel
def sum_of_two(x: Flat, y: Flat, z: Flat):
    """z = x + y"""
    for i in range(z.size):
        z[i] = x[i] + y[i]
