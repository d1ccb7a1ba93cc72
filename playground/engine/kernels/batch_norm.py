"""Batch normalisation: every channel is measured over the whole batch, then moved and scaled.

Tensors are [channels · pixels, lanes], so that a channel's numbers lie in one run. Chunks measure
their own samples; one operation a batch joins what they found and tells each of them. Lanes without
a sample are not measured and get gradient zero. A `floor` of 0 is a ReLU that costs no pass of its
own; −∞ leaves all numbers as they are.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import (
    Block,
    Flat,
    Number,
    Table,
    Whole,
    at,
    get,
    kernel,
    like,
    summing_kernel,
)
from playground.engine.kernels.batches import COUNT, lanes_filled

BLOCK = 1024  # numbers that are summed by themselves, so that long sums stay exact


@summing_kernel
def chunk_moments(memory, x: Block, moments: Flat("[2 · channels]"), clock: Table, chunk: Whole):
    """mean[c] and Σ (x − mean[c])² over a chunk's samples."""
    lanes, channels = x.lanes, moments.size // 2
    x = carray(x.place, x.rows * lanes)
    filled = lanes_filled(clock, chunk, lanes)
    size, zero = x.size // channels, like(memory, 0)
    # A full chunk's numbers are cut into blocks; with free lanes each pixel is a block of its own.
    step, run = (BLOCK, BLOCK) if filled == lanes else (lanes, filled)
    count = max(size // lanes * filled, 1)
    for c in range(channels):
        image, total, squares = x[c * size : (c + 1) * size], np.float64(0), np.float64(0)
        for first in range(0, size, step):
            block, some = image[first : min(first + run, size)], zero
            for i in range(block.size):
                some += block[i]
            total += some
        mean = like(memory, total / count)
        for first in range(0, size, step):
            block, some = image[first : min(first + run, size)], zero
            for i in range(block.size):
                some += (block[i] - mean) * (block[i] - mean)
            squares += some
        moments[c], moments[channels + c] = mean, squares


@kernel
def join_moments(
    memory,
    moments: Block("[2 · channels] of the first chunk"),
    stride: Whole,
    chunks: Whole,
    lanes: Whole,
    pixels: Whole,
    clock: Table,
    running_mean: Flat,
    running_variance: Flat,
    batches: Flat("how many there were so far"),
    momentum: Number,
    epsilon: Number,
):
    """Mean and 1 / √(variance + ε) over all chunks, for each of them (Chan et al., 1983).

    The running mean and the running unbiased variance move towards them by `momentum`; a batch with
    one number a channel has no variance and moves nothing.
    """
    first, channels, epsilon = moments.place, moments.rows // 2, np.float64(epsilon)
    batches[0] += like(memory, 1)
    count = get(clock, COUNT) * pixels
    for c in range(channels):
        mean, squares = np.float64(0), np.float64(0)
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), 2 * channels)
            mean += lanes_filled(clock, chunk, lanes) * pixels * np.float64(here[c]) / count
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), 2 * channels)
            apart = here[c] - mean
            squares += here[channels + c]
            squares += lanes_filled(clock, chunk, lanes) * pixels * apart * apart
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), 2 * channels)
            here[c], here[channels + c] = mean, 1 / np.sqrt(squares / count + epsilon)
        if count > 1:
            running_mean[c] += momentum * like(memory, mean - running_mean[c])
            variance = squares / (count - 1)
            running_variance[c] += momentum * like(memory, variance - running_variance[c])


@kernel
def running_moments(
    memory, moments: Flat("[2 · channels]"), mean: Flat, variance: Flat, epsilon: Number
):
    """Mean and 1 / √(variance + ε) as they were while training."""
    for c in range(mean.size):
        moments[c] = mean[c]
        moments[mean.size + c] = like(memory, 1) / np.sqrt(variance[c] + epsilon)


@kernel
def normalise(x: Flat, y: Flat, moments: Flat, weight: Flat, bias: Flat, floor: Number):
    """y = max((x − mean[c]) / √(variance[c] + ε) · weight[c] + bias[c], floor)"""
    channels = weight.size
    size = x.size // channels
    for c in range(channels):
        mean, scale, shift = moments[c], moments[channels + c] * weight[c], bias[c]
        row, out = x[c * size : (c + 1) * size], y[c * size : (c + 1) * size]
        for i in range(out.size):
            value = (row[i] - mean) * scale + shift
            out[i] = floor if value < floor else value


@kernel
def normalise_and_add(
    x: Flat, y: Flat, moments: Flat, weight: Flat, bias: Flat, floor: Number, s: Flat
):
    """As `normalise`, with s added before the floor."""
    channels = weight.size
    size = x.size // channels
    for c in range(channels):
        mean, scale, shift = moments[c], moments[channels + c] * weight[c], bias[c]
        row, out = x[c * size : (c + 1) * size], y[c * size : (c + 1) * size]
        addend = s[c * size : (c + 1) * size]
        for i in range(out.size):
            value = (row[i] - mean) * scale + shift + addend[i]
            out[i] = floor if value < floor else value


@register_jitable
def _channel(c, x, moments, weight, bias):
    """Channel c's run of x, and its mean, 1 / √(variance + ε), scale and shift."""
    channels = weight.size
    size, inverse = x.size // channels, moments[channels + c]
    return x[c * size : (c + 1) * size], moments[c], inverse, inverse * weight[c], bias[c]


@summing_kernel
def chunk_gradients(
    memory,
    x: Flat,
    g: Flat,
    moments: Flat,
    weight: Flat,
    bias: Flat,
    floor: Number,
    sums: Flat("[3 · channels]"),
    gw: Flat,
    gb: Flat,
):
    """A chunk's gradients of bias and weight: Σ g and Σ g · x̂, where y is above the floor.

    `sums` are these, and what Σ g has more than its float: it is taken from every number of the
    batch, and its rounding, always to the same side, would add up in the layer before.
    """
    size, zero = x.size // weight.size, like(memory, 0)
    for c in range(weight.size):
        row, mean, inverse, scale, shift = _channel(c, x, moments, weight, bias)
        total, product = np.float64(0), np.float64(0)
        for first in range(0, size, BLOCK):
            x_here = row[first : min(first + BLOCK, size)]
            slope = g[c * size + first : c * size + first + x_here.size]
            some, some_product = zero, zero
            for i in range(slope.size):
                apart, gradient = x_here[i] - mean, slope[i]
                gradient = gradient if apart * scale + shift > floor else zero
                some += gradient
                some_product += gradient * apart
            total += some
            product += some_product
        sums[c] = gb[c] = total
        sums[weight.size + c] = gw[c] = product * inverse
        sums[2 * weight.size + c] = total - sums[c]


@kernel
def join_gradients(
    sums: Block("[3 · channels] of the first chunk"),
    stride: Whole,
    chunks: Whole,
    pixels: Whole,
    clock: Table,
):
    """The means over the batch of g and of g · x̂, for each chunk, and what the first has more."""
    first, channels, count = sums.place, sums.rows // 3, get(clock, COUNT) * pixels
    for c in range(channels):
        total, product = np.float64(0), np.float64(0)
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), sums.rows)
            total += np.float64(here[c]) + here[2 * channels + c]
            product += here[channels + c]
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), sums.rows)
            here[c], here[channels + c] = total / count, product / count
            here[2 * channels + c] = total / count - here[c]


@kernel
def normalise_backward(
    memory,
    x: Block,
    g: Flat,
    moments: Flat,
    weight: Flat,
    bias: Flat,
    floor: Number,
    means: Flat("[3 · channels]"),
    gx: Flat,
    clock: Table,
    chunk: Whole,
):
    """gx = weight / √(variance + ε) · (g − mean of g − x̂ · mean of g · x̂); 0 in free lanes."""
    lanes = x.lanes
    x = carray(x.place, x.rows * lanes)
    size, zero = x.size // weight.size, like(memory, 0)
    filled = lanes_filled(clock, chunk, lanes)
    for c in range(weight.size):
        row, mean, inverse, scale, shift = _channel(c, x, moments, weight, bias)
        slope, out = g[c * size : (c + 1) * size], gx[c * size : (c + 1) * size]
        base, tilt = means[c], means[weight.size + c] * inverse
        rest = means[2 * weight.size + c]
        for i in range(out.size):
            apart, gradient = row[i] - mean, slope[i]
            gradient = gradient if apart * scale + shift > floor else zero
            out[i] = scale * (gradient - base - (rest + apart * tilt))
        if filled < lanes:
            for p in range(0, size, lanes):
                out[p + filled : p + lanes] = zero
