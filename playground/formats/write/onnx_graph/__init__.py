"""ONNX: one graph with its weights, NAME.onnx, operators of version 17.

An entry of LAYERS is (graph, step, x) → the name of what comes out.
"""

from __future__ import annotations

from playground.formats.write.model import Model
from playground.formats.write.onnx_graph import activations, blocks, images, numbers, recurrent
from playground.formats.write.onnx_graph.graph import ACTIVATIONS, LAYERS, Graph

__all__ = [
    "ACTIVATIONS",
    "LAYERS",
    "activations",
    "blocks",
    "files",
    "images",
    "numbers",
    "recurrent",
]

OPERATORS = 17  # LayerNormalization came with 17; what reads newer ones also reads these
IR = 8  # the file format of that time


def files(model: Model) -> dict[str, bytes]:
    """The graph, by file name."""
    from onnx import TensorProto, helper

    graph = Graph()
    graph.outputs.append("input")
    x = "input"
    for step in model.steps:
        graph.prefix = f"{step.name}."
        x = LAYERS[step.layer.type](graph, step, x)
        graph.outputs.append(x)
    graph.nodes.append(helper.make_node("Identity", [x], ["output"], "output"))
    value = helper.make_tensor_value_info
    proto = helper.make_graph(
        graph.nodes,
        model.name,
        [value("input", TensorProto.FLOAT, ["N", *model.input_shape])],
        [value("output", TensorProto.FLOAT, ["N", *model.output_shape])],
        graph.initializers,
        doc_string=f"Reads {model.reads}. Gives {model.gives}.",
    )
    whole = helper.make_model(
        proto,
        opset_imports=[helper.make_opsetid("", OPERATORS)],
        ir_version=IR,
        producer_name="network playground",
    )
    return {f"{model.name}.onnx": whole.SerializeToString()}
