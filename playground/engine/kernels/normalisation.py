"""Normalisation within a sample: over its numbers (layer norm), or over neighbouring maps (LRN)."""

import numpy as np

from playground.engine.kernel import Flat, Number, Rows, Whole, kernel, like, summing_kernel

BLOCK = 64  # rows whose sum is taken by itself, so that long sums stay exact
RUN = 512  # numbers of each map that are done at a time, so that a window's maps stay in the cache


@kernel
def layer_norm(
    memory,
    x: Rows("[groups · size, lanes]"),
    y: Rows,
    weight: Flat("[size]"),
    bias: Flat("[size]"),
    moments: Rows("[2 · groups + 2, lanes]"),
    epsilon: Number,
):
    """y = (x − mean) / √(variance + ε) · weight[i] + bias[i], each lane by itself.

    `moments` are mean and 1 / √(variance + ε) of each group of rows; the last two are for sums.
    What the mean lacks is seen beside the variance and added: numbers that hardly vary around a
    large mean would all be moved by its rounding.
    """
    size, part, rest = weight.size, moments[moments.shape[0] - 2], moments[moments.shape[0] - 1]
    share, one = like(memory, 1) / like(memory, size), like(memory, 1)
    for group in range(x.shape[0] // size):
        rows, out = x[group * size : (group + 1) * size], y[group * size : (group + 1) * size]
        mean, inverse = moments[2 * group], moments[2 * group + 1]
        mean[:] = like(memory, 0)
        for first in range(0, size, BLOCK):
            part[:] = like(memory, 0)
            for i in range(first, min(first + BLOCK, size)):
                row = rows[i]
                for lane in range(part.size):
                    part[lane] += row[lane]
            for lane in range(part.size):
                mean[lane] += part[lane] * share
        inverse[:] = like(memory, 0)
        rest[:] = like(memory, 0)
        for first in range(0, size, BLOCK):
            part[:] = like(memory, 0)
            for i in range(first, min(first + BLOCK, size)):
                row = rows[i]
                for lane in range(part.size):
                    apart = row[lane] - mean[lane]
                    rest[lane] += apart
                    part[lane] += apart * apart
            for lane in range(part.size):
                inverse[lane] += part[lane] * share
        for lane in range(part.size):
            lack = rest[lane] * share
            mean[lane] += lack
            inverse[lane] = one / np.sqrt(max(inverse[lane] - lack * lack, 0) + epsilon)
        for i in range(size):
            row, result, scale, shift = rows[i], out[i], weight[i], bias[i]
            for lane in range(part.size):
                result[lane] = (row[lane] - mean[lane]) * inverse[lane] * scale + shift


@summing_kernel
def layer_norm_sums(
    memory,
    x: Rows,
    g: Rows,
    weight: Flat,
    moments: Rows,
    gw: Flat,
    gb: Flat,
    means: Rows("[2 · groups + 2, lanes]; the last two are for sums"),
):
    """The gradients of weight and bias, and each lane's means of g · weight and g · weight · x̂."""
    size, zero = weight.size, like(memory, 0)
    share = like(memory, 1) / like(memory, size)
    part, part_tilt = means[means.shape[0] - 2], means[means.shape[0] - 1]
    gw[:], gb[:], means[:] = zero, zero, zero
    for group in range(x.shape[0] // size):
        rows, slopes = x[group * size : (group + 1) * size], g[group * size : (group + 1) * size]
        mean, inverse = moments[2 * group], moments[2 * group + 1]
        base, tilt = means[2 * group], means[2 * group + 1]
        for first in range(0, size, BLOCK):
            part[:], part_tilt[:] = zero, zero
            for i in range(first, min(first + BLOCK, size)):
                row, slope, scale = rows[i], slopes[i], weight[i]
                total, product = zero, zero
                for lane in range(slope.size):
                    apart = (row[lane] - mean[lane]) * inverse[lane]
                    total += slope[lane]
                    product += slope[lane] * apart
                    part[lane] += slope[lane] * scale
                    part_tilt[lane] += slope[lane] * scale * apart
                gb[i] += total
                gw[i] += product
            for lane in range(part.size):
                base[lane] += part[lane] * share
                tilt[lane] += part_tilt[lane] * share


@kernel
def layer_norm_backward(x: Rows, g: Rows, weight: Flat, moments: Rows, means: Rows, gx: Rows):
    """gx = (g · weight − mean of g · weight − x̂ · mean of g · weight · x̂) / √(variance + ε)"""
    size = weight.size
    for i in range(x.shape[0]):
        group = i // size
        mean, inverse = moments[2 * group], moments[2 * group + 1]
        base, tilt = means[2 * group], means[2 * group + 1]
        row, slope, out, scale = x[i], g[i], gx[i], weight[i - group * size]
        for lane in range(out.size):
            apart = (row[lane] - mean[lane]) * inverse[lane]
            out[lane] = (slope[lane] * scale - base[lane] - apart * tilt[lane]) * inverse[lane]


@kernel
def local_response_norm(
    memory,
    x: Flat,
    y: Flat,
    s: Flat,
    channels: Whole,
    size: Whole,
    alpha: Number("α / size"),
    beta: Number,
    k: Number,
):
    """y[c] = x[c] / s[c]^β, s[c] = k + α / size · Σ of x² over `size` maps around c."""
    run, quick = x.size // channels, beta == like(memory, 0.75)
    for first in range(0, run, RUN):
        count = min(RUN, run - first)
        for c in range(channels):
            here = c * run + first
            sums, row, out = s[here : here + count], x[here : here + count], y[here : here + count]
            sums[:] = k
            for near in range(max(c - size // 2, 0), min(c + (size - 1) // 2, channels - 1) + 1):
                other = x[near * run + first : near * run + first + count]
                for i in range(sums.size):
                    sums[i] += alpha * other[i] * other[i]
            if quick:
                for i in range(out.size):
                    root = np.sqrt(sums[i])
                    out[i] = row[i] / (root * np.sqrt(root))
            else:
                for i in range(out.size):
                    out[i] = row[i] * sums[i] ** -beta


@kernel
def local_response_norm_backward(
    memory,
    x: Flat,
    y: Flat,
    s: Flat("becomes g · y / s"),
    channels: Whole,
    size: Whole,
    alpha: Number("α / size"),
    beta: Number,
    g: Flat,
    gx: Flat,
):
    """gx[c] = g[c] / s[c]^β − 2 α β / size · x[c] · Σ g[n] · y[n] / s[n]

    over the maps n whose window holds c.
    """
    quick, factor = beta == like(memory, 0.75), -(alpha + alpha) * beta
    if quick:
        for i in range(gx.size):
            root = np.sqrt(s[i])
            gx[i] = g[i] / (root * np.sqrt(root))
    else:
        for i in range(gx.size):
            gx[i] = g[i] * s[i] ** -beta
    for i in range(s.size):
        s[i] = g[i] * y[i] / s[i]
    run = x.size // channels
    for first in range(0, run, RUN):
        count = min(RUN, run - first)
        for c in range(channels):
            here = c * run + first
            row, out = x[here : here + count], gx[here : here + count]
            for near in range(max(c - (size - 1) // 2, 0), min(c + size // 2, channels - 1) + 1):
                share = s[near * run + first : near * run + first + count]
                for i in range(out.size):
                    out[i] += factor * row[i] * share[i]
