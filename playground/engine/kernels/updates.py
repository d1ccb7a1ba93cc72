"""Updates: a gradient becomes a change of the parameters.

Settings are read anew at every step, so that they may change while a network trains. λ p is added
to g where an optimizer has a weight decay λ.
"""

import numpy as np

from playground.engine.kernel import (
    Flag,
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
from playground.engine.kernels.batches import STEP

BLOCK = 4096  # squares that are summed in the network's numbers before they go into a float64


@kernel
def sgd(
    memory,
    p: Flat,
    g: Flat,
    b: Flat,
    rate: Setting("η"),
    momentum: Setting("μ"),
    decay: Setting("λ"),
    nesterov: Flag,
):
    """b ← μ b + g; p ← p − η b, or p − η (g + μ b) as Nesterov proposed."""
    rate = like(memory, rate)
    momentum, decay = like(memory, momentum), like(memory, decay)
    if momentum == 0:
        for i in range(p.size):
            p[i] -= rate * (g[i] + decay * p[i])
    elif nesterov:
        for i in range(p.size):
            gradient = g[i] + decay * p[i]
            b[i] = momentum * b[i] + gradient
            p[i] -= rate * (gradient + momentum * b[i])
    else:
        for i in range(p.size):
            b[i] = momentum * b[i] + g[i] + decay * p[i]
            p[i] -= rate * b[i]


@kernel
def adagrad(
    memory,
    p: Flat,
    g: Flat,
    v: Flat,
    rate: Setting("η"),
    epsilon: Setting("ε"),
    decay: Setting("λ"),
):
    """v ← v + g²; p ← p − η g / (√v + ε)"""
    rate, epsilon = like(memory, rate), like(memory, epsilon)
    decay = like(memory, decay)
    for i in range(p.size):
        gradient = g[i] + decay * p[i]
        v[i] += gradient * gradient
        p[i] -= rate * gradient / (np.sqrt(v[i]) + epsilon)


@kernel
def rmsprop(
    memory,
    p: Flat,
    g: Flat,
    v: Flat,
    m: Flat,
    b: Flat,
    rate: Setting("η"),
    alpha: Setting("α"),
    epsilon: Setting("ε"),
    momentum: Setting("μ"),
    decay: Setting("λ"),
    centered: Flag,
):
    """v ← α v + (1 − α) g²; b ← μ b + g / (√v + ε); p ← p − η b.

    Centered, √(v − m²) stands for √v, with m ← α m + (1 − α) g.
    """
    rate = like(memory, rate)
    epsilon, momentum = like(memory, epsilon), like(memory, momentum)
    decay, centered = like(memory, decay), like(memory, centered)
    keep, take = like(memory, alpha), like(memory, 1 - alpha)
    for i in range(p.size):
        gradient = g[i] + decay * p[i]
        v[i] = keep * v[i] + take * gradient * gradient
        m[i] += take * (gradient - m[i])
        spread = abs(v[i] - centered * m[i] * m[i])  # rounding may bring it below zero
        b[i] = momentum * b[i] + gradient / (np.sqrt(spread) + epsilon)
        p[i] -= rate * b[i]


@kernel
def adadelta(
    memory,
    p: Flat,
    g: Flat,
    v: Flat,
    u: Flat,
    rate: Setting("η"),
    rho: Setting("ρ"),
    epsilon: Setting("ε"),
    decay: Setting("λ"),
):
    """v ← ρ v + (1 − ρ) g²; d = g √(u + ε) / √(v + ε); u ← ρ u + (1 − ρ) d²; p ← p − η d."""
    rate = like(memory, rate)
    epsilon, decay = like(memory, epsilon), like(memory, decay)
    keep, take = like(memory, rho), like(memory, 1 - rho)
    for i in range(p.size):
        gradient = g[i] + decay * p[i]
        v[i] = keep * v[i] + take * gradient * gradient
        change = np.sqrt(u[i] + epsilon) / np.sqrt(v[i] + epsilon) * gradient
        u[i] = keep * u[i] + take * change * change
        p[i] -= rate * change


@kernel
def adam(
    memory,
    p: Flat,
    g: Flat,
    m: Flat,
    v: Flat,
    rate: Setting("η"),
    beta_1: Setting("β₁"),
    beta_2: Setting("β₂"),
    epsilon: Setting("ε"),
    decay: Setting("λ"),
    decoupled: Flag,
    clock: Table,
    batches: Whole("of an update"),
):
    """m ← m + (1 − β₁)(g − m); v ← β₂ v + (1 − β₂) g²; p ← p − η m̂ / (√v̂ + ε).

    Decoupled, the weight decay shrinks p by η λ p instead of adding to g.
    """
    step = get(clock, STEP) // batches
    move, root = like(memory, rate / (1 - beta_1**step)), like(memory, np.sqrt(1 - beta_2**step))
    keep_1, keep_2 = like(memory, 1 - beta_1), like(memory, 1 - beta_2)
    slow, epsilon = like(memory, beta_2), like(memory, epsilon)
    rest = like(memory, 1 - rate * decay if decoupled else 1)
    decay = like(memory, 0 if decoupled else decay)
    for i in range(p.size):
        gradient = g[i] + decay * p[i]
        m[i] += keep_1 * (gradient - m[i])
        v[i] = slow * v[i] + keep_2 * gradient * gradient
        p[i] = rest * p[i] - move * m[i] / (np.sqrt(v[i]) / root + epsilon)


@kernel
def collect(g: Flat, s: Flat, share: Number):
    """s ← s + g · share: the mean gradient of several batches."""
    for i in range(s.size):
        s[i] += g[i] * share


@kernel
def hand_over(g: Flat, s: Flat):
    """g ← s, s ← 0"""
    for i in range(s.size):
        g[i] = s[i]
    s[:] = 0


@summing_kernel
def clip(memory, g: Flat, limit: Setting, longest: Setting("c")):
    """g cut off at ±limit, then shortened to the norm c where it is longer; 0 means no bound.

    As PyTorch does it: g ← g · min(c / (‖g‖ + 1e-6), 1).
    """
    limit = like(memory, limit)
    squares = np.float64(0)
    if limit > 0:
        for i in range(g.size):
            value = g[i]
            value = limit if value > limit else value
            g[i] = -limit if value < -limit else value
    if longest > 0:
        for start in range(0, g.size, BLOCK):
            part, total = g[start : start + BLOCK], like(memory, 0)
            for i in range(part.size):
                total += part[i] * part[i]
            squares += total
        factor = like(memory, min(longest / (np.sqrt(squares) + 1e-6), 1.0))
        for i in range(g.size):
            g[i] *= factor


@summing_kernel
def limit_rows(memory, p: Rows, limit: Setting("c")):
    """Rows of p longer than c are shortened to it, as by PyTorch's renorm."""
    limit = like(memory, limit)
    for r in range(p.shape[0]):
        row, total = p[r], like(memory, 0)
        for i in range(row.size):
            total += row[i] * row[i]
        length = np.sqrt(total)
        if length > limit:
            factor = limit / (length + like(memory, 1e-7))
            for i in range(row.size):
                row[i] *= factor


@kernel
def l2(memory, p: Flat, g: Flat, price: Setting("λ")):
    """g ← g + λ p, the gradient of ½ λ Σ p²."""
    price = like(memory, price)
    for i in range(p.size):
        g[i] += price * p[i]


@kernel
def l1(memory, p: Flat, price: Setting("λ"), rate: Setting("η")):
    """p ← sign(p) · max(|p| − η λ, 0): a step that would cross zero stops there."""
    zero = like(memory, 0)
    shrink = like(memory, price * rate)
    for i in range(p.size):
        size = abs(p[i]) - shrink
        size = zero if size < zero else size
        p[i] = -size if p[i] < zero else size
