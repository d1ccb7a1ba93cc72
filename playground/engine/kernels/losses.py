"""Losses: the mean over the batch, and its gradient with respect to the network's outputs.

Outputs o or z, targets t and gradient g are [k, lanes]. Each chunk adds its samples' share of the
mean; lanes without a sample get gradient zero.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import Block, Flat, Number, Rows, Table, Whole, at, get, kernel, like
from playground.engine.kernels.batches import COUNT, lanes_filled
from playground.engine.kernels.mathematics import exp, log1p, sigmoid


@register_jitable
def softmax_into(memory, z, g, lane):
    """g[:, lane] = softmax of z[:, lane]; returns log Σ_j e^z[j]."""
    highest, total = z[0, lane], like(memory, 0)
    for i in range(1, z.shape[0]):
        highest = z[i, lane] if z[i, lane] > highest else highest
    for i in range(z.shape[0]):
        g[i, lane] = exp(z[i, lane] - highest)
        total += g[i, lane]
    share = like(memory, 1) / total
    for i in range(z.shape[0]):
        g[i, lane] *= share
    return np.log(total) + highest


@register_jitable
def clear_lanes(g, filled):
    """Lanes without a sample have no gradient."""
    for i in range(g.shape[0]):
        g[i, filled:] = 0


@kernel
def mse(
    memory, o: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole, factor: Number("c")
):
    """c · Σ (o − t)² / k, gradient 2 c (o − t) / k"""
    filled = lanes_filled(clock, chunk, o.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT) * o.shape[0])
    scale, total = scale * factor, like(memory, 0)
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            error = o[i, lane] - t[i, lane] if lane < filled else like(memory, 0)
            g[i, lane] = (error + error) * scale
            total += error * error
    loss[0] = total * scale


@kernel
def mae(memory, o: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole):
    """Σ |o − t| / k, gradient sign(o − t) / k, which is 0 where they meet"""
    zero = like(memory, 0)
    filled = lanes_filled(clock, chunk, o.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT) * o.shape[0])
    total = zero
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            error = o[i, lane] - t[i, lane] if lane < filled else zero
            slope = scale if error > zero else -scale
            g[i, lane] = slope if error != zero else zero
            total += abs(error)
    loss[0] = total * scale


@kernel
def huber(
    memory, o: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole, delta: Number("δ")
):
    """Σ h(o − t) / k, h(e) = ½ e² where |e| ≤ δ, else δ (|e| − ½ δ); gradient e, or ±δ"""
    filled = lanes_filled(clock, chunk, o.shape[1])
    scale, half = like(memory, 1) / like(memory, get(clock, COUNT) * o.shape[0]), like(memory, 0.5)
    total = like(memory, 0)
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            error = o[i, lane] - t[i, lane] if lane < filled else like(memory, 0)
            near = delta if error > delta else error
            near = -delta if near < -delta else near
            g[i, lane] = near * scale
            total += near * (error - half * near)
    loss[0] = total * scale


@kernel
def binary_cross_entropy(memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole):
    """max(z, 0) − z·t + log(1 + e^−|z|) of the logit z, gradient sigmoid(z) − t"""
    filled = lanes_filled(clock, chunk, z.shape[1])
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
def softmax_cross_entropy(
    memory,
    z: Rows,
    t: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    smoothing: Number("ε"),
):
    """log Σ_j e^z[j] − (1 − ε) z[t] − ε mean of z, of the class t and the smoothing ε.

    The gradient is softmax(z) − (1 − ε) one-hot(t) − ε / k.
    """
    filled = lanes_filled(clock, chunk, z.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT))
    spread, sure = smoothing / like(memory, z.shape[0]), like(memory, 1) - smoothing
    sum_of_losses = like(memory, 0)
    for lane in range(filled):
        target = np.int64(t[0, lane])
        log_total = softmax_into(memory, z, g, lane)
        loss_here = log_total - sure * z[target, lane]
        for i in range(z.shape[0]):
            loss_here -= spread * z[i, lane]
            g[i, lane] = (g[i, lane] - spread) * scale
        g[target, lane] -= sure * scale
        sum_of_losses += loss_here
    clear_lanes(g, filled)
    loss[0] = sum_of_losses * scale


@kernel
def kl_divergence(memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole):
    """Σ_j t[j] (log t[j] − log softmax(z)[j]), gradient softmax(z) Σ_j t[j] − t"""
    zero = like(memory, 0)
    filled = lanes_filled(clock, chunk, z.shape[1])
    scale, total = like(memory, 1) / like(memory, get(clock, COUNT)), zero
    for lane in range(filled):
        log_total, mass = softmax_into(memory, z, g, lane), zero
        for i in range(z.shape[0]):
            share = t[i, lane]
            mass += share
            if share > zero:
                total += share * (np.log(share) - z[i, lane] + log_total)
        for i in range(z.shape[0]):
            g[i, lane] = (g[i, lane] * mass - t[i, lane]) * scale
    clear_lanes(g, filled)
    loss[0] = total * scale


@kernel
def hinge(
    memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole, margin: Number
):
    """Σ_j≠t max(0, margin − z[t] + z[j]) / k; of one output max(0, margin − t z), t = ±1."""
    zero = like(memory, 0)
    filled = lanes_filled(clock, chunk, z.shape[1])
    scale = like(memory, 1) / like(memory, get(clock, COUNT) * z.shape[0])
    total = zero
    for lane in range(filled):
        target = np.int64(t[0, lane])
        if z.shape[0] == 1:
            short = margin - t[0, lane] * z[0, lane]
            total += short if short > zero else zero
            g[0, lane] = -t[0, lane] * scale if short > zero else zero
            continue
        against = zero
        for i in range(z.shape[0]):
            short = margin - z[target, lane] + z[i, lane]
            short = short if i != target else zero
            total += short if short > zero else zero
            g[i, lane] = scale if short > zero else zero
            against += g[i, lane]
        g[target, lane] = -against
    clear_lanes(g, filled)
    loss[0] = total * scale


@kernel
def f1_sums(memory, z: Rows, t: Rows, p: Rows, sums: Flat("[2 k]"), clock: Table, chunk: Whole):
    """Probabilities p, and of each class Σ p t and Σ p + Σ t over a chunk."""
    filled = lanes_filled(clock, chunk, z.shape[1])
    sums[:] = 0
    for lane in range(filled):
        if z.shape[0] == 1:
            p[0, lane] = sigmoid(z[0, lane])
        else:
            softmax_into(memory, z, p, lane)
        for i in range(z.shape[0]):
            sums[i] += p[i, lane] * t[i, lane]
            sums[z.shape[0] + i] += p[i, lane] + t[i, lane]


@kernel
def f1_slopes(
    sums: Block("[2 k] of the first chunk"),
    stride: Whole,
    chunks: Whole,
    loss: Flat,
    clock: Table,
    epsilon: Number,
):
    """The loss, and u, v of each class, so that the loss's slope by a p is u t + v, for each chunk.

    With a = Σ p t and b = Σ p + Σ t + ε over the batch F = 2 a / b, and dF/dp = 2 t / b − 2 a / b².
    One output p counts as two classes, p and 1 − p.
    """
    first, classes, samples = sums.place, sums.rows // 2, np.float64(get(clock, COUNT))
    epsilon, share = np.float64(epsilon), 1 / np.float64(max(classes, 2))
    mean = np.float64(0)
    for c in range(classes):
        a, b = np.float64(0), np.float64(0)
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), 2 * classes)
            a += here[c]
            b += here[classes + c]
        other_a, other_b = samples - b + a, 2 * samples - b + epsilon
        b += epsilon
        mean += share * 2 * a / b
        u, v = -2 * share / b, 2 * share * a / (b * b)
        if classes == 1:
            mean += share * 2 * other_a / other_b
            u -= 2 * share / other_b
            v += 2 * share * (1 / other_b - other_a / (other_b * other_b))
        for chunk in range(chunks):
            here = carray(at(first, chunk * stride), 2 * classes)
            here[c], here[classes + c] = u, v
    loss[0] = 1 - mean


@kernel
def f1_backward(memory, p: Rows, t: Rows, slopes: Flat("[2 k]"), clock: Table, chunk: Whole):
    """p becomes the gradient of z."""
    filled, k = lanes_filled(clock, chunk, p.shape[1]), p.shape[0]
    for lane in range(filled):
        mean = like(memory, 0)
        for i in range(k):
            mean += p[i, lane] * (slopes[i] * t[i, lane] + slopes[k + i])
        for i in range(k):
            p[i, lane] *= slopes[i] * t[i, lane] + slopes[k + i] - mean
    clear_lanes(p, filled)
