"""Moving images about: a border of zeros, and gaps for the gradient of strided layers."""

from playground.engine.kernel import at, get, kernel, view


@kernel
def scatter_rows(op, memory, tables):
    """y[places[i]] = x[i]; what no row of x reaches stays as it is, zero from the start.

    Words: x [rows, lanes], y [rows, lanes], places.
    """
    x, y, places = view(op, memory, 1), view(op, memory, 4), at(tables, get(op, 7))
    for i in range(x.shape[0]):
        y[get(places, i)] = x[i]


@kernel
def add(op, memory, tables):
    """y += x"""
    x, y = view(op, memory, 1), view(op, memory, 4)
    for i in range(x.shape[0]):
        for lane in range(x.shape[1]):
            y[i, lane] += x[i, lane]


@kernel
def copy(op, memory, tables):
    """y = x"""
    x, y = view(op, memory, 1), view(op, memory, 4)
    for i in range(x.shape[0]):
        y[i] = x[i]
