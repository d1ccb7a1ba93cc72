"""What a graph computes before any sample comes: shapes, slices and other small arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.files import FileError
from playground.importing import curves
from playground.importing.graph import Node

LARGEST = 20_000_000  # numbers
KINDS = {1: np.float32, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float32, 11: np.float32}


def fold(node: Node, inputs: list[np.ndarray | None]) -> np.ndarray:
    """The array that a node makes of arrays; FileError where that is beyond us."""
    try:
        if node.operator in curves.OPERATORS:
            given = [value for value in inputs if value is not None]
            with np.errstate(all="ignore"):
                if len(given) > 1:
                    _bounded(np.broadcast_shapes(*(np.shape(value) for value in given)))
                result = curves.OPERATORS[node.operator](*given, **node.attributes)
            return np.asarray(result, inputs[0].dtype)
        if node.operator not in FOLDED:
            raise FileError(f"The operator {node} reads constants alone, and we have no such one.")
        return FOLDED[node.operator](node, *inputs)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"The operator {node} does not fit its constants: {error}.") from None


def axes(node: Node, given: np.ndarray | None, default: Any = None) -> Any:
    """The axes of an operator: an attribute once, an input since."""
    if given is not None:
        return [int(axis) for axis in given.ravel()]
    found = node.attributes.get("axes", default)
    return [found] if isinstance(found, int) else found


def _bounded(shape: Any) -> tuple[int, ...]:
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
        parts = [np.array(node.attributes[name]) for name in ("starts", "ends", "axes")
                 if name in node.attributes]
    found = [[int(number) for number in part.ravel()] for part in parts if part is not None]
    found += [list(range(len(found[0])))] if len(found) < 3 else []
    return found + ([[1] * len(found[0])] if len(found) < 4 else [])


def _gather(node: Node, x: np.ndarray, index: np.ndarray) -> np.ndarray:
    _bounded((x.size // max(x.shape[0], 1), index.size))
    return np.take(x, index, axis=node.attributes.get("axis", 0))


def _squeeze(node: Node, x: np.ndarray, given: np.ndarray | None = None) -> np.ndarray:
    along = axes(node, given)
    return x.squeeze() if along is None else x.squeeze(tuple(along))


def _constant_of_shape(node: Node, shape: np.ndarray) -> np.ndarray:
    value = node.attributes.get("value", np.zeros(1, np.float32))
    return np.full(_bounded(shape), value.ravel()[0])


def _expand(node: Node, x: np.ndarray, shape: np.ndarray) -> np.ndarray:
    return np.broadcast_to(x, _bounded(np.broadcast_shapes(x.shape, _bounded(shape))))


FOLDED: dict[str, Callable[..., np.ndarray]] = {
    "Constant": _constant,
    "Identity": lambda node, x: x,
    "Cast": lambda node, x: x.astype(KINDS[node.attributes["to"]]),
    "Shape": lambda node, x: np.array(x.shape)[
        node.attributes.get("start", 0) : node.attributes.get("end", 8)],
    "Gather": _gather,
    "Slice": _slice,
    "Concat": lambda node, *parts: np.concatenate(parts, node.attributes["axis"]),
    "Squeeze": _squeeze,
    "Unsqueeze": lambda node, x, given=None: np.expand_dims(x, tuple(axes(node, given))),
    "Transpose": lambda node, x: x.transpose(node.attributes.get("perm")),
    "Reshape": lambda node, x, shape: x.reshape(shape),
    "Flatten": lambda node, x: x.reshape(math.prod(x.shape[: node.attributes.get("axis", 1)]), -1),
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "ReduceProd": lambda node, x, *rest: np.prod(
        x, keepdims=bool(node.attributes.get("keepdims", 1))).astype(x.dtype),
}  # fmt: skip
