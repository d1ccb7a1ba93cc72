"""ONNX's operators as layers: (importer, node, values and arrays that it reads) → a value."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.stack import IMAGE, ROW, Value


def weights(node: Node, *arrays: Any) -> list[np.ndarray]:
    """Inputs that must be arrays of the file."""
    for array in arrays:
        if array is not None and not isinstance(array, np.ndarray):
            raise FileError(f"The operator {node} reads weights that are not in the file.")
        if array is not None and not array.size:
            raise FileError(
                f"The operator {node} reads weights of shape {list(array.shape)}: there are none."
            )
    return list(arrays)


@operator("Gemm")
def gemm(to: Importer, node: Node, x: Any, weight: Any, bias: Any = None) -> Value:
    alpha, beta, first, second = node.options(alpha=1.0, beta=1.0, transA=0, transB=0)
    weight, bias = weights(node, weight, bias)
    if first:
        raise node.lacks("transA", first)
    if weight.ndim != 2:
        raise FileError(f"The operator {node} has weights of shape {list(weight.shape)}.")
    bias = None if bias is None else beta * bias
    return dense(to, node, x, alpha * (weight if second else weight.T), bias)


@operator("MatMul")
def matmul(to: Importer, node: Node, x: Any, weight: Any) -> Value:
    (weight,) = weights(node, weight)
    if weight.ndim != 2:
        raise FileError(f"The operator {node} has weights of shape {list(weight.shape)}.")
    return dense(to, node, x, weight.T, None)


def dense(to: Importer, node: Node, x: Any, weight: np.ndarray, bias: Any) -> Value:
    x, units = to.layer(node, x, ROW), len(weight)
    bias = np.zeros(units) if bias is None else bias
    if bias.size not in (1, units):
        raise FileError(f"The operator {node} has biases of shape {list(bias.shape)}.")
    arrays = {
        "weight": weight.astype(np.float32),
        "bias": np.broadcast_to(bias.ravel(), (units,)).astype(np.float32),
    }
    return to.stack.add(node, "dense", arrays, units=units)


@operator("BatchNormalization")
def batch_norm(to: Importer, node: Node, x: Any, *arrays: Any) -> Value:
    epsilon, momentum, training, _ = node.options(
        epsilon=1e-5, momentum=0.9, training_mode=0, spatial=1
    )
    if training:
        raise node.lacks("training_mode", training)
    x = to.layer(node, x, IMAGE if len(x.shape) == 3 else ROW)
    names = ("weight", "bias", "running_mean", "running_var")
    given = dict(zip(names, weights(node, *arrays), strict=True))
    if (given["running_var"] < 0).any():
        raise FileError(f"The operator {node} has a variance below zero.")
    return to.stack.add(
        node, "batch_norm", given, epsilon=short(epsilon), momentum=short(1 - momentum)
    )


def short(number: float) -> float:
    """A float32 as people write it: 1e-05, not 9.999999747378752e-06."""
    return float(f"{number:.6g}")


@operator("LayerNormalization")
def layer_norm(to: Importer, node: Node, x: Any, scale: Any, bias: Any = None) -> Value:
    axis, epsilon, _ = node.options(axis=-1, epsilon=1e-5, stash_type=1)
    x, rank = to.layer(node, x), len(x.shape) + 1
    if axis % rank != (1 if rank in (2, 4) else 2):
        raise node.lacks("axis", axis)
    scale, bias = weights(node, scale, bias)
    arrays = {"weight": scale} | ({} if bias is None else {"bias": bias})
    return to.stack.add(node, "layer_norm", arrays, epsilon=short(epsilon))


@operator("LRN")
def local_response_norm(to: Importer, node: Node, x: Any) -> Value:
    size, alpha, beta, bias = node.options(size=0, alpha=1e-4, beta=0.75, bias=1.0)
    if size % 2 == 0:
        raise node.lacks("size", size, ": as many maps count before as after")
    to.layer(node, x, IMAGE)
    return to.stack.add(
        node, "local_response_norm", size=size, alpha=short(alpha), beta=short(beta), k=short(bias)
    )


@operator("Dropout")
def dropout(to: Importer, node: Node, x: Any, ratio: Any = None, training: Any = None) -> Value:
    rate, _, _ = node.options(ratio=0.5, seed=0, is_test=1)
    rate = rate if ratio is None else float(weights(node, ratio)[0].ravel()[0])
    to.layer(node, x)
    return to.stack.add(node, "dropout", rate=short(rate))


@operator("Softmax")
def softmax(to: Importer, node: Node, x: Any) -> Value:
    old = to.graph.version < 13  # then it was over everything from the axis on
    (axis,) = node.options(axis=1 if old else -1)
    x = to.layer(node, x)
    rank = len(x.shape) + 1
    if axis % rank != (2 if rank == 3 else 1) or (old and rank > 2):
        raise node.lacks("axis", axis)
    return to.stack.add(node, "activation", name="softmax")
