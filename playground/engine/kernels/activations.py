"""Activations. Forwards a kernel works in place on one operand; backwards its words are the output
(or, where the derivative needs it, the input) and the gradient, which it replaces.

In place on one operand: a kernel that is told two places cannot know that they are the same, and
the compiler would leave the lanes unused. For the same reason numbers are read into a name before a
choice between them: `g[i] if y[i] > 0 else 0` compiles to a jump.
"""

import math

from playground.engine.kernel import Flat, Whole, kernel, like
from playground.engine.kernels import mathematics as m
from playground.engine.kernels import special_functions as special

SCALE = 1.0507009873554805  # λ of SELU
LOW = SCALE * 1.6732632423543772  # λ α
ROOT = math.sqrt(0.5)
PEAK = 1 / math.sqrt(2 * math.pi)


@kernel
def relu(memory, y: Flat):
    """y = max(x, 0), and NaN stays NaN."""
    zero = like(memory, 0)
    for i in range(y.size):
        value = y[i]
        y[i] = zero if value < zero else value


@kernel
def relu_backward(memory, y: Flat, g: Flat):
    """g ← g where y > 0, else 0."""
    zero = like(memory, 0)
    for i in range(g.size):
        gradient = g[i]
        g[i] = gradient if y[i] > zero else zero


@kernel
def sigmoid(y: Flat):
    """y = 1 / (1 + e⁻ˣ)"""
    for i in range(y.size):
        y[i] = m.sigmoid(y[i])


@kernel
def sigmoid_backward(memory, y: Flat, g: Flat):
    """g ← g · y · (1 − y)"""
    one = like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * y[i] * (one - y[i])


@kernel
def tanh(y: Flat):
    """y = tanh(x)"""
    for i in range(y.size):
        y[i] = m.tanh(y[i])


@kernel
def tanh_backward(memory, y: Flat, g: Flat):
    """g ← g · (1 − y²)"""
    one = like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * (one - y[i] * y[i])


@kernel
def leaky_relu(memory, y: Flat):
    """y = x where x > 0, else 0.01 x"""
    zero, slope = like(memory, 0), like(memory, 0.01)
    for i in range(y.size):
        value = y[i]
        y[i] = value if value > zero else slope * value


@kernel
def leaky_relu_backward(memory, y: Flat, g: Flat):
    """g ← g where y > 0, else 0.01 g"""
    zero, slope = like(memory, 0), like(memory, 0.01)
    for i in range(g.size):
        gradient = g[i]
        g[i] = gradient if y[i] > zero else slope * gradient


@kernel
def elu(memory, y: Flat):
    """y = x where x > 0, else eˣ − 1"""
    zero = like(memory, 0)
    for i in range(y.size):
        value = y[i]
        y[i] = value if value > zero else special.expm1(value)


@kernel
def elu_backward(memory, y: Flat, g: Flat):
    """g ← g where y > 0, else g · (y + 1)"""
    zero, one = like(memory, 0), like(memory, 1)
    for i in range(g.size):
        gradient, value = g[i], y[i]
        g[i] = gradient if value > zero else gradient * (value + one)


@kernel
def selu(memory, y: Flat):
    """y = λ x where x > 0, else λ α (eˣ − 1)"""
    zero = like(memory, 0)
    scale, low = like(memory, SCALE), like(memory, LOW)
    for i in range(y.size):
        value = y[i]
        y[i] = scale * value if value > zero else low * special.expm1(value)


@kernel
def selu_backward(memory, y: Flat, g: Flat):
    """g ← λ g where y > 0, else g · (y + λ α)"""
    zero = like(memory, 0)
    scale, low = like(memory, SCALE), like(memory, LOW)
    for i in range(g.size):
        gradient, value = g[i], y[i]
        g[i] = scale * gradient if value > zero else gradient * (value + low)


@kernel
def hard_tanh(memory, y: Flat):
    """y = x cut off at −1 and 1"""
    one = like(memory, 1)
    for i in range(y.size):
        value = y[i]
        value = one if value > one else value
        y[i] = -one if value < -one else value


@kernel
def hard_tanh_backward(memory, y: Flat, g: Flat):
    """g ← g where −1 < y < 1, else 0"""
    zero, one = like(memory, 0), like(memory, 1)
    for i in range(g.size):
        gradient = g[i]
        g[i] = gradient if abs(y[i]) < one else zero


@kernel
def softsign(memory, y: Flat):
    """y = x / (1 + |x|)"""
    one = like(memory, 1)
    for i in range(y.size):
        y[i] = y[i] / (one + abs(y[i]))


@kernel
def softsign_backward(memory, y: Flat, g: Flat):
    """g ← g · (1 − |y|)²"""
    one = like(memory, 1)
    for i in range(g.size):
        rest = one - abs(y[i])
        g[i] = g[i] * rest * rest


@kernel
def softplus(memory, y: Flat):
    """y = log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)"""
    zero = like(memory, 0)
    for i in range(y.size):
        value = y[i]
        positive = zero if value < zero else value
        y[i] = positive + m.log1p(m.exp(-abs(value)))


@kernel
def softplus_backward(y: Flat, g: Flat):
    """g ← g · sigmoid(x) = g · (1 − e^−y)"""
    for i in range(g.size):
        g[i] = -g[i] * special.expm1(-y[i])


@kernel
def silu(y: Flat):
    """y = x · sigmoid(x)"""
    for i in range(y.size):
        y[i] = y[i] * m.sigmoid(y[i])


@kernel
def silu_backward(memory, x: Flat, g: Flat):
    """g ← g · s(x) · (1 + x s(−x)), s the sigmoid: 1 − s(x) would lose digits"""
    one = like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * m.sigmoid(x[i]) * (one + x[i] * m.sigmoid(-x[i]))


@kernel
def gelu(memory, y: Flat):
    """y = x · Φ(x), Φ(x) = ½ (1 + erf(x / √2))"""
    half, one, root = like(memory, 0.5), like(memory, 1), like(memory, ROOT)
    for i in range(y.size):
        y[i] = y[i] * half * (one + special.erf(y[i] * root))


@kernel
def gelu_backward(memory, x: Flat, g: Flat):
    """g ← g · (Φ(x) + x φ(x)), φ(x) = e^(−x²/2) / √(2π)"""
    half, one = like(memory, 0.5), like(memory, 1)
    root, peak = like(memory, ROOT), like(memory, PEAK)
    for i in range(g.size):
        below = half * (one + special.erf(x[i] * root))
        g[i] = g[i] * (below + x[i] * peak * m.exp(-half * x[i] * x[i]))


@kernel
def sine(y: Flat):
    """y = sin(x)"""
    for i in range(y.size):
        y[i] = special.sin(y[i])


@kernel
def sine_backward(x: Flat, g: Flat):
    """g ← g · cos(x)"""
    for i in range(g.size):
        g[i] = g[i] * special.cos(x[i])


@kernel
def gaussian(y: Flat):
    """y = e^(−x²)"""
    for i in range(y.size):
        y[i] = m.exp(-y[i] * y[i])


@kernel
def gaussian_backward(x: Flat, g: Flat):
    """g ← −2 x e^(−x²) g"""
    for i in range(g.size):
        g[i] = -(x[i] + x[i]) * m.exp(-x[i] * x[i]) * g[i]


@kernel
def softmax(memory, y: Flat, groups: Whole, members: Whole):
    """y[i] ← e^y[i] / Σ_j e^y[j] in each group and each lane"""
    lanes = y.size // (groups * members)
    for group in range(groups):
        part = y[group * members * lanes : (group + 1) * members * lanes].reshape(members, lanes)
        for lane in range(lanes):
            highest, total = part[0, lane], like(memory, 0)
            for i in range(1, members):
                highest = max(highest, part[i, lane])
            for i in range(members):
                part[i, lane] = m.exp(part[i, lane] - highest)
                total += part[i, lane]
            for i in range(members):
                part[i, lane] /= total


@kernel
def softmax_backward(memory, y: Flat, g: Flat, groups: Whole, members: Whole):
    """g[i] ← y[i] · (g[i] − Σ_j g[j] · y[j])"""
    lanes = y.size // (groups * members)
    for group in range(groups):
        part = y[group * members * lanes : (group + 1) * members * lanes].reshape(members, lanes)
        slope = g[group * members * lanes : (group + 1) * members * lanes].reshape(members, lanes)
        for lane in range(lanes):
            mean = like(memory, 0)
            for i in range(members):
                mean += slope[i, lane] * part[i, lane]
            for i in range(members):
                slope[i, lane] = part[i, lane] * (slope[i, lane] - mean)
