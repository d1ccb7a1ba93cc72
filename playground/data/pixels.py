"""Numbers of pixels: which value is white, bytes, and squares of one size."""

from __future__ import annotations

import numpy as np

DEPTHS = (1, 16, 255, 1023, 4095, 16_383, 65_535)  # white: shares, 4, 8, 10, 12, 14, 16 bits
PAPER = 0.5  # of a picture of writing has the paper's shade
ALIKE = 26  # shades
PART = 1000  # images that are looked at together


def full_scale(largest: float) -> float:
    """Which value is white, where the largest one is given: the full range of as many bits."""
    return float(next((depth for depth in DEPTHS if largest <= depth), largest))


def as_bytes(values: np.ndarray, top: float) -> np.ndarray:
    """0 to `top` as 0 to 255: uint8 of the same shape."""
    return np.rint(values * (255 / top)).clip(0, 255).astype(np.uint8)


def luminance(colours: np.ndarray) -> np.ndarray:
    """[..., 3] → uint8 [..., 1], by ITU-R 601 as Pillow has it."""
    return np.rint(colours @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.uint8)[
        ..., None
    ]


def ink_on_paper(images: np.ndarray) -> np.ndarray:
    """Which of the images [N, 1, height, width] are dark writing on light paper: bool [N]."""
    parts = (images[start : start + PART, 0] for start in range(0, len(images), PART))
    return np.concatenate([np.zeros(0, bool), *map(_ink_on_paper, parts)])


def _ink_on_paper(images: np.ndarray) -> np.ndarray:
    sides = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    shade = np.median(np.concatenate(sides, axis=1), axis=1).astype(np.int16)[:, None, None]
    alike = np.abs(images.astype(np.int16) - shade) < ALIKE
    return (shade[:, 0, 0] > 127) & (alike.mean((1, 2)) > PAPER)


def squared(batch: np.ndarray, side: int) -> np.ndarray:
    """Images [N, height, width, channels] fitted into squares: [N, channels, side, side].

    Each pixel is the mean of what it covers; what is left beside them has the shade of the border.
    """
    height, width = batch.shape[1:3]
    if height == width == side:
        return batch.transpose(0, 3, 1, 2)
    scale = side / max(height, width)
    new = [max(1, round(n * scale)) for n in (height, width)]
    rows, columns = (
        coverage(*n).astype(np.float32) for n in zip((height, width), new, strict=True)
    )
    fitted = np.tensordot(rows, batch.astype(np.float32), (1, 1))  # [rows, N, width, channels]
    fitted = np.tensordot(columns, fitted, (1, 2)).transpose(2, 3, 1, 0)
    border = (fitted[..., 0, :], fitted[..., -1, :], fitted[..., 0], fitted[..., -1])
    shade = np.median(np.concatenate(border, axis=2), axis=2)
    square = np.empty((*fitted.shape[:2], side, side), np.float32)
    square[:] = shade[..., None, None]
    top, left = (side - new[0]) // 2, (side - new[1]) // 2
    square[..., top : top + new[0], left : left + new[1]] = fitted
    return np.rint(square).astype(np.uint8) if batch.dtype == np.uint8 else square


def coverage(old: int, new: int) -> np.ndarray:
    """[new, old]: which share of each new pixel an old one covers; every row sums to 1."""
    edges = np.linspace(0, old, new + 1)
    pixel = np.arange(old)
    overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    return overlap.clip(0) * (new / old)
