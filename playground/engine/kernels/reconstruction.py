"""Losses of reconstructions: summed over the numbers of a sample, the mean over the batch."""

from playground.engine.kernel import Flat, Number, Rows, Table, Whole, get, like, summing_kernel
from playground.engine.kernels.batches import COUNT, lanes_filled
from playground.engine.kernels.losses import clear_lanes
from playground.engine.kernels.mathematics import exp, log1p


@summing_kernel
def bernoulli(memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole):
    """Σ max(z, 0) − z t + log(1 + e^−|z|) of logits z, gradient sigmoid(z) − t"""
    filled, one, zero = lanes_filled(clock, chunk, z.shape[1]), like(memory, 1), like(memory, 0)
    scale, total = one / like(memory, get(clock, COUNT)), zero
    for i in range(z.shape[0]):
        row, target, slope = z[i], t[i], g[i]
        for lane in range(row.size):
            logit = row[lane]
            small = exp(-abs(logit))
            positive = logit if logit > zero else zero
            cost = positive - logit * target[lane] + log1p(small)
            total += cost if lane < filled else zero
            sure = (one if logit > zero else small) / (one + small)
            slope[lane] = (sure - target[lane]) * scale
    clear_lanes(g, filled)
    loss[0] = total * scale


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
    filled, half, zero = lanes_filled(clock, chunk, o.shape[1]), like(memory, 0.5), like(memory, 0)
    scale, total = like(memory, 1) / like(memory, get(clock, COUNT)), zero
    for i in range(o.shape[0]):
        row, target, slope = o[i], t[i], g[i]
        for lane in range(row.size):
            error = row[lane] - target[lane]
            total += error * error if lane < filled else zero
            slope[lane] = error * (precision * scale)
    clear_lanes(g, filled)
    constants = constant * like(memory, filled * o.shape[0])
    loss[0] = (half * precision * total + constants) * scale
