"""Pooling: each output pixel reads the input pixels that a table lists for it.

Words: x [channels · pixels, lanes], y, starts, pixels, then what each kernel says; output pixel p
reads the input pixels at tables[pixels + starts[p]] … tables[pixels + starts[p + 1] − 1].
"""

from playground.engine.kernel import at, get, kernel, like, scalar, view


@kernel
def max_pool(op, memory, tables):
    """y[c, p] = the largest x[c, q] of the pixels q of p. Words after pixels: channels."""
    x, y = view(op, memory, 1), view(op, memory, 4)
    starts, pixels, channels = at(tables, get(op, 7)), at(tables, get(op, 8)), get(op, 9)
    size_in, size_out = x.shape[0] // channels, y.shape[0] // channels
    for c in range(channels):
        image = x[c * size_in : (c + 1) * size_in]
        for p in range(size_out):
            best = y[c * size_out + p]
            best[:] = image[get(pixels, get(starts, p))]
            for q in range(get(starts, p) + 1, get(starts, p + 1)):
                row = image[get(pixels, q)]
                for lane in range(best.size):
                    larger = (row[lane] > best[lane]) | (row[lane] != row[lane])  # NaN wins
                    best[lane] = row[lane] if larger else best[lane]


@kernel
def max_pool_backward(op, memory, tables):
    """The gradient of y[c, p] goes to the first of its pixels that holds the largest value.

    Words: x, y, starts, pixels, channels, gx, gy, left [1, lanes].
    """
    x, y = view(op, memory, 1), view(op, memory, 4)
    starts, pixels, channels = at(tables, get(op, 7)), at(tables, get(op, 8)), get(op, 9)
    gx, gy, left = view(op, memory, 10), view(op, memory, 13), view(op, memory, 16)[0]
    size_in, size_out, zero = x.shape[0] // channels, y.shape[0] // channels, like(memory, 0)
    gx[:] = zero
    for c in range(channels):
        image, gradient = x[c * size_in : (c + 1) * size_in], gx[c * size_in : (c + 1) * size_in]
        for p in range(size_out):
            best = y[c * size_out + p]
            left[:] = gy[c * size_out + p]
            for q in range(get(starts, p), get(starts, p + 1)):
                row, place = image[get(pixels, q)], gradient[get(pixels, q)]
                for lane in range(best.size):
                    rest = left[lane]  # read before the choice, or the compiler makes it a jump
                    hit = row[lane] == best[lane]
                    place[lane] += rest if hit else zero
                    left[lane] = zero if hit else rest


@kernel
def average_pool(op, memory, tables):
    """y[c, p] = scale · Σ x[c, q]. Words after pixels: channels, scale [1, 1]."""
    x, y = view(op, memory, 1), view(op, memory, 4)
    starts, pixels, channels = at(tables, get(op, 7)), at(tables, get(op, 8)), get(op, 9)
    size_in, size_out, scale = x.shape[0] // channels, y.shape[0] // channels, scalar(op, memory, 10)
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
def average_pool_backward(op, memory, tables):
    """Every pixel of p receives scale · gy[c, p]. Words: gx, gy, starts, pixels, channels, scale."""
    gx, gy = view(op, memory, 1), view(op, memory, 4)
    starts, pixels, channels = at(tables, get(op, 7)), at(tables, get(op, 8)), get(op, 9)
    size_in, size_out = gx.shape[0] // channels, gy.shape[0] // channels
    scale = scalar(op, memory, 10)
    gx[:] = like(memory, 0)
    for c in range(channels):
        gradient = gx[c * size_in : (c + 1) * size_in]
        for p in range(size_out):
            share = gy[c * size_out + p]
            for q in range(get(starts, p), get(starts, p + 1)):
                place = gradient[get(pixels, q)]
                for lane in range(share.size):
                    place[lane] += scale * share[lane]
