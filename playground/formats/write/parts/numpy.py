"""Layers in plain NumPy. Exported programs get copies of those they use.

Images are [N, channels, height, width], sequences [N, time, features], rows [N, features].
"""

import math

import numpy as np


def dense(x, weight, bias):
    return x @ weight.T + bias


def windows(x, size, stride, dilation=1):
    """[N, C, H, W] → [N, C, rows, columns, size, size]: a view of what each window sees."""
    reach = dilation * (size - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(x, (reach, reach), axis=(2, 3))
    return seen[:, :, ::stride, ::stride, ::dilation, ::dilation]


def pad(x, padding, value=0.0):
    border = (padding, padding)
    return np.pad(x, ((0, 0), (0, 0), border, border), constant_values=value)


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    seen = windows(pad(x, padding), weight.shape[2], stride, dilation)
    parts = [
        np.einsum("nchwij,ocij->nohw", part, filters, optimize=True)
        for part, filters in zip(np.split(seen, groups, 1), np.split(weight, groups), strict=True)
    ]
    y = np.concatenate(parts, 1)
    return y if bias is None else y + bias[:, None, None]


def conv2d_transpose(x, weight, bias, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """Every pixel stamps its pattern onto a larger image."""
    (n, _, height, width), size = x.shape, weight.shape[2]
    reach = dilation * (size - 1) + output_padding + 1
    shape = (height - 1) * stride + reach, (width - 1) * stride + reach
    y = np.zeros((n, weight.shape[1] * groups, *shape), x.dtype)
    inputs, filters = np.split(x, groups, 1), np.split(weight, groups)
    for i in range(size):
        for j in range(size):
            stamps = [
                np.einsum("nchw,co->nohw", part, pattern[:, :, i, j])
                for part, pattern in zip(inputs, filters, strict=True)
            ]
            rows = slice(dilation * i, dilation * i + stride * (height - 1) + 1, stride)
            columns = slice(dilation * j, dilation * j + stride * (width - 1) + 1, stride)
            y[:, :, rows, columns] += np.concatenate(stamps, 1)
    bottom, right = shape[0] - padding, shape[1] - padding
    return y[:, :, padding:bottom, padding:right] + bias[:, None, None]


def max_pool2d(x, size, stride, padding=0):
    return windows(pad(x, padding, -np.inf), size, stride).max((4, 5))


def avg_pool2d(x, size, stride, padding=0):
    return windows(pad(x, padding), size, stride).mean((4, 5))


def up_sampling2d(x, size):
    return x.repeat(size, 2).repeat(size, 3)


def batch_norm(x, weight, bias, running_mean, running_var, epsilon=1e-5):
    scale = weight / np.sqrt(running_var + epsilon)
    shift = bias - running_mean * scale
    if x.ndim == 4:
        scale, shift = scale[:, None, None], shift[:, None, None]
    return x * scale + shift


def layer_norm(x, weight, bias, epsilon=1e-5):
    axes = tuple(range(x.ndim - weight.ndim, x.ndim))
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * weight + bias


def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    channels = x.shape[1]
    before, after = size // 2, (size - 1) // 2
    squares = np.pad(x * x, ((0, 0), (before, after), (0, 0), (0, 0)))
    total = sum(squares[:, i : i + channels] for i in range(size))
    return x / (k + alpha / size * total) ** beta


def embedding(x, weight):
    return weight[x.astype(np.int64)]


def column_embedding(x, arrays, sizes):
    """Columns of words become learned numbers; those with a size below zero pass."""
    tables, parts, first = iter(arrays.values()), [], 0
    for size in sizes:
        part = x[:, first : first + abs(size)]
        parts.append(part @ next(tables) if size > 0 else part)
        first += abs(size)
    return np.concatenate(parts, 1)


def recurrent(x, arrays, cell, return_sequences=False):
    """Layers on top of each other, [N, time, features], that read from one end or from both."""
    ends = [end for end in ("", "_reverse") if f"weight_ih_l0{end}" in arrays]
    number = 0
    while f"weight_ih_l{number}" in arrays:
        directions = [through_time(x, arrays, f"_l{number}{end}", cell) for end in ends]
        x, number = np.concatenate(directions, 2), number + 1
    if return_sequences:
        return x
    units = x.shape[2] // len(ends)
    return np.concatenate([x[:, -1, :units], x[:, 0, units:]], 1)


def through_time(x, arrays, end, cell):
    """One direction of one layer: what it remembers after each step."""
    weights = [arrays[f"{name}{end}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    h = memory = np.zeros((len(x), weight_hh.shape[1]), x.dtype)
    y = np.zeros((*x.shape[:2], weight_hh.shape[1]), x.dtype)
    times = range(x.shape[1])
    for time in reversed(times) if end.endswith("_reverse") else times:
        h, memory = cell(x[:, time] @ weight_ih.T + bias_ih, h @ weight_hh.T + bias_hh, h, memory)
        y[:, time] = h
    return y


def simple_rnn_tanh(inputs, hidden, h, memory):
    return np.tanh(inputs + hidden), memory


def simple_rnn_relu(inputs, hidden, h, memory):
    return np.maximum(inputs + hidden, 0), memory


def lstm(inputs, hidden, h, memory):
    i, f, g, o = np.split(inputs + hidden, 4, 1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory


def gru(inputs, hidden, h, memory):
    (r, z, n), (hidden_r, hidden_z, hidden_n) = np.split(inputs, 3, 1), np.split(hidden, 3, 1)
    z = sigmoid(z + hidden_z)
    n = np.tanh(n + sigmoid(r + hidden_r) * hidden_n)
    return (1 - z) * n + z * h, memory


def residual(x, arrays, stride, activation):
    """Two convolutions whose result is added to their own input (He et al., 2016)."""
    padding = arrays["conv1.weight"].shape[2] // 2
    y = activation(normalised(x, arrays, "conv1", "bn1", stride, padding))
    y = normalised(y, arrays, "conv2", "bn2", 1, padding)
    if "shortcut.0.weight" in arrays:
        x = normalised(x, arrays, "shortcut.0", "shortcut.1", stride, 0)
    return activation(y + x)


def normalised(x, arrays, conv, norm, stride, padding):
    """A convolution, and the batch normalisation after it if there is one."""
    y = conv2d(x, arrays[f"{conv}.weight"], arrays.get(f"{conv}.bias"), stride, padding)
    names = "weight", "bias", "running_mean", "running_var"
    if f"{norm}.weight" not in arrays:
        return y
    return batch_norm(y, *(arrays[f"{norm}.{name}"] for name in names))


def inception(x, arrays, activation):
    """Windows of three sizes and a pool, side by side (Szegedy et al., 2015)."""

    def conv(x, name):
        weight = arrays[f"{name}.weight"]
        return conv2d(x, weight, arrays[f"{name}.bias"], padding=weight.shape[2] // 2)

    branches = [
        conv(x, "branch1.0"),
        conv(activation(conv(x, "branch2.0")), "branch2.2"),
        conv(activation(conv(x, "branch3.0")), "branch3.2"),
        conv(max_pool2d(x, 3, 1, 1), "branch4.1"),
    ]
    return activation(np.concatenate(branches, 1))


def identity(x):
    return x


def relu(x):
    return np.maximum(x, 0)


def leaky_relu(x):
    return np.where(x > 0, x, 0.01 * x)


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def selu(x):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def gelu(x):
    """x times the chance that a normally distributed number is smaller."""
    erf = np.vectorize(math.erf, otypes=[x.dtype])
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def silu(x):
    return x * sigmoid(x)


def softplus(x):
    return np.logaddexp(x, np.zeros_like(x))


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def hard_tanh(x):
    return np.clip(x, -1, 1)


def softsign(x):
    return x / (1 + np.abs(x))


def gaussian(x):
    return np.exp(-x * x)


def softmax(x):
    """Shares of 1: of the features of a row or a step of a sequence, or of a pixel's channels."""
    axis = 2 if x.ndim == 3 else 1
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)
