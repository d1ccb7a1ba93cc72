"""Mini-batches: which samples are next, and bringing them into lanes.

The clock is a row of counters in the tables; its words are named below. A batch is cut into chunks
of `lanes` samples; lanes past the last sample hold zeros and are left out of the loss.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import (
    Block,
    Bytes,
    Flat,
    Number,
    Pointer,
    Rows,
    Table,
    Whole,
    at,
    get,
    kernel,
    like,
    summing_kernel,
)

STEP, EPOCH, CURSOR, START, COUNT, SAMPLES, BATCH, SEED, SHUFFLE, ORDERED, ASKED, GOES_ON = range(
    12
)
PERIOD = 12  # of two networks that take turns: steps of a turn; 0: there is one network
CLOCK = 16  # words of a clock
FEW = 16  # numbers of a sample, up to which a batch is gathered number by number

MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
S27, S30, S31 = np.uint64(27), np.uint64(30), np.uint64(31)


@register_jitable
def random_bits(seed, counter):
    """64 random bits from a seed and a counter (SplitMix64: Steele, Lea and Flood, 2014)."""
    z = np.uint64(seed) * MIX_2 + np.uint64(counter) * GOLDEN
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


@register_jitable
def lanes_filled(clock, chunk, lanes):
    """How many lanes of a chunk hold a sample of this batch."""
    left = get(clock, COUNT) - chunk * lanes
    return max(0, min(lanes, left))


@register_jitable
def take_batch(clock, order, samples):
    """Move the clock to the next batch; at the end of an epoch begin anew, in a new order.

    The order of an epoch follows from the seed and the epoch alone (Fisher and Yates, 1938), so it
    is drawn again where the clock was set from outside.
    """
    clock, order = carray(clock, CLOCK), carray(order, samples)
    if clock[CURSOR] >= clock[SAMPLES]:
        clock[CURSOR] = 0
        clock[EPOCH] += 1
    if clock[SHUFFLE] and clock[ORDERED] != clock[EPOCH] + 1:
        clock[ORDERED] = clock[EPOCH] + 1
        key = random_bits(clock[SEED], clock[EPOCH] + 1)
        for i in range(order.size):
            order[i] = i
        for i in range(order.size - 1, 0, -1):
            j = np.int64(random_bits(key, i) % np.uint64(i + 1))
            order[i], order[j] = order[j], order[i]
    clock[START] = clock[CURSOR]
    clock[COUNT] = min(clock[BATCH], clock[SAMPLES] - clock[CURSOR])
    clock[CURSOR] += clock[COUNT]


@kernel
def next_batch(clock: Table, order: Table, samples: Whole("length of the order")):
    """Count a step, and move the clock to its batch: see `take_batch`."""
    carray(clock, CLOCK)[STEP] += 1
    take_batch(clock, order, samples)


@kernel
def count_asked(
    memory,
    y: Pointer("[samples, steps · width]"),
    clock: Table,
    order: Table,
    size: Whole,
    width: Whole,
):
    """Tell the clock of how many steps of this batch the target is known, and not NaN."""
    asked, order = 0, at(order, get(clock, START))
    for sample in range(get(clock, COUNT)):
        targets = carray(at(y, get(order, sample) * size), size)
        for place in range(0, size, width):
            asked += 1 if targets[place] == targets[place] else 0
    carray(clock, CLOCK)[ASKED] = asked


@register_jitable
def answers_asked(clock, steps):
    """Of how many answers a loss is the mean: one a sample, or the steps that are known."""
    if steps == 0:
        return get(clock, COUNT)
    return max(get(clock, ASKED), 1)


@kernel
def gather(memory, y: Rows, data: Pointer, clock: Table, order: Table, chunk: Whole):
    """y[i, lane] = data[order[start + lane], i]"""
    size, lanes = y.shape
    filled = lanes_filled(clock, chunk, lanes)
    order = at(order, get(clock, START) + chunk * lanes)
    if size <= FEW:  # as many short loops as lanes would take longer
        for i in range(size):
            row, column = y[i], at(data, i)
            for lane in range(filled):
                row[lane] = get(column, get(order, lane) * size)
            row[filled:] = like(memory, 0)
        return
    for lane in range(lanes):
        if lane < filled:
            sample = carray(at(data, get(order, lane) * size), size)
            for i in range(size):
                y[i, lane] = sample[i]
        else:
            for i in range(size):
                y[i, lane] = like(memory, 0)


@kernel
def gather_next(memory, y: Rows, data: Pointer, clock: Table, chunk: Whole):
    """y[i, lane] = data[start + lane, i]: samples in the order in which they lie."""
    size, lanes = y.shape
    filled = lanes_filled(clock, chunk, lanes)
    first = get(clock, START) + chunk * lanes
    for lane in range(lanes):
        if lane < filled:
            sample = carray(at(data, (first + lane) * size), size)
            for i in range(size):
                y[i, lane] = sample[i]
        else:
            for i in range(size):
                y[i, lane] = like(memory, 0)


@kernel
def gather_bytes(
    memory, y: Block, data: Bytes, clock: Table, order: Table, chunk: Whole, scale: Number
):
    """y[lane, i] = scale · data[order[start + lane], i] of bytes: samples as rows."""
    size, lanes = y.rows, y.lanes
    y = carray(y.place, size * lanes)
    filled = lanes_filled(clock, chunk, lanes)
    first = get(clock, START) + chunk * lanes
    for lane in range(filled):
        row, sample = y[lane * size : (lane + 1) * size], at(data, get(order, first + lane) * size)
        values = carray(sample, size)
        for i in range(row.size):
            row[i] = scale * like(memory, values[i])
    y[filled * size :] = like(memory, 0)


@kernel
def deliver(x: Rows, out: Pointer, clock: Table, chunk: Whole):
    """out[start + lane, i] = x[i, lane]"""
    size, lanes = x.shape
    first = get(clock, START) + chunk * lanes
    for lane in range(lanes_filled(clock, chunk, lanes)):
        row = carray(at(out, (first + lane) * size), size)
        for i in range(size):
            row[i] = x[i, lane]


@kernel
def sum_chunks(g: Rows("[chunks, numbers]")):
    """g[0] += g[1] + …, in order"""
    total = g[0]
    for c in range(1, g.shape[0]):
        part = g[c]
        for i in range(total.size):
            total[i] += part[i]


@summing_kernel
def total(memory, x: Flat, y: Flat("[1, 1]")):
    """y = Σ x"""
    sum_ = like(memory, 0)
    for i in range(x.size):
        sum_ += x[i]
    y[0] = sum_
