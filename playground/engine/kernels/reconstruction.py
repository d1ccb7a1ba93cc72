"""Losses of reconstructions: summed over the numbers of a sample, the mean over the batch."""

import numpy as np

from playground.engine.kernel import Flat, Number, Rows, Table, Whole, get, like, summing_kernel
from playground.engine.kernels.batches import COUNT, lanes_filled
from playground.engine.kernels.losses import clear_lanes
from playground.engine.kernels.mathematics import exp, log1p


@summing_kernel
def bernoulli(memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole):
    """Σ max(z, 0) − z t + log(1 + e^−|z|) of logits z, gradient sigmoid(z) − t"""
    filled, one, zero = lanes_filled(clock, chunk, z.shape[1]), like(memory, 1), like(memory, 0)
    share, total = 1 / np.float64(get(clock, COUNT)), np.float64(0)
    scale = like(memory, share)
    for i in range(z.shape[0]):
        row, target, slope, part = z[i], t[i], g[i], zero
        for lane in range(row.size):
            logit = row[lane]
            small = exp(-abs(logit))
            positive = logit if logit > zero else zero
            cost = positive - logit * target[lane] + log1p(small)
            part += cost if lane < filled else zero
            sure = (one if logit > zero else small) / (one + small)
            slope[lane] = (sure - target[lane]) * scale
        total += part
    clear_lanes(g, filled)
    loss[0] = total * share


@summing_kernel
def gaussian(
    memory,
    o: Rows,
    t: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    precision: Number("1 / σ²"),
    constant: Number("log σ + ½ log 2π"),
):
    """Σ (o − t)² / 2σ² + log σ + ½ log 2π, gradient (o − t) / σ²"""
    filled, zero = lanes_filled(clock, chunk, o.shape[1]), like(memory, 0)
    share, total = 1 / np.float64(get(clock, COUNT)), np.float64(0)
    scale = like(memory, share)
    for i in range(o.shape[0]):
        row, target, slope, part = o[i], t[i], g[i], zero
        for lane in range(row.size):
            error = row[lane] - target[lane]
            part += error * error if lane < filled else zero
            slope[lane] = error * (precision * scale)
        total += part
    clear_lanes(g, filled)
    constants = np.float64(constant) * (filled * o.shape[0])
    loss[0] = (precision * total / 2 + constants) * share
