"""ONNX's convolutions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.fitting import (
    Pads,
    Sides,
    border,
    enlarged,
    fitted,
    fitted_transposed,
    spread_out,
)
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.value import IMAGE, Value

LARGEST = 10_000  # sizes, strides and borders


def same(node: Node, name: str, numbers: Any, default: int) -> int:
    """The number that all of an attribute's are, as ours have one for all sides."""
    if not numbers:
        return default
    if len(set(numbers)) > 1:
        raise node.lacks(name, numbers, ": all sides must be equal")
    return int(numbers[0])


def equal(pads: Pads) -> bool:
    """Whether a border is the same all round."""
    return len(set(pads)) == 1


def window(node: Node, kernel: Sides, extra: dict[str, Any]) -> tuple[Any, ...]:
    """Stride, dilations, pads as they stand there, and whatever `extra` names."""
    known = {"auto_pad": "NOTSET", "kernel_shape": None, "strides": None, "pads": None}
    _, sizes, strides, pads, dilations, *rest = node.options(**known, dilations=None, **extra)
    if sizes and tuple(sizes) != kernel:
        raise FileError(f"The operator {node} has weights of another kernel_shape than {sizes}.")
    stride, dilations = same(node, "strides", strides, 1), tuple(dilations or (1, 1))
    pads = tuple(pads or (0, 0, 0, 0))
    if min(*kernel, stride, *dilations) < 1 or min(pads) < 0:
        raise FileError(f"The operator {node} has a size, stride or padding below its least.")
    if (len(dilations), len(pads)) != (2, 4):
        raise FileError(f"The operator {node} does not fit: ours are for images.")
    if max(*kernel, stride, *dilations, *pads) > LARGEST:
        raise FileError(f"The operator {node} has a size or padding greater than {LARGEST}.")
    return stride, dilations, pads, *rest


def kernel(node: Node, weight: np.ndarray) -> Sides:
    """Height and width of a kernel [·, ·, height, width]."""
    if weight.ndim != 4:
        raise FileError(
            f"The operator {node} has weights of shape {list(weight.shape)}; ours are for images."
        )
    return weight.shape[2:]


@operator("Conv")
def convolution(to: Importer, node: Node, x: Any, weight: Any, bias: Any = None) -> Value:
    x = to.settled(node, x)
    to.wanted(node, to.in_order(node, x), IMAGE)
    weight, bias = weights(node, weight, bias)
    sides = kernel(node, weight)
    stride, dilations, pads, group = window(node, sides, {"group": 1})
    if group < 1 or len(weight) % group:
        raise node.lacks("group", group, f" with weights of shape {list(weight.shape)}")
    pads = border(node, x.shape[1:], sides, (stride, stride), dilations, pads)
    bias = np.zeros(len(weight), np.float32) if bias is None else bias
    if bias.shape != weight.shape[:1] or weight.shape[1] * group != x.shape[0]:
        raise FileError(
            f"The operator {node} has weights of shape {list(weight.shape)} and biases of shape "
            f"{list(bias.shape)}; others are needed for {x.shape[0]} channels in {group} groups."
        )
    x, pads = _border_joined(to, node, x, pads)
    if x.line is not None:
        x, weight, bias = _line_joined(to, node, x, pads, group, weight, bias)
    size, dilation, padding = sides[0], dilations[0], pads[0]
    square = sides[0] == sides[1] and dilations[0] == dilations[1]
    if not (square and equal(pads)):
        wide, dilation = spread_out(weight, dilations), 1
        fit = None if wide is None else fitted(x.shape[1:], wide.shape[2:], pads, stride)
        if wide is None or fit is None:
            raise FileError(
                f"The operator {node} has weights of shape {list(weight.shape)}, dilations = "
                f"{list(dilations)} and pads = {list(pads)}; no square kernel does the same."
            )
        size, padding, corner = fit
        weight = enlarged(wide, size, corner)
    to.stack.reach(node, x.layer, x.shape)
    return to.stack.add(
        node,
        "conv2d",
        {"weight": weight.astype(np.float32), "bias": bias.astype(np.float32)},
        filters=len(weight),
        kernel_size=size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=group,
    )


def _border_joined(to: Importer, node: Node, x: Value, pads: Pads) -> tuple[Value, Pads]:
    """The image without the zeros around it, which become part of the window's own."""
    if x.pads is None or x.fill:
        return to.unpadded(node, x), pads
    above, left, below, right = (a + b for a, b in zip(x.pads, pads, strict=True))
    return replaced(to, x), (above, left, below, right)


def replaced(to: Importer, x: Value) -> Value:
    """The image without its border."""
    return replace(x, pads=None, fill=0.0, shape=to.bare(x))


def _line_joined(
    to: Importer,
    node: Node,
    x: Value,
    pads: Pads,
    group: int,
    weight: np.ndarray,
    bias: np.ndarray,
) -> tuple[Value, np.ndarray, np.ndarray]:
    """The line before a convolution as part of its weights, where that is the same.

    At a border of zeros an offset is missing, so there only a slope may go in.
    """
    maps = to.maps(x) if to.stack.shapes[x.layer] == x.shape else None
    if maps is None or (any(pads) and maps[1].any()):
        return to.complete(node, x), weight, bias
    slope, offset = (
        part.reshape(group, 1, -1).repeat(len(weight) // group, axis=1).reshape(len(weight), -1)
        for part in maps
    )
    wide = weight.astype(np.float64)
    bias = bias + (wide.sum(axis=(2, 3)) * offset).sum(axis=1)
    return replace(x, line=None), wide * slope[:, :, None, None], bias


@operator("ConvTranspose")
def transposed(to: Importer, node: Node, x: Any, weight: Any, bias: Any = None) -> Value:
    weight, bias = weights(node, weight, bias)
    sides, x = kernel(node, weight), to.layer(node, x, IMAGE)
    extra = {"group": 1, "output_padding": None, "output_shape": None}
    stride, dilations, pads, group, further, outputs = window(node, sides, extra)
    if group < 1 or len(weight) % group:
        raise node.lacks("group", group, f" with weights of shape {list(weight.shape)}")
    if dilations[0] != dilations[1]:
        raise node.lacks("dilations", list(dilations), ": all sides must be equal")
    further = tuple(further or (0, 0))
    pads = _crop(node, x.shape[1:], sides, stride, dilations, pads, further, outputs)
    fit = fitted_transposed(sides, pads, stride, dilations[0], further)
    if fit is None:
        raise FileError(
            f"The operator {node} has a kernel of {sides[0]}×{sides[1]} with pads = {list(pads)} "
            f"and output_padding = {list(further)}, and no square kernel does the same."
        )
    size, padding, output_padding, corner = fit
    filters = weight.shape[1] * group
    return to.stack.add(
        node,
        "conv2d_transpose",
        {
            "weight": enlarged(weight, size, corner),
            "bias": np.zeros(filters, np.float32) if bias is None else bias,
        },
        filters=filters,
        kernel_size=size,
        stride=stride,
        padding=padding,
        dilation=dilations[0],
        groups=group,
        output_padding=output_padding,
    )


def _crop(
    node: Node,
    shape: Sides,
    kernel: Sides,
    stride: int,
    dilations: Sides,
    pads: Pads,
    further: Sides,
    outputs: Any,
) -> Pads:
    """How much is cut off on each side: `pads`, or what makes the output as large as is asked."""
    automatic = node.attributes.get("auto_pad", "NOTSET")
    if automatic == "VALID":
        return 0, 0, 0, 0
    if automatic == "NOTSET" and not outputs:
        return pads
    if automatic not in ("NOTSET", "SAME_UPPER", "SAME_LOWER"):
        raise node.lacks("auto_pad", automatic)
    wanted = list(outputs or (side * stride for side in shape))[-2:]
    before, after = [], []
    for axis in range(2):
        reach = dilations[axis] * (kernel[axis] - 1) + 1
        total = stride * (shape[axis] - 1) + further[axis] + reach - wanted[axis]
        if total < 0:
            raise node.lacks("output_shape", wanted, ": larger than what its windows reach")
        less, more = total // 2, total - total // 2
        first = less if automatic == "SAME_UPPER" else more
        before.append(first)
        after.append(total - first)
    return before[0], before[1], after[0], after[1]
