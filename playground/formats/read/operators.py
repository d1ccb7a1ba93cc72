"""ONNX's operators as layers: (importer, node, values and arrays that it reads) → a value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.value import IMAGE, ROW, STEPS, Value


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
    if getattr(x, "axes", ROW) == IMAGE:  # the same at every pixel
        return _at_every_pixel(to, node, x, weight)
    if getattr(x, "axes", ROW) == STEPS:  # the same at every step
        to.layer(node, x, STEPS)
        arrays = {"weight": weight.T.astype(np.float32), "bias": np.zeros(len(weight.T), "f4")}
        return to.stack.add(node, "dense", arrays, units=len(weight.T))
    return dense(to, node, x, weight.T, None)


def _at_every_pixel(to: Importer, node: Node, x: Value, weight: np.ndarray) -> Value:
    """A Dense of Keras on an image whose channels come last: a convolution of one pixel."""
    image, permutation = to.image(node, x)
    if permutation[2]:
        to.wanted(node, x, ROW)
    to.stack.reach(node, image.layer, image.shape)
    arrays = {
        "weight": weight.T[:, :, None, None].astype(np.float32),
        "bias": np.zeros(len(weight.T), np.float32),
    }
    made = to.stack.add(node, "conv2d", arrays, filters=len(weight.T), kernel_size=1)
    return made.transposed(permutation)


def dense(to: Importer, node: Node, x: Any, weight: np.ndarray, bias: Any) -> Value:
    x, units = to.unpadded(node, x), len(weight)
    to.wanted(node, x, ROW)
    bias = np.zeros(units) if bias is None else bias
    if bias.size not in (1, units) or bias.ndim > 2 or (bias.ndim == 2 and len(bias) > 1):
        raise FileError(f"The operator {node} has biases of shape {list(bias.shape)}.")
    weight, bias = weight.astype(np.float64), bias.astype(np.float64).ravel()
    if weight.shape[1:] == x.shape:
        if x.order is not None:
            weight = weight[:, np.argsort(x.order)]
        if x.line is not None:
            slope, offset = x.line
            weight, bias = weight * slope, bias + weight @ offset
    to.stack.reach(node, x.layer, x.shape)
    arrays = {
        "weight": weight.astype(np.float32),
        "bias": np.broadcast_to(bias, (units,)).astype(np.float32),
    }
    return to.stack.add(node, "dense", arrays, units=units)


@operator("BatchNormalization")
def batch_norm(to: Importer, node: Node, x: Any, *arrays: Any) -> Value:
    epsilon, momentum, training, spatial = node.options(
        epsilon=1e-5, momentum=0.9, training_mode=0, spatial=1
    )
    if training or not spatial:
        name = "training_mode" if training else "spatial"
        raise node.lacks(name, training or spatial)
    names = ("weight", "bias", "running_mean", "running_var")
    given = dict(zip(names, weights(node, *arrays), strict=True))
    if (given["running_var"] < 0).any():
        raise FileError(f"The operator {node} has a variance below zero.")
    x = to.unpadded(node, x)
    if any(array.shape != x.shape[:1] for array in given.values()):
        sizes = [list(array.shape) for array in given.values()]
        raise FileError(
            f"The operator {node} has weights of shape {sizes[0]} for samples of shape "
            f"{list(x.shape)}."
        )
    if x.order is not None:
        return _scaled_as_measured(to, node, x, given, epsilon)
    shape = x.shape if len(x.shape) in (1, 3) else (*x.shape, 1)
    shape = shape[:1] if shape[1:] == (1, 1) and len(x.shape) == 2 else shape
    to.layer(node, x.viewed(shape))
    made = to.stack.add(
        node, "batch_norm", given, epsilon=short(epsilon), momentum=short(1 - momentum)
    )
    return made.viewed(x.shape)


def _scaled_as_measured(
    to: Importer, node: Node, x: Value, given: dict[str, np.ndarray], epsilon: float
) -> Value:
    """What a trained batch normalisation does to values whose axes lie in another order."""
    columns = (-1, *[1] * (len(x.shape) - 1))
    weight, bias, mean, variance = (
        array.astype(np.float64).reshape(columns) for array in given.values()
    )
    slope = weight / np.sqrt(variance + epsilon)
    return to.scaled(node, x, slope, bias - slope * mean)


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
    if training is not None and weights(node, training)[0].any():
        raise node.lacks("training_mode", "true")
    value = to.complete(node, x)
    to.stack.reach(node, value.layer, to.stack.shapes[value.layer])
    return replace(value, layer=to.stack.add(node, "dropout", rate=short(rate)).layer)


@operator("Softmax")
def softmax(to: Importer, node: Node, x: Any) -> Value:
    old = to.graph.version < 13  # then it was over everything from the axis on
    (axis,) = node.options(axis=1 if old else -1)
    x = to.complete(node, x)
    rank = len(x.shape) + 1
    old = old and axis % rank != rank - 1
    if rank == 4 and not old and x.order is not None:  # perhaps channels are last, and meant
        value, permutation = to.image(node, x)
        if permutation[axis % 4 - 1] != 0 or axis % 4 == 0:
            raise node.lacks("axis", axis)
        to.layer(node, value)
        return to.stack.add(node, "activation", name="softmax").transposed(permutation)
    x = to.layer(node, x)
    if axis % rank != (2 if rank == 3 else 1) or (old and rank > 2):
        raise node.lacks("axis", axis)
    return to.stack.add(node, "activation", name="softmax")


@operator("LogSoftmax")
def log_softmax(to: Importer, node: Node, x: Any) -> Value:
    """At the end alone: the network then speaks in logits, and the loss takes their logarithm."""
    name = node.outputs[0]
    while name != to.graph.output:
        readers = [reader for reader in to.graph.makers.values() if name in reader.inputs]
        if [reader.operator for reader in readers] != ["Identity"]:
            raise FileError(f"The operator {node} is read here as the end of a network alone.")
        name = readers[0].outputs[0]
    value = to.layer(node, x, ROW)
    if value.shape[0] < 2 or not to.stack.layers:
        raise FileError(f"The operator {node} reads no numbers that a layer made for classes.")
    return softmax(to, node, value)


@operator("ArgMax", "TopK")
def chosen(to: Importer, node: Node, x: Any, *rest: Any) -> Value:
    raise FileError(
        f"The operator {node} names a class and gives no probabilities: save the network without "
        "this last step."
    )
