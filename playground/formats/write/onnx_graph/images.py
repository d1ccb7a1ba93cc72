"""ONNX's operators on images: windows, and images that grow or shrink."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.write.model import Step
from playground.formats.write.onnx_graph.graph import Graph, layer


def _window(piece: Any, size: int, stride: int) -> dict[str, Any]:
    """How a window slides, as ONNX says it."""
    return {"kernel_shape": [size] * 2, "strides": [stride] * 2, "pads": [piece.padding] * 4}


@layer("conv2d", "conv2d_transpose")
def conv2d(graph: Graph, step: Step, x: str) -> str:
    piece = step.layer
    options = {
        **_window(piece, piece.kernel_size, piece.stride),
        "dilations": [piece.dilation] * 2,
        "group": piece.groups,
    }
    operator = "Conv"
    if piece.type == "conv2d_transpose":
        operator, options["output_padding"] = "ConvTranspose", [piece.output_padding] * 2
    y = graph.convolution(step, x, operator=operator, **options)
    return graph.activated(piece.activation, y, step.output_shape)


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
    piece, channels = step.layer, step.input_shape[0]
    if piece.size % 2:
        return graph.add(
            "LRN", x, size=piece.size, alpha=piece.alpha, beta=piece.beta, bias=piece.k
        )
    # Of an even number of maps ONNX takes one more after the middle, PyTorch one more before it.
    distance = np.arange(channels) - np.arange(channels)[:, None]
    near = (-(piece.size // 2) <= distance) & (distance <= (piece.size - 1) // 2)
    weights = graph.array("near", piece.alpha / piece.size * near[:, :, None, None])
    total = graph.add("Conv", graph.add("Mul", x, x), weights)
    base = graph.add("Add", total, graph.array("k", piece.k))
    return graph.add("Div", x, graph.add("Pow", base, graph.array("beta", piece.beta)))
