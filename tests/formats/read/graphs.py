"""Small ONNX files, written operator by operator."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(3)


def numbers(*shape: int) -> np.ndarray:
    return RANDOM.uniform(-1, 1, shape).astype(np.float32)


def node(operator: str, inputs: str, output: str, **attributes: Any) -> onnx.NodeProto:
    """`inputs` are names with a space between; "-" stands for one left out."""
    names = ["" if name == "-" else name for name in inputs.split()]
    return helper.make_node(operator, names, output.split(), **attributes)


def model(
    nodes: list,
    arrays: dict[str, Any],
    shape: list,
    version: int = 17,
    kind: int = TensorProto.FLOAT,
) -> onnx.ModelProto:
    """A graph from "x" of this shape to "y"."""
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()],
    )
    versions = [helper.make_opsetid("", version)]
    return helper.make_model(graph, opset_imports=versions, ir_version=8)


def dense(units: int, features: int) -> dict[str, np.ndarray]:
    return {"w": numbers(units, features), "b": numbers(units)}


LINE = model([node("Gemm", "x w b", "y", transB=1)], dense(3, 4), ["N", 4])
