"""Convolution by hand: kernels with names, and what one of them makes of an image.

The sums are the engine's own: a Conv2D whose one filter holds the kernel, and the two poolings.
"""

from __future__ import annotations

import numpy as np

from playground.data.kernels import KERNELS
from playground.engine import Layer, Network, losses
from playground.engine.layers.convolution import Conv2D
from playground.engine.layers.pooling import AvgPool2D, MaxPool2D

ZERO_SUM = 1e-6  # weights that add up to less than this in size find differences


def named(weights: np.ndarray) -> str | None:
    """The name of the kernel with these weights; None: it is somebody's own."""
    return next(
        (
            name
            for name, kernel in KERNELS.items()
            if kernel.weights.shape == weights.shape
            and np.allclose(kernel.weights, weights, atol=5e-4)
        ),
        None,
    )


def resized(weights: np.ndarray, size: int) -> np.ndarray:
    """The same weights in the middle of a larger kernel, or the middle of them in a smaller one."""
    most = max(size, len(weights))
    padded = np.pad(weights, (most - len(weights)) // 2)
    start = (most - size) // 2
    return padded[start : start + size, start : start + size].copy()


def kernel(size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Conv2D:
    """The layer that slides one kernel over one map."""
    return Conv2D(filters=1, kernel_size=size, stride=stride, padding=padding, dilation=dilation)


def convolve(
    image: np.ndarray, weights: np.ndarray, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """y[r, s] = Σ_i,j w[i, j] · x[stride·r + dilation·i − padding, …], float32 [rows, columns].

    image: float32 [height, width]. ShapeError where the kernel does not fit.
    """
    network = _network(kernel(len(weights), stride, padding, dilation), image)
    network.load_state_dict({"0.weight": weights[None, None], "0.bias": np.zeros(1)})
    return network.predict(image[None, None])[0, 0]


def pool(kind: str, image: np.ndarray, size: int, stride: int) -> np.ndarray:
    """The largest of each square ("max") or its mean ("avg"); image, result [height, width]."""
    make = MaxPool2D if kind == "max" else AvgPool2D
    layer = make(pool_size=size, stride=stride)
    return _network(layer, image).predict(image[None, None])[0, 0]


def _network(layer: Layer, image: np.ndarray) -> Network:
    return Network([layer], (1, *image.shape), losses.MSE())


def size_told(side: int, kernel: int, stride: int, padding: int, dilation: int) -> str:
    """The formula of a convolution's side with its numbers in it; 0 and 1 are left in."""
    reach = dilation * (kernel - 1) + 1
    result = (side + 2 * padding - reach) // stride + 1
    return f"⌊({side} + 2·{padding} − {dilation}·({kernel} − 1) − 1) / {stride}⌋ + 1 = {result}"


def pool_size_told(side: int, size: int, stride: int) -> str:
    """The same of a pooling's side."""
    return f"⌊({side} − {size}) / {stride}⌋ + 1 = {(side - size) // stride + 1}"


def is_picture(weights: np.ndarray, result: np.ndarray) -> bool:
    """Whether a result is best shown as a picture, and not as differences with their signs.

    Weights that add up to 0 answer 0 to an even area, however bright: they find differences.
    """
    total = float(weights.sum())
    if abs(total) <= ZERO_SUM * max(1, float(np.abs(weights).sum())):
        return not weights.any()
    return total > 0 and float(result.max()) > 0
