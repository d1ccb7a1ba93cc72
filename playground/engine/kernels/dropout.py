"""Dropout: chance drops numbers while training. The same bits are drawn again on the way back."""

import numpy as np
from numba.extending import register_jitable

from playground.engine.kernel import Flat, Number, Table, Whole, get, kernel, like
from playground.engine.kernels.batches import SEED, STEP, random_bits

MIX_1, MIX_2, GOLDEN = np.uint32(0x7FEB352D), np.uint32(0x846CA68B), np.uint32(0x9E3779B9)
S15, S16 = np.uint32(15), np.uint32(16)


@register_jitable
def mixed(bits):
    """32 bits, well stirred: Wellons' hash “lowbias32” (2018), which loops can run 16 at a time."""
    bits = np.uint32(np.uint32(bits ^ np.uint32(bits >> S16)) * MIX_1)
    bits = np.uint32(np.uint32(bits ^ np.uint32(bits >> S15)) * MIX_2)
    return np.uint32(bits ^ np.uint32(bits >> S16))


@kernel
def drop(
    memory,
    x: Flat,
    y: Flat,
    block: Whole,
    repeat: Whole,
    rate: Whole("times 2³²"),
    scale: Number("1 / (1 − rate)"),
    clock: Table,
    layer: Whole,
    chunk: Whole,
):
    """y = x · scale, or 0 with probability `rate`.

    `block` numbers choose for themselves, and the next repeat − 1 blocks choose the same. What they
    choose follows from the seed, the step, the layer, the chunk and the place alone.
    """
    rate, zero = np.uint32(rate), like(memory, 0)
    key = random_bits(random_bits(get(clock, SEED), get(clock, STEP)), layer * 65536 + chunk)
    for first in range(0, y.size, block):
        row, out = x[first : first + block], y[first : first + block]
        start = np.uint32(key + np.uint64(first // (block * repeat) * block))
        for i in range(out.size):
            value = row[i] * scale
            number = np.uint32(np.uint32(start + np.uint32(i)) * GOLDEN)
            out[i] = zero if mixed(number) < rate else value
