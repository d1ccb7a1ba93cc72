"""Updates: a gradient becomes a change of the parameters.

Words: parameters, gradient, state…, settings…; the settings are read anew at every step, so that
they may change while a network trains.
"""

import numpy as np

from playground.engine.kernel import at, flat, get, kernel, like, setting
from playground.engine.kernels.batches import STEP


@kernel
def sgd(op, memory, tables):
    """b ← μ b + g; p ← p − η b, or p − η (g + μ b) as Nesterov proposed.

    Words: p, g, b, η, μ, nesterov.
    """
    p, g, b = flat(op, memory, 1), flat(op, memory, 4), flat(op, memory, 7)
    rate = like(memory, setting(op, tables, 10))
    momentum = like(memory, setting(op, tables, 11))
    if momentum == 0:
        for i in range(p.size):
            p[i] -= rate * g[i]
    elif get(op, 12):
        for i in range(p.size):
            b[i] = momentum * b[i] + g[i]
            p[i] -= rate * (g[i] + momentum * b[i])
    else:
        for i in range(p.size):
            b[i] = momentum * b[i] + g[i]
            p[i] -= rate * b[i]


@kernel
def adam(op, memory, tables):
    """m ← m + (1 − β₁)(g − m); v ← β₂ v + (1 − β₂) g²; p ← p − η m̂ / (√v̂ + ε).

    Words: p, g, m, v, η, β₁, β₂, ε, clock.
    """
    p, g = flat(op, memory, 1), flat(op, memory, 4)
    m, v = flat(op, memory, 7), flat(op, memory, 10)
    rate, beta_1, beta_2 = setting(op, tables, 13), setting(op, tables, 14), setting(op, tables, 15)
    step = get(at(tables, get(op, 17)), STEP)
    move, root = like(memory, rate / (1 - beta_1**step)), like(memory, np.sqrt(1 - beta_2**step))
    keep_1, keep_2 = like(memory, 1 - beta_1), like(memory, 1 - beta_2)
    decay, epsilon = like(memory, beta_2), like(memory, setting(op, tables, 16))
    for i in range(p.size):
        m[i] += keep_1 * (g[i] - m[i])
        v[i] = decay * v[i] + keep_2 * g[i] * g[i]
        p[i] -= move * m[i] / (np.sqrt(v[i]) / root + epsilon)


@kernel
def l2(op, memory, tables):
    """g ← g + λ p, the gradient of ½ λ Σ p². Words: p, g, λ."""
    p, g, rate = flat(op, memory, 1), flat(op, memory, 4), like(memory, setting(op, tables, 7))
    for i in range(p.size):
        g[i] += rate * p[i]


@kernel
def l1(op, memory, tables):
    """p ← sign(p) · max(|p| − η λ, 0): a step that would cross zero stops there.

    Words: p, λ, η.
    """
    p, zero = flat(op, memory, 1), like(memory, 0)
    shrink = like(memory, setting(op, tables, 4) * setting(op, tables, 5))
    for i in range(p.size):
        size = abs(p[i]) - shrink
        size = zero if size < zero else size
        p[i] = -size if p[i] < zero else size
