"""Pooling: each output pixel reads the input pixels that a table lists for it.

Tensors are [channels · pixels, lanes]; output pixel p reads the input pixels that the table
`pixels` lists from starts[p] to starts[p + 1] − 1.
"""

from numba import carray

from playground.engine.kernel import Block, Flag, Number, Rows, Table, Whole, at, get, kernel, like
from playground.engine.simd import window_max, window_max_gradient


@kernel
def max_pool(x: Block, y: Block, starts: Table, pixels: Table, channels: Whole):
    """y[c, p] = the largest x[c, q] of the pixels q of p"""
    size_in, size_out, lanes = x.rows // channels, y.rows // channels, x.lanes
    for c in range(channels):
        image = at(x.place, c * size_in * lanes)
        for p in range(size_out):
            first = get(starts, p)
            count, out = get(starts, p + 1) - first, at(y.place, (c * size_out + p) * lanes)
            if lanes == 1:
                best = get(image, get(pixels, first))
                for q in range(first + 1, first + count):
                    value = get(image, get(pixels, q))
                    best = value if (value > best) | (value != value) else best
                carray(out, 1)[0] = best
            else:
                window_max(image, at(pixels, first), count, lanes, out)


@kernel
def max_pool_backward(
    memory,
    x: Block,
    y: Block,
    starts: Table,
    pixels: Table,
    channels: Whole,
    gx: Block,
    gy: Block,
    more: Flag("pixels may be in several windows"),
):
    """The gradient of y[c, p] goes to the first of its pixels that holds the largest value.

    Where every pixel is in one window only each is written once; else gradients are added up.
    """
    size_in, size_out, lanes = x.rows // channels, y.rows // channels, x.lanes
    if more:
        carray(gx.place, gx.rows * gx.lanes)[:] = like(memory, 0)
    for c in range(channels):
        image = c * size_in * lanes
        for p in range(size_out):
            first, out = get(starts, p), (c * size_out + p) * lanes
            window_max_gradient(
                at(x.place, image),
                at(gx.place, image),
                at(pixels, first),
                get(starts, p + 1) - first,
                lanes,
                at(y.place, out),
                at(gy.place, out),
                more,
            )


@kernel
def average_pool(
    memory, x: Rows, y: Rows, starts: Table, pixels: Table, channels: Whole, scale: Number
):
    """y[c, p] = scale · Σ x[c, q]"""
    size_in, size_out = x.shape[0] // channels, y.shape[0] // channels
    for c in range(channels):
        image = x[c * size_in : (c + 1) * size_in]
        for p in range(size_out):
            total = y[c * size_out + p]
            total[:] = like(memory, 0)
            for q in range(get(starts, p), get(starts, p + 1)):
                row = image[get(pixels, q)]
                for lane in range(total.size):
                    total[lane] += row[lane]
            for lane in range(total.size):
                total[lane] *= scale


@kernel
def average_pool_backward(
    memory, gx: Rows, gy: Rows, starts: Table, pixels: Table, channels: Whole, scale: Number
):
    """Every pixel of p receives scale · gy[c, p]."""
    size_in, size_out = gx.shape[0] // channels, gy.shape[0] // channels
    gx[:] = like(memory, 0)
    for c in range(channels):
        gradient = gx[c * size_in : (c + 1) * size_in]
        for p in range(size_out):
            share = gy[c * size_out + p]
            for q in range(get(starts, p), get(starts, p + 1)):
                place = gradient[get(pixels, q)]
                for lane in range(share.size):
                    place[lane] += scale * share[lane]
