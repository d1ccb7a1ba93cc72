"""ONNX's RNN, LSTM and GRU."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.graph import Graph, Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.value import Value

# Our layer, where its gates (PyTorch's order) are in ONNX's (i, o, f, g and z, r, n), and curves.
KINDS = {
    "RNN": ("simple_rnn", [0], ["Tanh"]),
    "LSTM": ("lstm", [0, 2, 3, 1], ["Sigmoid", "Tanh", "Tanh"]),
    "GRU": ("gru", [1, 0, 2], ["Sigmoid", "Tanh"]),
}
SIDES = {"forward": ("",), "bidirectional": ("", "_reverse")}


@operator("RNN", "LSTM", "GRU")
def recurrent(
    to: Importer,
    node: Node,
    x: Any,
    inputs: Any,
    hidden: Any,
    biases: Any = None,
    lengths: Any = None,
    *start: Any,
) -> dict[str, Value]:
    """A layer; the values of all its steps, or of the last one alone, whichever is used."""
    kind, order, curves = KINDS[node.operator]
    sides, layout, options = _options(node, curves)
    inputs, hidden, biases = weights(node, inputs, hidden, biases)
    if inputs.ndim != 3 or hidden.ndim != 3 or len(inputs) != len(sides):
        raise FileError(f"The operator {node} has weights of shape {list(inputs.shape)}.")
    units = hidden.shape[2]
    value = _sequence(to, node, x, "NTF" if layout else "TNF")
    if lengths is not None and set(np.ravel(weights(node, lengths)[0])) != {value.shape[0]}:
        raise FileError(f"The operator {node} reads sequences of several lengths.")
    if any(array.any() for array in weights(node, *start) if array is not None):
        raise FileError(f"The operator {node} starts from something that it remembers already.")
    rows = len(order) * units
    biases = np.zeros((len(sides), 2 * rows), np.float32) if biases is None else biases
    arrays = {}
    for number, side in enumerate(sides):
        parts = (inputs[number], hidden[number], biases[number, :rows], biases[number, rows:])
        for name, part in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), parts, strict=True):
            gates = np.split(part, len(order))
            arrays[f"{name}_l0{side}"] = np.concatenate([gates[gate] for gate in order])
    steps, last = (*node.outputs, "", "")[:2]
    if to.uses[steps] and to.uses[last]:
        raise FileError(
            f"We have no layer that gives both all steps and the last one, as the "
            f"operator {node} does."
        )
    to.stack.reach(node, value.layer, value.shape)
    to.stack.add(
        node,
        kind,
        arrays,
        units=units,
        bidirectional=len(sides) == 2,
        return_sequences=not to.uses[last],
        **options,
    )
    shape = to.stack.shapes[-1]
    axes = ("NTDF", "NDF") if layout else ("TDNF", "DNF")
    if to.uses[last]:
        return {last: Value(to.stack.tip, shape, axes[1])}
    return {steps: Value(to.stack.tip, shape, axes[0])}


def _options(node: Node, usual: list[str]) -> tuple[tuple[str, ...], int, dict[str, str]]:
    """Names of the directions, where the batch stands, and the options of the layer."""
    direction, layout, curves, _, clip, coupled, late, *slopes = node.options(
        direction="forward",
        layout=0,
        activations=None,
        hidden_size=0,
        clip=0.0,
        input_forget=0,
        linear_before_reset=0,
        activation_alpha=None,
        activation_beta=None,
    )
    if direction not in SIDES:
        raise node.lacks("direction", direction)
    for name, value in (
        ("clip", clip),
        ("input_forget", coupled),
        ("activation_alpha", slopes[0]),
        ("activation_beta", slopes[1]),
    ):
        if value:
            raise node.lacks(name, value)
    if node.operator == "GRU" and not late:
        raise node.lacks("linear_before_reset", late, ": the gate comes after the product")
    sides = SIDES[direction]
    activations = curves or usual * len(sides)
    if node.operator == "RNN" and set(activations) in ({"Tanh"}, {"Relu"}):
        return sides, layout, {"activation": activations[0].lower()}
    if activations != usual * len(sides):
        raise node.lacks("activations", activations)
    return sides, layout, {}


def _sequence(to: Importer, node: Node, x: Any, axes: str) -> Value:
    """The value as a sequence whose axes the graph has in this order."""
    value = to.complete(node, x)
    if value.axes != axes or value.order is not None:
        raise FileError(
            f"The operator {node} reads values with their axes in another order than its layout."
        )
    return value


def states_apart(graph: Graph) -> None:
    """Let what picks one layer's state out of those of several read that layer alone.

    PyTorch puts the states of all layers on top of each other (Concat), even where only the last
    one is used (Gather); otherwise the lower layers would have to give all steps and their state.
    """
    for node in list(graph.makers.values()):
        stacked = graph.makers.get(node.inputs[0]) if node.inputs else None
        if node.operator != "Gather" or stacked is None or stacked.operator != "Concat":
            continue
        directions = [_directions_of_state(graph, name) for name in stacked.inputs]
        sides = [count for count in directions if count is not None]
        index = _constant(graph, node.inputs[-1])
        along = {maker.attributes.get("axis", 0) for maker in (node, stacked)}
        if (
            len(sides) < len(directions)
            or index is None
            or along != {0}
            or not -sum(sides) <= index < sum(sides)
        ):
            continue
        index %= sum(sides)
        for name, count in zip(stacked.inputs, sides, strict=True):
            if index < count:
                graph.arrays[f"direction {index}"] = np.array(index)
                inputs = name, f"direction {index}"
                graph.makers[node.outputs[0]] = replace(node, inputs=inputs)
                break
            index -= count


def _directions_of_state(graph: Graph, name: str) -> int | None:
    """How many directions the state of this name has; None if it is no recurrent layer's."""
    node = graph.makers.get(name)
    if node is None or node.operator not in KINDS or node.outputs.index(name) != 1:
        return None
    return len(SIDES.get(node.attributes.get("direction", "forward"), ("",)))


def _constant(graph: Graph, name: str) -> int | None:
    """The whole number that stands under this name, in the file or in a node."""
    array = graph.arrays.get(name)
    if array is None and name in graph.makers:
        array = graph.makers[name].attributes.get("value")
    if not isinstance(array, np.ndarray) or array.size != 1 or array.dtype.kind != "i":
        return None
    return int(array.ravel()[0])
