"""Losses: the mean over the batch, and its gradient with respect to the network's outputs.

Words: outputs [k, lanes], targets, gradient [k, lanes], loss [1, 1], clock, chunk. Each chunk adds
its samples' share of the mean; lanes without a sample get gradient zero.
"""

import numpy as np

from playground.engine.kernel import at, flat, get, kernel, like, view
from playground.engine.kernels.batches import COUNT, lanes_filled
from playground.engine.mathematics import exp, log1p, sigmoid


@kernel
def mse(op, memory, tables):
    """Σ (o − t)² / k, gradient 2 (o − t) / k"""
    o, t, g, loss = view(op, memory, 1), view(op, memory, 4), view(op, memory, 7), flat(op, memory, 10)
    clock = at(tables, get(op, 13))
    filled = lanes_filled(clock, get(op, 14), o.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT) * o.shape[0])
    total = like(memory, 0)
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            error = o[i, lane] - t[i, lane] if lane < filled else like(memory, 0)
            g[i, lane] = (error + error) * scale
            total += error * error
    loss[0] = total * scale


@kernel
def binary_cross_entropy(op, memory, tables):
    """max(z, 0) − z·t + log(1 + e^−|z|) of the logit z, gradient sigmoid(z) − t"""
    z, t, g, loss = view(op, memory, 1), view(op, memory, 4), view(op, memory, 7), flat(op, memory, 10)
    clock = at(tables, get(op, 13))
    filled = lanes_filled(clock, get(op, 14), z.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT) * z.shape[0])
    total, zero = like(memory, 0), like(memory, 0)
    for i in range(z.shape[0]):
        for lane in range(z.shape[1]):
            logit, target = z[i, lane], t[i, lane]
            positive = zero if logit < zero else logit
            g[i, lane] = positive - logit * target + log1p(exp(-abs(logit)))
        for lane in range(filled):
            total += g[i, lane]
        for lane in range(z.shape[1]):
            slope = (sigmoid(z[i, lane]) - t[i, lane]) * scale
            g[i, lane] = slope if lane < filled else zero
    loss[0] = total * scale


@kernel
def softmax_cross_entropy(op, memory, tables):
    """log Σ_j e^z[j] − z[t] of the class t, gradient softmax(z) − one-hot(t)"""
    z, t, g, loss = view(op, memory, 1), flat(op, memory, 4), view(op, memory, 7), flat(op, memory, 10)
    clock = at(tables, get(op, 13))
    filled = lanes_filled(clock, get(op, 14), z.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT))
    sum_of_losses = like(memory, 0)
    for lane in range(z.shape[1]):
        highest, total = z[0, lane], like(memory, 0)
        for i in range(1, z.shape[0]):
            highest = z[i, lane] if z[i, lane] > highest else highest
        for i in range(z.shape[0]):
            g[i, lane] = exp(z[i, lane] - highest)
            total += g[i, lane]
        share = scale / total if lane < filled else like(memory, 0)
        for i in range(z.shape[0]):
            g[i, lane] *= share
        if lane < filled:
            target = np.int64(t[lane])
            g[target, lane] -= scale
            sum_of_losses += np.log(total) + highest - z[target, lane]
    loss[0] = sum_of_losses * scale
