"""Windows of any border as windows of ours, which have one side and one border all round.

A kernel may get rows and columns of zeros. So a border that is thinner above than below is a border
that is equal, and a first row of weights that reads it and does nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.read.graph import Node

LARGEST_KERNEL, LARGEST_PADDING = 31, 30
Pads = tuple[int, int, int, int]  # above, left, below, right
Sides = tuple[int, ...]


def border(
    node: Node, shape: Sides, kernel: Sides, strides: Sides, dilations: Sides, pads: Any
) -> Pads:
    """The border that an operator adds to an image of this height and width."""
    automatic = node.attributes.get("auto_pad", "NOTSET")
    if automatic == "VALID":
        return 0, 0, 0, 0
    if automatic == "NOTSET":
        above, left, below, right = pads or (0, 0, 0, 0)
        return above, left, below, right
    if automatic not in ("SAME_UPPER", "SAME_LOWER"):
        raise node.lacks("auto_pad", automatic)
    before, after = [], []
    for side, size, stride, dilation in zip(shape, kernel, strides, dilations, strict=True):
        total = max((-(-side // stride) - 1) * stride + dilation * (size - 1) + 1 - side, 0)
        less, more = total // 2, total - total // 2
        before.append(less if automatic == "SAME_UPPER" else more)
        after.append(more if automatic == "SAME_UPPER" else less)
    return before[0], before[1], after[0], after[1]


def fitted(
    shape: Sides, kernel: Sides, pads: Pads, stride: int
) -> tuple[int, int, tuple[int, int]] | None:
    """Side and padding of a square kernel that does the same, and where the given one lies in it.

    None if there is none.
    """
    outputs = [
        (side + pads[axis] + pads[axis + 2] - kernel[axis]) // stride + 1
        for axis, side in enumerate(shape)
    ]
    if min(outputs) < 1:
        return None
    for padding in range(max(pads[:2]), LARGEST_PADDING + 1):
        corner = padding - pads[0], padding - pads[1]
        least = max(size + place for size, place in zip(kernel, corner, strict=True))
        for size in range(least, LARGEST_KERNEL + 1):
            room = [side + 2 * padding - size for side in shape]
            if min(room) >= 0 and [space // stride + 1 for space in room] == outputs:
                return size, padding, corner
    return None


def fitted_transposed(
    kernel: Sides, pads: Pads, stride: int, dilation: int, extra: Sides
) -> tuple[int, int, int, tuple[int, int]] | None:
    """Side, padding and output padding of a transposed convolution that does the same.

    `extra` is what the output gets below and right besides. Zeros before the kernel move its output
    down, which more padding cuts off again.
    """
    for padding in range(max(pads[:2]), LARGEST_PADDING + 1):
        corner = [padding - pads[0], padding - pads[1]]
        if any(move % dilation for move in corner):
            continue
        corner = [move // dilation for move in corner]
        least = max(size + place for size, place in zip(kernel, corner, strict=True))
        for size in range(least, LARGEST_KERNEL + 1):
            # Zeros after the kernel make the output longer; what is cut off there is `padding`
            # less the output padding.
            after = [
                padding
                - pads[axis + 2]
                + extra[axis]
                - dilation * (size - kernel[axis] - corner[axis])
                for axis in range(2)
            ]
            if after[0] == after[1] and 0 <= after[0] < max(stride, dilation):
                return size, padding, after[0], (corner[0], corner[1])
    return None


def enlarged(weight: np.ndarray, size: int, corner: tuple[int, int]) -> np.ndarray:
    """A kernel within a larger one of zeros."""
    result = np.zeros((*weight.shape[:2], size, size), weight.dtype)
    rows, columns = weight.shape[2:]
    result[:, :, corner[0] : corner[0] + rows, corner[1] : corner[1] + columns] = weight
    return result


def spread_out(weight: np.ndarray, dilations: Sides) -> np.ndarray | None:
    """A kernel with the gaps of a dilation filled with zeros; None if it is too large for ours."""
    sizes = [
        dilation * (size - 1) + 1
        for dilation, size in zip(dilations, weight.shape[2:], strict=True)
    ]
    if max(sizes) > LARGEST_KERNEL:
        return None
    result = np.zeros((*weight.shape[:2], *sizes), weight.dtype)
    result[:, :, :: dilations[0], :: dilations[1]] = weight
    return result
