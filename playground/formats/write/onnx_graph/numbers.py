"""ONNX's operators on numbers of any shape."""

from __future__ import annotations

import numpy as np

from playground.formats.write.model import Step
from playground.formats.write.onnx_graph.graph import Graph, layer


@layer("dense")
def dense(graph: Graph, step: Step, x: str) -> str:
    if len(step.input_shape) == 2:  # Gemm reads rows alone
        product = graph.add("MatMul", x, graph.array("weight", step.arrays["weight"].T))
        y = graph.add("Add", product, graph.array("bias", step.arrays["bias"]))
    else:
        arrays = [graph.array(name, step.arrays[name]) for name in ("weight", "bias")]
        y = graph.add("Gemm", x, *arrays, transB=1)
    return graph.activated(step.layer.activation, y, step.output_shape)


@layer("embedding")
def embedding(graph: Graph, step: Step, x: str) -> str:
    from onnx import TensorProto

    symbols = graph.add("Cast", x, to=TensorProto.INT64)
    return graph.add("Gather", graph.array("weight", step.arrays["weight"]), symbols)


@layer("column_embedding")
def column_embedding(graph: Graph, step: Step, x: str) -> str:
    """A product with one matrix: the tables along its diagonal, 1 where a number passes."""
    matrix, row = np.zeros((*step.input_shape, *step.output_shape), np.float32), 0
    for name, first, size in step.layer.parts(step.input_shape):
        part = step.arrays[name] if name else np.eye(size)
        matrix[first : first + size, row : row + part.shape[1]] = part
        row += part.shape[1]
    return graph.add("MatMul", x, graph.array("weight", matrix))


@layer("flatten")
def flatten(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Flatten", x)


@layer("reshape")
def reshape(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Reshape", x, graph.whole("shape", -1, *step.output_shape))


@layer("activation")
def activation(graph: Graph, step: Step, x: str) -> str:
    return graph.activated(step.layer.name, x, step.output_shape)


@layer("dropout", "spatial_dropout2d")
def dropout(graph: Graph, step: Step, x: str) -> str:
    return x  # it acts while training alone


@layer("sampling")
def sampling(graph: Graph, step: Step, x: str) -> str:
    """The means."""
    start, end, axis = (
        graph.whole(name, number)
        for name, number in (("start", 0), ("end", step.output_shape[0]), ("axis", 1))
    )
    return graph.add("Slice", x, start, end, axis)


@layer("batch_norm")
def batch_norm(graph: Graph, step: Step, x: str) -> str:
    return graph.normalisation(step, x, epsilon=step.layer.epsilon)


@layer("layer_norm")
def layer_norm(graph: Graph, step: Step, x: str) -> str:
    arrays = [graph.array(name, step.arrays[name]) for name in ("weight", "bias")]
    return graph.add(
        "LayerNormalization",
        x,
        *arrays,
        axis=-step.arrays["weight"].ndim,
        epsilon=step.layer.epsilon,
    )
