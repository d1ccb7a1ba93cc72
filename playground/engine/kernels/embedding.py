"""Embedding: a row of a table for every number of a sequence."""

from playground.engine.kernel import Flat, Rows, Whole, kernel, like


@kernel
def look_up(
    memory,
    x: Rows("[steps, lanes]"),
    y: Rows("[steps · dimension, lanes]"),
    weight: Flat("[rows · dimension]"),
    dimension: Whole,
):
    """y[t, :, lane] = weight[x[t, lane], :], or NaN where x names no row."""
    nothing = like(memory, float("nan"))
    rows = weight.size // dimension
    for t in range(x.shape[0]):
        out = y[t * dimension : (t + 1) * dimension]
        for lane in range(x.shape[1]):
            known = (x[t, lane] >= 0) & (x[t, lane] < rows)
            row = int(x[t, lane]) if known else 0
            vector = weight[row * dimension : (row + 1) * dimension]
            for d in range(vector.size):
                out[d, lane] = vector[d] if known else nothing


@kernel
def look_up_gradient(memory, x: Rows, g: Rows, gw: Flat, dimension: Whole):
    """gw[x[t, lane], :] += g[t, :, lane]"""
    rows = gw.size // dimension
    gw[:] = like(memory, 0)
    for t in range(x.shape[0]):
        slope = g[t * dimension : (t + 1) * dimension]
        for lane in range(x.shape[1]):
            if (x[t, lane] >= 0) & (x[t, lane] < rows):
                row = int(x[t, lane])
                vector = gw[row * dimension : (row + 1) * dimension]
                for d in range(vector.size):
                    vector[d] += slope[d, lane]
