"""Kernels with names: blurs, edge finders, and what else nine or twenty-five numbers can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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
