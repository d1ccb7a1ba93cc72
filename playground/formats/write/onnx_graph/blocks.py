"""Blocks of layers, and layers that read an earlier one."""

from __future__ import annotations

from playground.formats.write.model import Step
from playground.formats.write.onnx_graph.graph import Graph, layer


@layer("residual")
def residual(graph: Graph, step: Step, x: str) -> str:
    piece, shape = step.layer, step.output_shape

    def convolution(x: str, conv: str, norm: str, stride: int, padding: int) -> str:
        y = graph.convolution(step, x, f"{conv}.", strides=[stride] * 2, pads=[padding] * 4)
        return graph.normalisation(step, y, f"{norm}.") if piece.batch_norm else y

    half = piece.kernel_size // 2
    y = graph.activated(piece.activation, convolution(x, "conv1", "bn1", piece.stride, half), shape)
    y = convolution(y, "conv2", "bn2", 1, half)
    if "shortcut.0.weight" in step.arrays:
        x = convolution(x, "shortcut.0", "shortcut.1", piece.stride, 0)
    return graph.activated(piece.activation, graph.add("Add", y, x), shape)


@layer("inception")
def inception(graph: Graph, step: Step, x: str) -> str:
    def convolution(x: str, name: str) -> str:
        size = step.arrays[f"{name}.weight"].shape[2]
        return graph.convolution(step, x, f"{name}.", pads=[size // 2] * 4)

    def reduced(name: str) -> str:
        shape = len(step.arrays[f"{name}.weight"]), *step.input_shape[1:]
        return graph.activated(step.layer.activation, convolution(x, name), shape)

    pooled = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4)
    branches = (
        convolution(x, "branch1.0"),
        convolution(reduced("branch2.0"), "branch2.2"),
        convolution(reduced("branch3.0"), "branch3.2"),
        convolution(pooled, "branch4.1"),
    )
    y = graph.add("Concat", *branches, axis=1)
    return graph.activated(step.layer.activation, y, step.output_shape)


@layer("add")
def add(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Add", x, graph.outputs[step.earlier])


@layer("concatenate")
def concatenate(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Concat", x, graph.outputs[step.earlier], axis=1)


@layer("branch")
def branch(graph: Graph, step: Step, x: str) -> str:
    return graph.outputs[step.earlier]
