"""Two networks that take turns: whose step it is, noise to start from, and what each makes small.

A turn has PERIOD steps: the discriminator's, and then one of the generator's. Costs are means over
the samples of the batch, of the discriminator's outputs z.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import (
    Flag,
    Flat,
    Number,
    Pointer,
    Rows,
    Setting,
    Table,
    Whole,
    at,
    get,
    kernel,
    like,
    summing_kernel,
)
from playground.engine.kernels.batches import (
    BATCH,
    CLOCK,
    COUNT,
    PERIOD,
    SAMPLES,
    SEED,
    START,
    STEP,
    lanes_filled,
    random_bits,
    take_batch,
)
from playground.engine.kernels.losses import clear_lanes
from playground.engine.kernels.mathematics import exp, log1p
from playground.engine.kernels.noise import TWO_TO_24, even, normal

LATENT = 2**40  # apart from every layer's own stream


@kernel
def next_step(clock: Table, order: Table, samples: Whole, turns: Table, steps: Table):
    """Count a step; the discriminator's takes the next batch, the generator's a whole one of noise.

    `turns` and `steps` are clocks that count turns and the discriminator's steps, from 1.
    """
    now = carray(clock, CLOCK)
    now[STEP] += 1
    turn, place = divmod(now[STEP] - 1, now[PERIOD])
    if place < now[PERIOD] - 1:
        take_batch(clock, order, samples)
    else:
        now[START], now[COUNT] = 0, now[BATCH]
    for other in (carray(turns, CLOCK), carray(steps, CLOCK)):
        other[SAMPLES], other[BATCH] = now[SAMPLES], now[BATCH]
    carray(turns, CLOCK)[STEP] = turn + 1
    carray(steps, CLOCK)[STEP] = turn * (now[PERIOD] - 1) + place + 1


@kernel
def draw_noise(memory, z: Rows, clock: Table, chunk: Whole, uniform: Flag):
    """z ~ N(0, 1), or even from −1 to 1; it follows from seed, step, chunk and place alone."""
    size, lanes = z.shape
    key = random_bits(random_bits(get(clock, SEED), get(clock, STEP)), LATENT + chunk)
    start, scale = np.uint32(key), like(memory, 2 * TWO_TO_24)
    for i in range(size):
        row = z[i]
        if uniform:
            for lane in range(lanes):
                row[lane] = like(memory, even(start, i * lanes + lane)) * scale - like(memory, 1)
        else:
            for lane in range(lanes):
                row[lane] = normal(memory, start, i * lanes + lane)
    clear_lanes(z, lanes_filled(clock, chunk, lanes))


@register_jitable
def mean_share(memory, clock):
    """1 / samples of this batch"""
    return like(memory, 1) / like(memory, get(clock, COUNT))


@summing_kernel
def logistic(
    memory,
    z: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    sign: Number("s"),
    weight: Number("w"),
    add: Flag,
):
    """w · log(1 + e^(s z)), gradient w s sigmoid(s z); with `add` on top of the loss there is"""
    filled, one, zero = lanes_filled(clock, chunk, z.shape[1]), like(memory, 1), like(memory, 0)
    scale, total = weight * mean_share(memory, clock), zero
    row, slope = z[0], g[0]
    for lane in range(row.size):
        u = sign * row[lane]
        small = exp(-abs(u))
        cost = (u if u > zero else zero) + log1p(small)
        total += cost if lane < filled else zero
        slope[lane] = sign * scale * (one if u > zero else small) / (one + small)
    clear_lanes(g, filled)
    loss[0] = (loss[0] if add else zero) + total * scale


@summing_kernel
def squared(
    memory,
    z: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    target: Number("t"),
    weight: Number("w"),
    add: Flag,
):
    """w · ½ (z − t)², gradient w (z − t); with `add` on top of the loss there is"""
    filled, half, zero = lanes_filled(clock, chunk, z.shape[1]), like(memory, 0.5), like(memory, 0)
    scale, total = weight * mean_share(memory, clock), zero
    row, slope = z[0], g[0]
    for lane in range(row.size):
        error = row[lane] - target
        total += error * error if lane < filled else zero
        slope[lane] = error * scale
    clear_lanes(g, filled)
    loss[0] = (loss[0] if add else zero) + half * total * scale


@summing_kernel
def linear(
    memory,
    z: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    sign: Number("s"),
    weight: Number("w"),
    add: Flag,
):
    """w s z, gradient w s; with `add` on top of the loss there is"""
    filled, zero = lanes_filled(clock, chunk, z.shape[1]), like(memory, 0)
    scale, total = sign * weight * mean_share(memory, clock), zero
    row, slope = z[0], g[0]
    for lane in range(row.size):
        total += row[lane] if lane < filled else zero
        slope[lane] = scale
    clear_lanes(g, filled)
    loss[0] = (loss[0] if add else zero) + total * scale


@kernel
def clamp(memory, p: Flat, bound: Setting("c")):
    """p ← p, but at least −c and at most c"""
    most = like(memory, bound)
    for i in range(p.size):
        p[i] = min(max(p[i], -most), most)


@kernel
def stretch(memory, x: Flat):
    """x ← 2 x − 1: from 0 to 1 becomes from −1 to 1"""
    two, one = like(memory, 2), like(memory, 1)
    for i in range(x.size):
        x[i] = two * x[i] - one


@kernel
def sum_gradients(
    memory,
    g: Pointer("[chunks, stride]"),
    chunks: Whole,
    stride: Whole,
    size: Whole,
    second: Whole("how much later a second gradient of the same numbers lies; 0: there is none"),
):
    """g[0, :size] ← Σ over the chunks of both gradients, in order"""
    total = carray(g, size)
    for chunk in range(chunks):
        if chunk:
            part = carray(at(g, chunk * stride), size)
            for i in range(total.size):
                total[i] += part[i]
        if second:
            other = carray(at(g, chunk * stride + second), size)
            for i in range(total.size):
                total[i] += other[i]
