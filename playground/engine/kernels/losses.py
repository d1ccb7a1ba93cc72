"""Losses: the mean over the batch, and its gradient with respect to the network's outputs.

Outputs o or z and gradient g are [steps · k, lanes], k outputs at every step, and targets t are
[steps · k, lanes], or [steps, lanes] class numbers. Each chunk adds its samples' share of the mean;
lanes without a sample, and steps whose target is NaN, get gradient zero.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import Block, Flat, Number, Rows, Table, Whole, at, kernel, like
from playground.engine.kernels.batches import answers_asked, lanes_filled
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
def share_of(clock, steps, rows):
    """1 / how many numbers the mean is over: `rows` of every step, of all answers asked for.

    It and the sums of losses are float64: many numbers are added up one by one.
    """
    return 1 / np.float64(answers_asked(clock, steps) * (rows // max(steps, 1)))


@register_jitable
def clear_lanes(g, filled):
    """Lanes without a sample have no gradient."""
    for i in range(g.shape[0]):
        g[i, filled:] = 0


@kernel
def mse(
    memory,
    o: Rows,
    t: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    steps: Whole,
    factor: Number("c"),
):
    """c · Σ (o − t)² / k, gradient 2 c (o − t) / k"""
    filled = lanes_filled(clock, chunk, o.shape[1])
    share, total = share_of(clock, steps, o.shape[0]) * factor, np.float64(0)
    scale = like(memory, share)
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            known = (lane < filled) & (t[i, lane] == t[i, lane])
            error = o[i, lane] - t[i, lane] if known else like(memory, 0)
            g[i, lane] = (error + error) * scale
            total += error * error
    loss[0] = total * share


@kernel
def mae(memory, o: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole, steps: Whole):
    """Σ |o − t| / k, gradient sign(o − t) / k, which is 0 where they meet"""
    zero = like(memory, 0)
    filled = lanes_filled(clock, chunk, o.shape[1])
    share, total = share_of(clock, steps, o.shape[0]), np.float64(0)
    scale = like(memory, share)
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            known = (lane < filled) & (t[i, lane] == t[i, lane])
            error = o[i, lane] - t[i, lane] if known else zero
            slope = scale if error > zero else -scale
            g[i, lane] = slope if error != zero else zero
            total += abs(error)
    loss[0] = total * share


@kernel
def huber(
    memory,
    o: Rows,
    t: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    steps: Whole,
    delta: Number("δ"),
):
    """Σ h(o − t) / k, h(e) = ½ e² where |e| ≤ δ, else δ (|e| − ½ δ); gradient e, or ±δ"""
    filled = lanes_filled(clock, chunk, o.shape[1])
    share, total = share_of(clock, steps, o.shape[0]), np.float64(0)
    scale, half = like(memory, share), like(memory, 0.5)
    for i in range(o.shape[0]):
        for lane in range(o.shape[1]):
            known = (lane < filled) & (t[i, lane] == t[i, lane])
            error = o[i, lane] - t[i, lane] if known else like(memory, 0)
            near = delta if error > delta else error
            near = -delta if near < -delta else near
            g[i, lane] = near * scale
            total += near * (error - half * near)
    loss[0] = total * share


@kernel
def binary_cross_entropy(
    memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole, steps: Whole
):
    """max(z, 0) − z·t + log(1 + e^−|z|) of the logit z, gradient sigmoid(z) − t"""
    filled = lanes_filled(clock, chunk, z.shape[1])
    share, total = share_of(clock, steps, z.shape[0]), np.float64(0)
    scale, zero = like(memory, share), like(memory, 0)
    for i in range(z.shape[0]):
        for lane in range(z.shape[1]):
            logit, target = z[i, lane], t[i, lane]
            positive = zero if logit < zero else logit
            surprise = positive - logit * target + log1p(exp(-abs(logit)))
            g[i, lane] = surprise if target == target else zero
        for lane in range(filled):
            total += g[i, lane]
        for lane in range(z.shape[1]):
            slope = (sigmoid(z[i, lane]) - t[i, lane]) * scale
            g[i, lane] = slope if (lane < filled) & (t[i, lane] == t[i, lane]) else zero
    loss[0] = total * share


@kernel
def softmax_cross_entropy(
    memory,
    z: Rows,
    t: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    steps: Whole,
    smoothing: Number("ε"),
):
    """log Σ_j e^z[j] − (1 − ε) z[t] − ε mean of z, of the class t and the smoothing ε.

    The gradient is softmax(z) − (1 − ε) one-hot(t) − ε / k.
    """
    filled, times = lanes_filled(clock, chunk, z.shape[1]), max(steps, 1)
    share, k = share_of(clock, steps, times), z.shape[0] // times
    spread, sure = smoothing / like(memory, k), like(memory, 1) - smoothing
    scale, sum_of_losses = like(memory, share), np.float64(0)
    for step in range(times):
        scores, slopes = z[step * k : (step + 1) * k], g[step * k : (step + 1) * k]
        for lane in range(filled):
            if t[step, lane] != t[step, lane]:
                slopes[:, lane] = like(memory, 0)
                continue
            target = np.int64(t[step, lane])
            log_total = softmax_into(memory, scores, slopes, lane)
            loss_here = log_total - sure * scores[target, lane]
            for i in range(k):
                loss_here -= spread * scores[i, lane]
                slopes[i, lane] = (slopes[i, lane] - spread) * scale
            slopes[target, lane] -= sure * scale
            sum_of_losses += loss_here
    clear_lanes(g, filled)
    loss[0] = sum_of_losses * share


@kernel
def kl_divergence(
    memory, z: Rows, t: Rows, g: Rows, loss: Flat, clock: Table, chunk: Whole, steps: Whole
):
    """Σ_j t[j] (log t[j] − log softmax(z)[j]), gradient softmax(z) Σ_j t[j] − t"""
    filled, times = lanes_filled(clock, chunk, z.shape[1]), max(steps, 1)
    share, k = share_of(clock, steps, times), z.shape[0] // times
    scale, zero, total = like(memory, share), like(memory, 0), np.float64(0)
    for step in range(times):
        rows = step * k, (step + 1) * k
        scores, slopes, shares = z[rows[0] : rows[1]], g[rows[0] : rows[1]], t[rows[0] : rows[1]]
        for lane in range(filled):
            if shares[0, lane] != shares[0, lane]:
                slopes[:, lane] = zero
                continue
            log_total, mass = softmax_into(memory, scores, slopes, lane), zero
            for i in range(k):
                part = shares[i, lane]
                mass += part
                if part > zero:
                    total += part * (np.log(part) - scores[i, lane] + log_total)
            for i in range(k):
                slopes[i, lane] = (slopes[i, lane] * mass - shares[i, lane]) * scale
    clear_lanes(g, filled)
    loss[0] = total * share


@kernel
def hinge(
    memory,
    z: Rows,
    t: Rows,
    g: Rows,
    loss: Flat,
    clock: Table,
    chunk: Whole,
    steps: Whole,
    margin: Number,
):
    """Σ_j≠t max(0, margin − z[t] + z[j]) / k; of one output max(0, margin − t z), t = ±1."""
    zero, times = like(memory, 0), max(steps, 1)
    filled, k = lanes_filled(clock, chunk, z.shape[1]), z.shape[0] // times
    share, total = share_of(clock, steps, z.shape[0]), np.float64(0)
    scale = like(memory, share)
    for step in range(times):
        scores, slopes = z[step * k : (step + 1) * k], g[step * k : (step + 1) * k]
        for lane in range(filled):
            if t[step, lane] != t[step, lane]:
                slopes[:, lane] = zero
                continue
            target = np.int64(t[step, lane])
            if k == 1:
                short = margin - t[step, lane] * scores[0, lane]
                total += short if short > zero else zero
                slopes[0, lane] = -t[step, lane] * scale if short > zero else zero
                continue
            against = zero
            for i in range(k):
                short = margin - scores[target, lane] + scores[i, lane]
                short = short if i != target else zero
                total += short if short > zero else zero
                slopes[i, lane] = scale if short > zero else zero
                against += slopes[i, lane]
            slopes[target, lane] = -against
    clear_lanes(g, filled)
    loss[0] = total * share


@kernel
def f1_sums(
    memory,
    z: Rows,
    t: Rows,
    p: Rows,
    sums: Flat("[2 k]"),
    clock: Table,
    chunk: Whole,
    steps: Whole,
):
    """Probabilities p, and of each class Σ p t and Σ p + Σ t over a chunk."""
    filled, times = lanes_filled(clock, chunk, z.shape[1]), max(steps, 1)
    k = z.shape[0] // times
    sums[:] = 0
    for step in range(times):
        rows = step * k, (step + 1) * k
        scores, beliefs, truths = z[rows[0] : rows[1]], p[rows[0] : rows[1]], t[rows[0] : rows[1]]
        for lane in range(filled):
            if truths[0, lane] != truths[0, lane]:
                beliefs[:, lane] = like(memory, 0)
                continue
            if k == 1:
                beliefs[0, lane] = sigmoid(scores[0, lane])
            else:
                softmax_into(memory, scores, beliefs, lane)
            for i in range(k):
                sums[i] += beliefs[i, lane] * truths[i, lane]
                sums[k + i] += beliefs[i, lane] + truths[i, lane]


@kernel
def f1_slopes(
    sums: Block("[2 k] of the first chunk"),
    stride: Whole,
    chunks: Whole,
    loss: Flat,
    clock: Table,
    steps: Whole,
    epsilon: Number,
):
    """The loss, and u, v of each class, so that the loss's slope by a p is u t + v, for each chunk.

    With a = Σ p t and b = Σ p + Σ t + ε over the batch F = 2 a / b, and dF/dp = 2 t / b − 2 a / b².
    One output p counts as two classes, p and 1 − p.
    """
    first, classes = sums.place, sums.rows // 2
    samples = np.float64(answers_asked(clock, steps))
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
def f1_backward(
    memory,
    p: Rows,
    t: Rows,
    slopes: Flat("[2 k]"),
    clock: Table,
    chunk: Whole,
    steps: Whole,
):
    """p becomes the gradient of z."""
    filled, times = lanes_filled(clock, chunk, p.shape[1]), max(steps, 1)
    k = p.shape[0] // times
    for step in range(times):
        beliefs, truths = p[step * k : (step + 1) * k], t[step * k : (step + 1) * k]
        for lane in range(filled):
            if truths[0, lane] != truths[0, lane]:
                continue
            mean = like(memory, 0)
            for i in range(k):
                mean += beliefs[i, lane] * (slopes[i] * truths[i, lane] + slopes[k + i])
            for i in range(k):
                beliefs[i, lane] *= slopes[i] * truths[i, lane] + slopes[k + i] - mean
    clear_lanes(p, filled)
