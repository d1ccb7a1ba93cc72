"""Convolution by hand, for `sliding.js`: images, and what windows make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis import sliding_window
from playground.engine import ShapeError
from playground.experiment import numerals
from playground.views import flow

INK = {"signed": False, "low": 0.0, "high": 1.0, "told": "black 0, white 1"}
FORMULA = "side of the result = ⌊(side + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1"
POOL_FORMULA = "side of the result = ⌊(side − square) / stride⌋ + 1"
POOLS = {
    "max": ("Max pooling", "the largest of {count}"),
    "avg": ("Average pooling", "the mean of {count}"),
}


@dataclass(frozen=True)
class Window:
    """How the kernel slides, and how the poolings do. of_result: they read the convolution's."""

    stride: int = 1
    padding: int = 0
    dilation: int = 1
    pool_size: int = 2
    pool_stride: int = 2
    of_result: bool = False


def payload(
    name: str, pixels: np.ndarray, weights: np.ndarray, window: Window, seen: int = 0
) -> dict[str, Any]:
    """Everything to show. pixels: uint8 [height, width]; seen: the last message from the page."""
    image = pixels.astype(np.float32) / 255
    images = [_image(name, image, INK)]
    convolved, result, look = _convolved(image, weights, window)
    of_result = window.of_result and result is not None
    if of_result:
        images.append(_image("What the convolution made", result, look))
    read, source, shade = (result, 1, look) if of_result else (image, 0, INK)
    pools = [_pooled(kind, read, source, shade, window) for kind in POOLS]
    return {"images": images, "works": [convolved, *pools], "seen": seen}


def _image(name: str, values: np.ndarray, look: dict[str, Any]) -> dict[str, Any]:
    height, width = values.shape
    return {"name": name, "width": width, "height": height, "values": values.ravel(), "look": look}


def _convolved(image: np.ndarray, weights: np.ndarray, window: Window) -> tuple[Any, Any, Any]:
    size = len(weights)
    work = {
        "kind": "conv",
        "title": "Convolution",
        "result": "Convolved",
        "source": 0,
        "size": size,
        "stride": window.stride,
        "padding": window.padding,
        "dilation": window.dilation,
        "weights": weights.ravel(),
        "told": f"sum of {size**2} products",
    }
    try:
        result = sliding_window.convolve(
            image, weights, window.stride, window.padding, window.dilation
        )
    except ShapeError:
        return {**work, "problem": "No result: the kernel does not fit."}, None, None
    look = shades(weights, result)
    sentences = [
        sliding_window.size_told(side, size, window.stride, window.padding, window.dilation)
        for side in dict.fromkeys(image.shape)
    ]  # once, if height and width are the same
    return {**work, **_values(result), "look": look, "formula": [FORMULA, *sentences]}, result, look


def _pooled(
    kind: str, image: np.ndarray, source: int, look: dict[str, Any], window: Window
) -> dict[str, Any]:
    title, sentence = POOLS[kind]
    size, stride = window.pool_size, window.pool_stride
    work = {
        "kind": kind,
        "title": title,
        "result": "Pooled",
        "source": source,
        "size": size,
        "stride": stride,
        "padding": 0,
        "dilation": 1,
        "told": sentence.format(count=size**2),
    }
    try:
        result = sliding_window.pool(kind, image, size, stride)
    except ShapeError as error:
        return {**work, "problem": reason(error)}
    sides = [
        sliding_window.pool_size_told(side, size, stride) for side in dict.fromkeys(image.shape)
    ]
    return {**work, **_values(result), "look": look, "formula": [POOL_FORMULA, *sides]}


def _values(result: np.ndarray) -> dict[str, Any]:
    height, width = result.shape
    return {"width": width, "height": height, "values": result.ravel()}


def reason(error: ShapeError) -> str:
    """The engine's reason as a sentence of its own, without the number of the only layer."""
    message = error.message.rpartition("does not fit: ")[2]
    return message[:1].upper() + message[1:]


def shades(weights: np.ndarray, result: np.ndarray) -> dict[str, Any]:
    """How a convolution's result is coloured, and that in words."""
    if sliding_window.is_picture(weights, result):
        beyond = result.min() < 0 or result.max() > 1
        return {**INK, "told": "black 0 or less, white 1 or more"} if beyond else INK
    most = flow.span(result)
    return {
        "signed": True,
        "high": most,
        "told": f"orange −, grey 0, blue +; full at {numerals.short(most, 2)}",
    }
