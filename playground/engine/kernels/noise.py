"""Noise: normal numbers that follow from a key and a place alone, so that any thread draws them."""

import math

import numpy as np
from numba.extending import register_jitable

from playground.engine.kernel import (
    Flat,
    Number,
    Rows,
    Setting,
    Table,
    Whole,
    get,
    kernel,
    like,
    summing_kernel,
)
from playground.engine.kernels.batches import (
    COUNT,
    EPOCH,
    SEED,
    START,
    STEP,
    lanes_filled,
    random_bits,
)
from playground.engine.kernels.dropout import GOLDEN, mixed
from playground.engine.kernels.losses import clear_lanes
from playground.engine.kernels.mathematics import exp
from playground.engine.kernels.special_functions import cos, log

S8, TWO_TO_24, CIRCLE = np.uint32(8), 2.0**-24, 2 * math.pi * 2.0**-24


@register_jitable
def even(start, number):
    """24 even bits of the number-th draw after `start`."""
    stirred = mixed(np.uint32(np.uint32(start + np.uint32(number)) * GOLDEN))
    return np.int32(stirred >> S8)


@register_jitable
def normal(memory, start, number):
    """The number-th standard normal draw after `start` (Box and Muller, 1958).

    √(−2 log u) cos 2πv, of u in (0, 1] and v in [0, 1) in steps of 2⁻²⁴: at most 5.77 in size.
    """
    u = like(memory, even(start, 2 * number) + 1) * like(memory, TWO_TO_24)
    angle = like(memory, even(start, 2 * number + 1)) * like(memory, CIRCLE)
    return np.sqrt(like(memory, -2) * log(u)) * cos(angle)


@kernel
def draw(
    memory,
    x: Rows("[means, then logarithms of variances]"),
    z: Rows,
    spread: Rows,
    loss: Flat,
    clock: Table,
    layer: Whole,
    chunk: Whole,
):
    """z = μ + σ ε, and `spread` = σ ε; the loss starts from 0.

    ε follows from the seed, the step, the layer, the chunk and the place alone.
    """
    half, (codes, lanes) = like(memory, 0.5), z.shape
    key = random_bits(random_bits(get(clock, SEED), get(clock, STEP)), layer * 65536 + chunk)
    start = np.uint32(key)
    for i in range(codes):
        mean, log_variance, out, part = x[i], x[codes + i], z[i], spread[i]
        for lane in range(lanes):
            noise = normal(memory, start, i * lanes + lane)
            part[lane] = exp(half * log_variance[lane]) * noise
            out[lane] = mean[lane] + part[lane]
    loss[0] = 0


@summing_kernel
def add_divergence(memory, x: Rows, loss: Flat, clock: Table, chunk: Whole, beta: Setting):
    """loss += β/N · Σ ½ (μ² + σ² − 1 − log σ²), over the samples of this chunk"""
    one, total, codes = like(memory, 1), like(memory, 0), x.shape[0] // 2
    filled = lanes_filled(clock, chunk, x.shape[1])
    for i in range(codes):
        mean, log_variance = x[i][:filled], x[codes + i][:filled]
        for lane in range(mean.size):
            s = log_variance[lane]
            total += mean[lane] * mean[lane] + exp(s) - one - s
    loss[0] += like(memory, 0.5 * beta / get(clock, COUNT)) * total


@kernel
def draw_backward(
    memory,
    x: Rows,
    spread: Rows,
    gz: Rows,
    gx: Rows,
    clock: Table,
    chunk: Whole,
    beta: Setting,
):
    """∂/∂μ = g + β/N μ and ∂/∂log σ² = ½ g σ ε + β/N ½ (σ² − 1), g being the gradient of z"""
    one, half, codes = like(memory, 1), like(memory, 0.5), gz.shape[0]
    share = like(memory, beta / get(clock, COUNT))
    for i in range(codes):
        mean, log_variance, g, part = x[i], x[codes + i], gz[i], spread[i]
        of_mean, of_variance = gx[i], gx[codes + i]
        for lane in range(mean.size):
            of_mean[lane] = g[lane] + share * mean[lane]
            rest = exp(log_variance[lane]) - one
            of_variance[lane] = half * (g[lane] * part[lane] + share * rest)
    clear_lanes(gx, lanes_filled(clock, chunk, gx.shape[1]))


@kernel
def mean_backward(memory, gz: Flat, gx: Flat):
    """The gradient of what a mean alone became: that of the variances is 0."""
    gx[: gz.size] = gz
    gx[gz.size :] = like(memory, 0)


@kernel
def disturb(
    memory,
    x: Flat("samples as rows"),
    y: Flat("samples as rows"),
    clock: Table,
    order: Table,
    chunk: Whole,
    size: Whole("numbers of a sample"),
    deviation: Number,
    masked: Number("share"),
):
    """y = m x + deviation · ε, m being 0 with the probability `masked`, else 1.

    What is drawn follows from the seed, the epoch and the sample alone.
    """
    lanes, zero = x.size // size, like(memory, 0)
    limit = np.int64(np.float64(masked) * 2.0**24)
    epoch = random_bits(get(clock, SEED), get(clock, EPOCH))
    filled = lanes_filled(clock, chunk, lanes)
    y[filled * size :] = zero
    for lane in range(filled):
        sample = get(order, get(clock, START) + chunk * lanes + lane)
        start = np.uint32(random_bits(epoch, sample))
        row, out = x[lane * size :][:size], y[lane * size :][:size]
        if deviation > zero:
            for i in range(out.size):
                out[i] = deviation * normal(memory, start, i)
        else:
            out[:] = zero
        masks = np.uint32(start + np.uint32(2 * size))
        for i in range(out.size):
            out[i] += zero if even(masks, i) < limit else row[i]
