"""Updates: a gradient becomes a change of the parameters.

Words: parameters, gradient, state…, settings…; the settings are read anew at every step, so that
they may change while a network trains. λ p is added to g where an optimizer has a weight decay λ.
"""

import numpy as np

from playground.engine.kernel import (
    at,
    flat,
    get,
    kernel,
    like,
    scalar,
    setting,
    summing_kernel,
    view,
)
from playground.engine.kernels.batches import STEP

BLOCK = 4096  # squares that are summed in the network's numbers before they go into a float64


@kernel
def sgd(memory, p: Flat, g: Flat, b: Flat, rate: Setting, momentum: Setting, decay: Setting):
    """b ← μ b + g; p ← p − η b, or p − η (g + μ b) as Nesterov proposed.

    Words: p, g, b, η, μ, λ, nesterov.
    """
    rate = like(memory, rate)
    momentum, decay = like(memory, momentum), like(memory, decay)
    if momentum == 0:
        for i in range(p.size):
            p[i] -= rate * (g[i] + decay * p[i])
    elif get(op, 13):
        for i in range(p.size):
            gradient = g[i] + decay * p[i]
            b[i] = momentum * b[i] + gradient
            p[i] -= rate * (gradient + momentum * b[i])
    else:
        for i in range(p.size):
            b[i] = momentum * b[i] + g[i] + decay * p[i]
            p[i] -= rate * b[i]


@kernel
def adagrad(memory, p: Flat, g: Flat, v: Flat, rate: Setting, epsilon: Setting, decay: Setting):
    """v ← v + g²; p ← p − η g / (√v + ε). Words: p, g, v, η, ε, λ."""
    rate, epsilon = like(memory, rate), like(memory, epsilon)
    decay = like(memory, decay)
    for i in range(p.size):
        gradient = g[i] + decay * p[i]
        v[i] += gradient * gradient
        p[i] -= rate * gradient / (np.sqrt(v[i]) + epsilon)


@kernel
def rmsprop(memory, p: Flat, g: Flat, v: Flat, m: Flat, b: Flat, rate: Setting, alpha: Setting, epsilon: Setting, momentum: Setting, decay: Setting, centered: Whole):
    """v ← α v + (1 − α) g²; b ← μ b + g / (√v + ε); p ← p − η b.

    Centered, √(v − m²) stands for √v, with m ← α m + (1 − α) g.
    Words: p, g, v, m, b, η, α, ε, μ, λ, centered.
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
def adadelta(memory, p: Flat, g: Flat, v: Flat, u: Flat, rate: Setting, rho: Setting, epsilon: Setting, decay: Setting):
    """v ← ρ v + (1 − ρ) g²; d = g √(u + ε) / √(v + ε); u ← ρ u + (1 − ρ) d²; p ← p − η d.

    Words: p, g, v, u, η, ρ, ε, λ.
    """
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
def adam(memory, tables, p: Flat, g: Flat, m: Flat, v: Flat, rate: Setting, beta_1: Setting, beta_2: Setting, epsilon: Setting, decay: Setting):
    """m ← m + (1 − β₁)(g − m); v ← β₂ v + (1 − β₂) g²; p ← p − η m̂ / (√v̂ + ε).

    Decoupled, the weight decay shrinks p by η λ p instead of adding to g.
    Words: p, g, m, v, η, β₁, β₂, ε, λ, decoupled, clock, batches an update.
    """
    step = get(at(tables, get(op, 19)), STEP) // get(op, 20)
    move, root = like(memory, rate / (1 - beta_1**step)), like(memory, np.sqrt(1 - beta_2**step))
    keep_1, keep_2 = like(memory, 1 - beta_1), like(memory, 1 - beta_2)
    slow, epsilon = like(memory, beta_2), like(memory, epsilon)
    rest = like(memory, 1 - rate * decay if get(op, 18) else 1)
    decay = like(memory, 0 if get(op, 18) else decay)
    for i in range(p.size):
        gradient = g[i] + decay * p[i]
        m[i] += keep_1 * (gradient - m[i])
        v[i] = slow * v[i] + keep_2 * gradient * gradient
        p[i] = rest * p[i] - move * m[i] / (np.sqrt(v[i]) / root + epsilon)


@kernel
def collect(g: Flat, s: Flat, share: Number):
    """s ← s + g · share: the mean gradient of several batches. Words: g, s, share."""
    for i in range(s.size):
        s[i] += g[i] * share


@kernel
def hand_over(g: Flat, s: Flat):
    """g ← s, s ← 0. Words: g, s."""
    for i in range(s.size):
        g[i] = s[i]
    s[:] = 0


@summing_kernel
def clip(memory, g: Flat, limit: Setting, longest: Setting):
    """g cut off at ±limit, then shortened to the norm c where it is longer; 0 means no bound.

    As PyTorch does it: g ← g · min(c / (‖g‖ + 1e-6), 1). Words: g, limit, c.
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
def limit_rows(memory, p: Rows, limit: Setting):
    """Rows of p longer than c are shortened to it, as by PyTorch's renorm. Words: p, c."""
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
def l2(memory, p: Flat, g: Flat, rate: Setting):
    """g ← g + λ p, the gradient of ½ λ Σ p². Words: p, g, λ."""
    rate = like(memory, rate)
    for i in range(p.size):
        g[i] += rate * p[i]


@kernel
def l1(memory, tables, p: Flat):
    """p ← sign(p) · max(|p| − η λ, 0): a step that would cross zero stops there.

    Words: p, λ, η.
    """
    zero = like(memory, 0)
    shrink = like(memory, setting(op, tables, 4) * setting(op, tables, 5))
    for i in range(p.size):
        size = abs(p[i]) - shrink
        size = zero if size < zero else size
        p[i] = -size if p[i] < zero else size
