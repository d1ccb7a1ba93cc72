"""Moving images about: a border of zeros, and adding them up.

Loops over numbers, not `y[i] = x[i]` over rows, which copies in 4 to 5 times the time.
"""

from playground.engine.kernel import at, flat, get, kernel, view


@kernel
def scatter_rows(op, memory, tables):
    """y[places[i]] = x[i]; what no row of x reaches stays as it is, zero from the start.

    Words: x [rows, lanes], y [rows, lanes], places.
    """
    x, y, places = view(op, memory, 1), view(op, memory, 4), at(tables, get(op, 7))
    for i in range(x.shape[0]):
        row, place = x[i], y[get(places, i)]
        for lane in range(row.size):
            place[lane] = row[lane]


@kernel
def gather_rows(op, memory, tables):
    """y[i] = x[places[i]]. Words: x [rows, lanes], y [rows, lanes], places."""
    x, y, places = view(op, memory, 1), view(op, memory, 4), at(tables, get(op, 7))
    for i in range(y.shape[0]):
        row, place = x[get(places, i)], y[i]
        for lane in range(place.size):
            place[lane] = row[lane]


@kernel
def add(op, memory, tables):
    """y += x"""
    x, y = flat(op, memory, 1), flat(op, memory, 4)
    for i in range(y.size):
        y[i] += x[i]


@kernel
def copy(op, memory, tables):
    """y = x"""
    x, y = flat(op, memory, 1), flat(op, memory, 4)
    for i in range(y.size):
        y[i] = x[i]


@kernel
def sum_of_two(op, memory, tables):
    """z = x + y"""
    x, y, z = flat(op, memory, 1), flat(op, memory, 4), flat(op, memory, 7)
    for i in range(z.size):
        z[i] = x[i] + y[i]
