"""ONNX: one graph with its weights, NAME.onnx, operators of version 17.

An entry of LAYERS is (graph, step, x) → the name of what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.formats.write.model import Model, Step
from playground.formats.write.onnx_graph import activations, blocks, images, numbers, recurrent
from playground.formats.write.onnx_graph.graph import ACTIVATIONS, LAYERS, Graph

__all__ = [
    "ACTIVATIONS",
    "LAYERS",
    "activations",
    "blocks",
    "emit",
    "files",
    "images",
    "numbers",
    "recurrent",
    "whole",
]

OPERATORS = 17  # LayerNormalization came with 17; what reads newer ones also reads these
IR = 8  # the file format of that time


def files(model: Model) -> dict[str, bytes]:
    """The graph, by file name."""
    from onnx import TensorProto, helper

    graph = Graph()
    x = emit(graph, model.steps)
    graph.nodes.append(helper.make_node("Identity", [x], ["output"], "output"))
    value = helper.make_tensor_value_info
    return whole(
        graph,
        model,
        [value("output", TensorProto.FLOAT, ["N", *model.output_shape])],
        f"Reads {model.reads}. Gives {model.gives}.",
    )


def emit(graph: Graph, steps: Sequence[Step]) -> str:
    """The nodes of these layers, which read "input"; returns the name of what comes out."""
    x = "input"
    graph.outputs.append(x)
    for step in steps:
        graph.prefix = f"{step.name}."
        x = LAYERS[step.layer.type](graph, step, x)
        graph.outputs.append(x)
    graph.prefix = ""
    return x


def whole(graph: Graph, model: Model, outputs: list[Any], about: str) -> dict[str, bytes]:
    """A graph that reads `model`'s inputs, as a file by its name."""
    from onnx import TensorProto, helper

    shape: list[str | int | None] = ["N", *model.input_shape]
    proto = helper.make_graph(
        graph.nodes,
        model.name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        outputs,
        graph.initializers,
        doc_string=about,
    )
    operators = [("", OPERATORS), *((name, version) for name, version in graph.domains.items())]
    file = helper.make_model(
        proto,
        opset_imports=[helper.make_opsetid(*operator) for operator in operators],
        ir_version=IR,
        producer_name="network playground",
    )
    return {f"{model.name}.onnx": file.SerializeToString()}
