"""ONNX's operators on images: windows, and images that grow or shrink."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.write.model import Step
from playground.formats.write.onnx_graph.graph import Graph, layer


def _window(one: Any, size: int, stride: int) -> dict[str, Any]:
    """How a window slides, as ONNX says it."""
    return {"kernel_shape": [size] * 2, "strides": [stride] * 2, "pads": [one.padding] * 4}


@layer("conv2d", "conv2d_transpose")
def conv2d(graph: Graph, step: Step, x: str) -> str:
    one = step.layer
    options = {
        **_window(one, one.kernel_size, one.stride),
        "dilations": [one.dilation] * 2,
        "group": one.groups,
    }
    operator = "Conv"
    if one.type == "conv2d_transpose":
        operator, options["output_padding"] = "ConvTranspose", [one.output_padding] * 2
    y = graph.convolution(step, x, operator=operator, **options)
    return graph.activated(one.activation, y, step.output_shape)


@layer("max_pool2d")
def max_pool2d(graph: Graph, step: Step, x: str) -> str:
    size = step.layer.pool_size
    return graph.add("MaxPool", x, **_window(step.layer, size, step.layer.stride or size))


@layer("avg_pool2d")
def avg_pool2d(graph: Graph, step: Step, x: str) -> str:
    size = step.layer.pool_size
    return graph.add(
        "AveragePool",
        x,
        count_include_pad=1,
        **_window(step.layer, size, step.layer.stride or size),
    )


@layer("global_avg_pool2d")
def global_avg_pool2d(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Flatten", graph.add("GlobalAveragePool", x))


@layer("up_sampling2d")
def up_sampling2d(graph: Graph, step: Step, x: str) -> str:
    scales = graph.array("scales", (1, 1, step.layer.size, step.layer.size))
    return graph.add(
        "Resize",
        x,
        "",
        scales,
        mode="nearest",
        nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )


@layer("local_response_norm")
def local_response_norm(graph: Graph, step: Step, x: str) -> str:
    one, channels = step.layer, step.input_shape[0]
    if one.size % 2:
        return graph.add("LRN", x, size=one.size, alpha=one.alpha, beta=one.beta, bias=one.k)
    # Of an even number of maps ONNX takes one more after the middle, PyTorch one more before it.
    distance = np.arange(channels) - np.arange(channels)[:, None]
    near = (-(one.size // 2) <= distance) & (distance <= (one.size - 1) // 2)
    weights = graph.array("near", one.alpha / one.size * near[:, :, None, None])
    total = graph.add("Conv", graph.add("Mul", x, x), weights)
    base = graph.add("Add", total, graph.array("k", one.k))
    return graph.add("Div", x, graph.add("Pow", base, graph.array("beta", one.beta)))
