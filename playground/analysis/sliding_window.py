"""Convolution by hand: kernels with names, and what one of them makes of an image.

The sums are the engine's own: a Conv2D whose one filter holds the kernel, and the two poolings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import Layer, Network, losses
from playground.engine.layers.convolution import Conv2D
from playground.engine.layers.pooling import AvgPool2D, MaxPool2D

ZERO_SUM = 1e-6  # weights that add up to less than this in size find differences


@dataclass(frozen=True, eq=False)
class Named:
    """A kernel with a name. about: what it does, in a sentence; weights: [size, size]."""

    title: str
    about: str
    weights: np.ndarray


def _kernel(title: str, about: str, rows: list[list[float]], divisor: float = 1) -> Named:
    weights = np.array(rows, np.float32) / np.float32(divisor)
    weights.flags.writeable = False
    return Named(title, about, weights)


_BELL = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]).tolist()

KERNELS = {
    "identity": _kernel(
        "Identity",
        "Copies every pixel: one weight of 1, and nothing else.",
        [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    ),
    "blur": _kernel(
        "Box blur",
        "Takes the mean of nine neighbours: what is sharp grows soft.",
        [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
        9,
    ),
    "gaussian": _kernel(
        "Gaussian blur",
        "A mean that trusts near pixels more than far ones: soft, without the boxes of a box blur.",
        _BELL,
        256,
    ),
    "sharpen": _kernel(
        "Sharpen",
        "Adds to every pixel what sets it apart from its neighbours.",
        [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    ),
    "edge": _kernel(
        "Edges",
        "Takes all eight neighbours from the pixel: even areas give 0, "
        "edges of any direction do not.",
        [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    ),
    "laplacian": _kernel(
        "Laplacian",
        "Measures how much brightness bends: on both sides of an "
        "edge it answers with opposite signs.",
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    ),
    "sobel_x": _kernel(
        "Sobel x",
        "Right side minus left side: finds upright edges, blue where it "
        "gets brighter to the right.",
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    ),
    "sobel_y": _kernel(
        "Sobel y",
        "Lower side minus upper side: finds level edges, blue where it gets brighter downwards.",
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    ),
    "emboss": _kernel(
        "Emboss",
        "Lights the picture from one corner, as if it were pressed into metal.",
        [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    ),
    "log": _kernel(
        "Laplacian of Gaussian",
        "First soft, then the Laplacian, in one kernel: it "
        "answers to wider edges than the Laplacian alone.",
        [[0, 0, 1, 0, 0], [0, 1, 2, 1, 0], [1, 2, -16, 2, 1], [0, 1, 2, 1, 0], [0, 0, 1, 0, 0]],
    ),
}


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
