"""ONNX's operators on images: windows that slide, and images that grow or shrink."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.constants import axes
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.stack import IMAGE, Value


def same(node: Node, name: str, numbers: Any, default: int) -> int:
    """The number that all of an attribute's are, as ours have one for all sides."""
    if not numbers:
        return default
    if len(set(numbers)) > 1:
        raise node.lacks(name, numbers, ": all sides must be equal")
    return int(numbers[0])


def window(node: Node, shape: tuple[int, ...], size: int, extra: dict[str, Any]) -> tuple[Any, ...]:
    """Stride, padding, dilation and whatever `extra` names, of a window on an image."""
    known = {
        "auto_pad": "NOTSET",
        "kernel_shape": None,
        "strides": None,
        "pads": None,
        "dilations": None,
        **extra,
    }
    automatic, kernel, strides, pads, dilations, *rest = node.options(**known)
    if same(node, "kernel_shape", kernel, size) != size:
        raise FileError(f"The operator {node} has weights of another kernel_shape than {kernel}.")
    stride = same(node, "strides", strides, 1)
    dilation = same(node, "dilations", dilations, 1)
    if min(size, stride, dilation) < 1 or min(pads or [0]) < 0:
        raise FileError(f"The operator {node} has a size, stride or padding below its least.")
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        reach = dilation * (size - 1) + 1
        totals = [max((-(-side // stride) - 1) * stride + reach - side, 0) for side in shape[1:]]
        if totals[0] % 2 or totals[0] != totals[1]:
            raise node.lacks("auto_pad", automatic, " where the border is not the same all round")
        pads = [totals[0] // 2]
    elif automatic not in ("NOTSET", "VALID"):
        raise node.lacks("auto_pad", automatic)
    return stride, same(node, "pads", pads, 0), dilation, *rest


def kernel(node: Node, weight: np.ndarray) -> int:
    """The side of a kernel [·, ·, side, side]."""
    if weight.ndim != 4 or weight.shape[2] != weight.shape[3]:
        raise FileError(
            f"The operator {node} has weights of shape {list(weight.shape)}; ours are "
            "for images, with a square kernel."
        )
    return weight.shape[2]


@operator("Conv", "ConvTranspose")
def convolution(to: Importer, node: Node, x: Any, weight: Any, bias: Any = None) -> Value:
    x = to.layer(node, x, IMAGE)
    weight, bias = weights(node, weight, bias)
    size, transposed = kernel(node, weight), node.operator == "ConvTranspose"
    extra = {"group": 1} | ({"output_padding": None} if transposed else {})
    stride, padding, dilation, group, *rest = window(node, x.shape, size, extra)
    if group < 1 or len(weight) % group:
        raise node.lacks("group", group, f" with weights of shape {list(weight.shape)}")
    filters = weight.shape[1] * group if transposed else weight.shape[0]
    options = {
        "filters": filters,
        "kernel_size": size,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "groups": group,
    }
    if transposed:
        options["output_padding"] = same(node, "output_padding", rest[0], 0)
    arrays = {"weight": weight, "bias": np.zeros(filters, np.float32) if bias is None else bias}
    kind = "conv2d_transpose" if transposed else "conv2d"
    return to.stack.add(node, kind, arrays, **options)


@operator("MaxPool", "AveragePool")
def pool(to: Importer, node: Node, x: Any) -> Value:
    x = to.layer(node, x, IMAGE)
    maximum = node.operator == "MaxPool"
    extra = {"ceil_mode": 0} | ({"storage_order": 0} if maximum else {"count_include_pad": 0})
    size = same(node, "kernel_shape", node.attributes.get("kernel_shape"), 0)
    stride, padding, dilation, ceil, other = window(node, x.shape, size, extra)
    if dilation != 1:
        raise node.lacks("dilations", dilation)
    if ceil and any((side + 2 * padding - size) % stride for side in x.shape[1:]):
        raise node.lacks("ceil_mode", ceil)
    if not maximum and padding and not other:
        raise node.lacks("count_include_pad", other, ": the border counts here")
    kind = "max_pool2d" if maximum else "avg_pool2d"
    return to.stack.add(node, kind, pool_size=size, stride=stride, padding=padding)


@operator("GlobalAveragePool", "ReduceMean")
def global_average(to: Importer, node: Node, x: Any, given: Any = None) -> Value:
    keep = 1
    if node.operator == "ReduceMean":
        _, keep, _ = node.options(axes=None, keepdims=1, noop_with_empty_axes=0)
        along = axes(node, given)
        if along is None or sorted(axis % 4 for axis in along) != [2, 3]:
            raise node.lacks("axes", along)
    value = to.layer(node, x, IMAGE)
    pooled = to.stack.add(node, "global_avg_pool2d")
    return pooled.viewed((value.shape[0], 1, 1)) if keep else pooled


@operator("Resize", "Upsample")
def upsample(to: Importer, node: Node, x: Any, *given: Any) -> Value:
    x = to.layer(node, x, IMAGE)
    mode, how, rounding = (
        node.attributes.get(name, default)
        for name, default in (
            ("mode", "nearest"),
            ("coordinate_transformation_mode", "half_pixel"),
            ("nearest_mode", "round_prefer_floor"),
        )
    )
    scales = [array for array in weights(node, *given) if array is not None and array.size == 4]
    numbers = node.attributes.get("scales") or (list(scales[-1].ravel()) if scales else [])
    if mode != "nearest":
        raise node.lacks("mode", mode)
    if len(given) > 2 and len(numbers) == 4:  # sizes instead of scales
        numbers = [1, *(size / side for size, side in zip(numbers[1:], x.shape, strict=True))]
    exact = (how, rounding) in (("asymmetric", "floor"), ("half_pixel", "round_prefer_floor"))
    if node.operator == "Resize" and not exact:
        raise node.lacks("coordinate_transformation_mode", f"{how}, {rounding}")
    if len(numbers) != 4 or numbers[:2] != [1, 1] or numbers[2] != numbers[3] or numbers[2] % 1:
        raise node.lacks("scales", numbers, ": one whole number for both sides")
    return to.stack.add(node, "up_sampling2d", size=int(numbers[2]))
