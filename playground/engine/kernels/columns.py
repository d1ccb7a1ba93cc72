"""Columns of words: each has a small table of numbers, and its inputs weigh the table's rows."""

from playground.engine.kernel import Flat, Rows, kernel, like, summing_kernel


@kernel
def embed(memory, x: Rows("[words, lanes]"), y: Rows("[numbers, lanes]"), weight: Flat):
    """y[d, :] = Σ_w weight[w, d] · x[w, :]"""
    size = y.shape[0]
    for d in range(size):
        y[d] = like(memory, 0)
        for w in range(x.shape[0]):
            factor = weight[w * size + d]
            for lane in range(x.shape[1]):
                y[d, lane] += factor * x[w, lane]


@summing_kernel
def embed_gradient(memory, x: Rows, g: Rows, gw: Flat):
    """gw[w, d] = Σ_l x[w, l] · g[d, l]"""
    size = g.shape[0]
    for w in range(x.shape[0]):
        for d in range(size):
            total = like(memory, 0)
            for lane in range(x.shape[1]):
                total += x[w, lane] * g[d, lane]
            gw[w * size + d] = total


@kernel
def embed_input_gradient(memory, g: Rows, gx: Rows, weight: Flat):
    """gx[w, :] = Σ_d weight[w, d] · g[d, :]"""
    size = g.shape[0]
    for w in range(gx.shape[0]):
        gx[w] = like(memory, 0)
        for d in range(size):
            factor = weight[w * size + d]
            for lane in range(gx.shape[1]):
                gx[w, lane] += factor * g[d, lane]
