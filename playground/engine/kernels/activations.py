"""Activations. Forwards a kernel works in place on one operand; backwards its words are the output
(or, where the derivative needs it, the input) and the gradient, which it replaces.

In place on one operand: a kernel that is told two places cannot know that they are the same, and
the compiler would leave the lanes unused. For the same reason numbers are read into a name before a
choice between them: `g[i] if y[i] > 0 else 0` compiles to a jump.
"""

from playground.engine.kernel import flat, kernel, like, view
from playground.engine.mathematics import exp
from playground.engine.mathematics import sigmoid as sigmoid_
from playground.engine.mathematics import tanh as tanh_


@kernel
def relu(op, memory, tables):
    """y = max(x, 0), and NaN stays NaN."""
    y, zero = flat(op, memory, 1), like(memory, 0)
    for i in range(y.size):
        value = y[i]
        y[i] = zero if value < zero else value


@kernel
def relu_backward(op, memory, tables):
    """g ← g where y > 0, else 0."""
    y, g, zero = flat(op, memory, 1), flat(op, memory, 4), like(memory, 0)
    for i in range(g.size):
        gradient = g[i]
        g[i] = gradient if y[i] > zero else zero


@kernel
def sigmoid(op, memory, tables):
    """y = 1 / (1 + e⁻ˣ)"""
    y = flat(op, memory, 1)
    for i in range(y.size):
        y[i] = sigmoid_(y[i])


@kernel
def sigmoid_backward(op, memory, tables):
    """g ← g · y · (1 − y)"""
    y, g, one = flat(op, memory, 1), flat(op, memory, 4), like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * y[i] * (one - y[i])


@kernel
def tanh(op, memory, tables):
    """y = tanh(x)"""
    y = flat(op, memory, 1)
    for i in range(y.size):
        y[i] = tanh_(y[i])


@kernel
def tanh_backward(op, memory, tables):
    """g ← g · (1 − y²)"""
    y, g, one = flat(op, memory, 1), flat(op, memory, 4), like(memory, 1)
    for i in range(g.size):
        g[i] = g[i] * (one - y[i] * y[i])


@kernel
def softmax(op, memory, tables):
    """y[i] ← e^y[i] / Σ_j e^y[j] over the rows of each lane. Words: y [rows, lanes]."""
    y = view(op, memory, 1)
    for lane in range(y.shape[1]):
        highest, total = y[0, lane], like(memory, 0)
        for i in range(1, y.shape[0]):
            highest = max(highest, y[i, lane])
        for i in range(y.shape[0]):
            y[i, lane] = exp(y[i, lane] - highest)
            total += y[i, lane]
        for i in range(y.shape[0]):
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
