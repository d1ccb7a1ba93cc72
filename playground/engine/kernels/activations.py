"""Activations, element by element. Words: x or y, then y or its gradient; backwards is in place."""

from playground.engine.kernel import flat, kernel, like, view
from playground.engine.mathematics import exp
from playground.engine.mathematics import sigmoid as sigmoid_
from playground.engine.mathematics import tanh as tanh_


@kernel
def relu(op, memory, tables):
    """y = max(x, 0), and NaN stays NaN."""
    x, y, zero = flat(op, memory, 1), flat(op, memory, 4), like(memory, 0)
    for i in range(y.size):
        y[i] = zero if x[i] < zero else x[i]


@kernel
def relu_backward(op, memory, tables):
    """g ← g where y > 0, else 0."""
    y, g, zero = flat(op, memory, 1), flat(op, memory, 4), like(memory, 0)
    for i in range(g.size):
        gradient = g[i]  # read before the choice, or the compiler makes it a jump
        g[i] = gradient if y[i] > zero else zero


@kernel
def sigmoid(op, memory, tables):
    """y = 1 / (1 + e⁻ˣ)"""
    x, y = flat(op, memory, 1), flat(op, memory, 4)
    for i in range(y.size):
        y[i] = sigmoid_(x[i])


@kernel
def sigmoid_backward(op, memory, tables):
    """g ← g · y · (1 − y)"""
    y, g, one = flat(op, memory, 1), flat(op, memory, 4), like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * y[i] * (one - y[i])


@kernel
def tanh(op, memory, tables):
    """y = tanh(x)"""
    x, y = flat(op, memory, 1), flat(op, memory, 4)
    for i in range(y.size):
        y[i] = tanh_(x[i])


@kernel
def tanh_backward(op, memory, tables):
    """g ← g · (1 − y²)"""
    y, g, one = flat(op, memory, 1), flat(op, memory, 4), like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * (one - y[i] * y[i])


@kernel
def softmax(op, memory, tables):
    """y[i] = e^x[i] / Σ_j e^x[j] over the rows of each lane. Words: x, y [rows, lanes]."""
    x, y = view(op, memory, 1), view(op, memory, 4)
    for lane in range(x.shape[1]):
        highest, total = x[0, lane], like(memory, 0)
        for i in range(1, x.shape[0]):
            highest = max(highest, x[i, lane])
        for i in range(x.shape[0]):
            y[i, lane] = exp(x[i, lane] - highest)
            total += y[i, lane]
        for i in range(x.shape[0]):
            y[i, lane] /= total


@kernel
def softmax_backward(op, memory, tables):
    """g[i] ← y[i] · (g[i] − Σ_j g[j] · y[j]) in each lane. Words: y, g [rows, lanes]."""
    y, g = view(op, memory, 1), view(op, memory, 4)
    for lane in range(y.shape[1]):
        mean = like(memory, 0)
        for i in range(y.shape[0]):
            mean += g[i, lane] * y[i, lane]
        for i in range(y.shape[0]):
            g[i, lane] = y[i, lane] * (g[i, lane] - mean)
