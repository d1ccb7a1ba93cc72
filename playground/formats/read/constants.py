"""What a graph computes before any sample comes: shapes, slices and other small arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import curves
from playground.formats.read.graph import Node

LARGEST = 20_000_000  # numbers
KINDS = {1: np.float32, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float32, 11: np.float32}


def fold(node: Node, inputs: list[np.ndarray | None]) -> np.ndarray:
    """The array that a node makes of arrays; FileError where that is beyond us."""
    if node.operator in curves.OPERATORS:
        bounded(np.broadcast_shapes(*(array.shape for array in inputs if array is not None)))
        given = [array if array is None else np.asarray(array) for array in inputs]
        with np.errstate(all="ignore"):
            result = curves.OPERATORS[node.operator](*given, **node.attributes)
        return np.asarray(result, None if given[0] is None else given[0].dtype)
    if node.operator not in FOLDED:
        raise FileError(f"The operator {node} reads constants alone, which we cannot compute.")
    return FOLDED[node.operator](node, *inputs)


def counted(
    node: Node, inputs: list[np.ndarray | None], marks: list[np.ndarray | None]
) -> np.ndarray:
    """Where the array that a node makes holds the size of the batch (1), or is made of it (2).

    `marks` says it of the inputs; None: nowhere.
    """
    result = fold(node, inputs)
    if node.operator in SHAPED_BY:  # a shape; the array itself then stands for each sample
        return np.zeros(result.shape, np.uint8)
    if node.operator not in MOVED or node.attributes.get("to") == 9:  # or only whether it is 0
        return np.full(result.shape, 2, np.uint8)
    joined = len(inputs) if node.operator == "Concat" else 1
    moved = [
        np.zeros(array.shape, np.uint8)
        if place < joined and mark is None and array is not None
        else mark
        if place < joined
        else array
        for place, (array, mark) in enumerate(zip(inputs, marks, strict=True))
    ]
    return np.asarray(FOLDED[node.operator](node, *moved), np.uint8).reshape(result.shape)


def axes(node: Node, given: np.ndarray | None, default: Any = None) -> Any:
    """The axes of an operator: an attribute once, an input since."""
    if given is not None:
        return [int(axis) for axis in given.ravel()]
    result = node.attributes.get("axes", default)
    return [result] if isinstance(result, int) else result


def bounded(shape: Any) -> tuple[int, ...]:
    """The shape of an array that is about to be made, if it is not too large."""
    shape = tuple(int(size) for size in shape)
    if min(shape, default=0) < 0 or math.prod(shape) > LARGEST:
        raise FileError(f"This ONNX file makes an array of shape {list(shape)[:8]}: too large.")
    return shape


def _constant(node: Node) -> np.ndarray:
    for name, value in node.attributes.items():
        if name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
            kind = np.float32 if "float" in name else np.int64
            return value if name == "value" else np.array(value, kind)
    raise ValueError("it has no value")


def _slice(node: Node, x: np.ndarray, *parts: np.ndarray) -> np.ndarray:
    starts, stops, along, steps = slices(node, parts)
    index = [slice(None)] * x.ndim
    for start, stop, axis, step in zip(starts, stops, along, steps, strict=True):
        index[axis] = slice(start, None if stop < -(2**31) else stop, step)
    return x[tuple(index)]


def slices(node: Node, parts: Any) -> list[list[int]]:
    """Starts, ends, axes and steps of a Slice."""
    if not parts:
        parts = [
            np.array(node.attributes[name])
            for name in ("starts", "ends", "axes")
            if name in node.attributes
        ]
    rows = [[int(number) for number in part.ravel()] for part in parts if part is not None]
    rows += [list(range(len(rows[0])))] if len(rows) < 3 else []
    return rows + ([[1] * len(rows[0])] if len(rows) < 4 else [])


def _gather(node: Node, x: np.ndarray, index: np.ndarray) -> np.ndarray:
    axis = node.attributes.get("axis", 0)
    bounded((x.size // max(x.shape[axis], 1), index.size))
    return np.take(x, index, axis=axis)


def _concat(node: Node, *parts: np.ndarray) -> np.ndarray:
    bounded([sum(part.size for part in parts)])
    return np.concatenate(parts, node.attributes["axis"])


def _squeeze(node: Node, x: np.ndarray, given: np.ndarray | None = None) -> np.ndarray:
    along = axes(node, given)
    return x.squeeze() if along is None else x.squeeze(tuple(along))


def _constant_of_shape(node: Node, shape: np.ndarray) -> np.ndarray:
    value = node.attributes.get("value", np.zeros(1, np.float32))
    return np.full(bounded(_one_sample(shape)), value.ravel()[0])


def _expand(node: Node, x: np.ndarray, shape: np.ndarray) -> np.ndarray:
    return np.broadcast_to(x, np.broadcast_shapes(x.shape, bounded(_one_sample(shape))))


def _one_sample(shape: np.ndarray) -> np.ndarray:
    """The shape for one sample: Shape says 0 for the batch, and an empty array tells nothing."""
    return np.where(shape == 0, 1, shape)


FOLDED: dict[str, Callable[..., np.ndarray]] = {
    "Constant": _constant,
    "Identity": lambda node, x: x,
    "Cast": lambda node, x: x.astype(KINDS[node.attributes["to"]]),
    "Shape": lambda node, x: np.array(x.shape)[
        node.attributes.get("start", 0) : node.attributes.get("end", 8)
    ],
    "Gather": _gather,
    "Slice": _slice,
    "Concat": _concat,
    "Squeeze": _squeeze,
    "Unsqueeze": lambda node, x, given=None: np.expand_dims(x, tuple(axes(node, given))),
    "Transpose": lambda node, x: x.transpose(node.attributes.get("perm")),
    "Reshape": lambda node, x, shape: x.reshape(shape),
    "Flatten": lambda node, x: x.reshape(math.prod(x.shape[: node.attributes.get("axis", 1)]), -1),
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "Mod": lambda node, x, y: (np.fmod if node.attributes.get("fmod") else np.mod)(x, y),
    "Equal": lambda node, x, y: np.equal(x, y),
    "Floor": lambda node, x: np.floor(x),
    "ReduceProd": lambda node, x, *rest: np.prod(
        x, keepdims=bool(node.attributes.get("keepdims", 1))
    ).astype(x.dtype),
}
MOVED = {"Identity", "Cast", "Gather", "Slice", "Concat", "Squeeze", "Unsqueeze", "Reshape"}
SHAPED_BY = {"ConstantOfShape", "Expand", "Shape"}
