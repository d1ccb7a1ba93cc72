"""Recurrent layers: what the gates do at one step, forwards and backwards.

The products are done by `products.multiply`; a step's tensors are [rows, lanes] with the gates one
after the other, as PyTorch orders them. Forwards gates replace their sums, backwards the gradients
of the sums replace the gates.
"""

from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import Flat, Pointer, Table, Whole, at, get, kernel, like
from playground.engine.kernels.batches import GOES_ON, START
from playground.engine.kernels.special_functions import bend, gate


@register_jitable
def quarters(gates):
    """Four blocks of rows, one after the other."""
    size = gates.size // 4
    return (
        gates[:size],
        gates[size : 2 * size],
        gates[2 * size : 3 * size],
        gates[3 * size : 4 * size],
    )


@kernel
def lstm(
    gates: Flat("sums of i, f, g, o"),
    before: Flat("c₋"),
    cell: Flat("c"),
    bent: Flat("tanh(c)"),
    h: Flat,
):
    """i, f, o = sigmoid, g = tanh of their sums; c = f · c₋ + i · g; h = o · tanh(c)."""
    size = h.size
    i, f, g, o = quarters(gates)
    for n in range(2 * size):
        gates[n] = gate(gates[n])  # i and f
    for n in range(size):
        g[n] = bend(g[n])
    for n in range(size):
        o[n] = gate(o[n])
    for n in range(size):
        cell[n] = f[n] * before[n] + i[n] * g[n]
    for n in range(size):
        bent[n] = bend(cell[n])
    for n in range(size):
        h[n] = o[n] * bent[n]


@kernel
def lstm_backward(
    memory,
    gh: Flat,
    gates: Flat("i, f, g, o"),
    before: Flat("c₋"),
    bent: Flat("tanh(c)"),
    gc: Flat("becomes that of c₋"),
):
    """From the gradients of h and, of the step after, c to those of the gates' sums and of c₋."""
    size, one = gh.size, like(memory, 1)
    i, f, g, o = quarters(gates)
    for n in range(size):
        slope, t, out = gh[n], bent[n], o[n]
        gc[n] += slope * out * (one - t * t)
        o[n] = slope * t * out * (one - out)
    for n in range(size):
        slope, keep = gc[n], f[n]
        gc[n] = slope * keep
        f[n] = slope * before[n] * keep * (one - keep)
        enter, new = i[n], g[n]
        i[n] = slope * new * enter * (one - enter)
        g[n] = slope * enter * (one - new * new)


@kernel
def gru(gates: Flat("sums of r, z, n; s = W h₋ + b"), before: Flat("h₋"), h: Flat):
    """r, z = sigmoid of their sums; n = tanh(its sum + r · s); h = (1 − z) · n + z · h₋."""
    size = h.size
    r, z, new, s = quarters(gates)
    for n in range(size):
        r[n] = gate(r[n])
    for n in range(size):
        z[n] = gate(z[n])
    for n in range(size):
        new[n] += r[n] * s[n]
    for n in range(size):
        new[n] = bend(new[n])
    for n in range(size):
        h[n] = new[n] + z[n] * (before[n] - new[n])


@kernel
def gru_backward(
    memory,
    gh: Flat,
    gates: Flat("r, z, n, s"),
    before: Flat("h₋"),
    earlier: Flat("gradient of h₋, added to"),
):
    """From the gradient of h to those of the gates' sums and s, and what h₋ gets past the gates."""
    size, one = gh.size, like(memory, 1)
    r, z, new, s = quarters(gates)
    for n in range(size):
        slope, keep, value = gh[n], z[n], new[n]
        earlier[n] += slope * keep
        z[n] = slope * (before[n] - value) * keep * (one - keep)
        new[n] = slope * (one - keep) * (one - value * value)
    for n in range(size):
        slope, share, sum_ = new[n], r[n], s[n]
        r[n] = slope * sum_ * share * (one - share)
        s[n] = slope * share


@kernel
def clear(memory, y: Flat):
    """y = 0"""
    zero = like(memory, 0)
    for i in range(y.size):
        y[i] = zero


@kernel
def sum_steps(memory, y: Flat, first: Pointer, count: Whole, stride: Whole):
    """y = Σ of the tensors that lie `stride` numbers apart."""
    zero = like(memory, 0)
    for i in range(y.size):
        y[i] = zero
    for step in range(count):
        x = carray(at(first, step * stride), y.size)
        for i in range(y.size):
            y[i] += x[i]


@kernel
def take_up(
    memory, carried: Pointer, h: Flat("that of before the first step"), clock: Table, chunk: Whole
):
    """h = what this chunk carried over; zeros in the first batch of an epoch, unless it goes on."""
    carried = carray(at(carried, chunk * h.size), h.size)
    fresh = (get(clock, START) == 0) & (get(clock, GOES_ON) == 0)
    for n in range(h.size):
        h[n] = like(memory, 0) if fresh else carried[n]


@kernel
def hand_over(h: Flat("that of the last step"), carried: Pointer, chunk: Whole):
    """What this chunk carries over = h."""
    carried = carray(at(carried, chunk * h.size), h.size)
    carried[:] = h
