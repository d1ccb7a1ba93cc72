"""scikit-learn's scalers and linear models, as skl2onnx writes them (operators of ai.onnx.ml)."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import dense
from playground.formats.read.value import ROW, Value


@operator("Scaler")
def scaler(to: Importer, node: Node, x: Any) -> Value:
    """(x − offset) · scale."""
    offset, scale = node.options(offset=[0.0], scale=[1.0])
    value = to.unpadded(node, x)
    to.wanted(node, value, ROW)
    offset, scale = (np.asarray(part, np.float64) for part in (offset, scale))
    if any(part.shape not in ((1,), value.shape) for part in (offset, scale)):
        raise FileError(
            f"The operator {node} has {offset.size} offsets and {scale.size} scales for samples "
            f"of shape {list(value.shape)}."
        )
    return to.scaled(node, value, scale, -offset * scale)


@operator("LinearRegressor")
def linear_regressor(to: Importer, node: Node, x: Any) -> Value:
    coefficients, intercepts, after, targets = node.options(
        coefficients=None, intercepts=None, post_transform="NONE", targets=1
    )
    if after != "NONE":
        raise node.lacks("post_transform", after)
    return _linear(to, node, x, coefficients, intercepts, targets)


@operator("LinearClassifier")
def linear_classifier(to: Importer, node: Node, x: Any) -> dict[str, Value]:
    """Its second output: what it thinks of each class."""
    coefficients, intercepts, after, _, labels, words = node.options(
        coefficients=None,
        intercepts=None,
        post_transform="NONE",
        multi_class=0,
        classlabels_ints=None,
        classlabels_strings=None,
    )
    classes = len(labels or words or ())
    _linear(to, node, x, coefficients, intercepts, classes)
    if after not in ("SOFTMAX", "LOGISTIC"):
        raise node.lacks("post_transform", after, ": probabilities are needed")
    name = "softmax" if after == "SOFTMAX" else "sigmoid"
    return {node.outputs[1]: to.stack.add(node, "activation", name=name)}


def _linear(
    to: Importer, node: Node, x: Any, coefficients: Any, intercepts: Any, outputs: int
) -> Value:
    value = to.unpadded(node, x)
    to.wanted(node, value, ROW)
    weight = np.asarray(coefficients, np.float32)
    if weight.size != outputs * value.shape[0]:
        raise FileError(
            f"The operator {node} has {weight.size} coefficients for {outputs} outputs and "
            f"samples of shape {list(value.shape)}."
        )
    bias = None if intercepts is None else np.asarray(intercepts, np.float32)
    return dense(to, node, value, weight.reshape(outputs, -1), bias)


@operator("Normalizer")
def normalizer(to: Importer, node: Node, x: Any) -> Value:
    """Shares that add up to one already stay as they are."""
    (norm,) = node.options(norm="MAX")
    value = to.natural(node, x)
    layer = to.stack.layers[value.layer - 1] if value.layer else {}
    if norm != "L1" or layer.get("name") != "softmax":
        raise node.lacks("norm", norm)
    return value
