"""ONNX's operators on sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.write.model import Step
from playground.formats.write.onnx_graph.graph import Graph, layer

# ONNX has the gates in another order than PyTorch: i, o, f, g and z, r, n.
RECURRENT = {"simple_rnn": ("RNN", [0]), "lstm": ("LSTM", [0, 3, 1, 2]), "gru": ("GRU", [1, 0, 2])}


@layer("simple_rnn", "lstm", "gru")
def recurrent(graph: Graph, step: Step, x: str) -> str:
    """ONNX has the time first, and one operator a layer."""
    piece = step.layer
    ends = ["", "_reverse"] if piece.bidirectional else [""]
    directions = len(ends)
    options: dict[str, Any] = {"hidden_size": piece.units}
    if piece.bidirectional:
        options["direction"] = "bidirectional"
    if piece.type == "gru":
        options["linear_before_reset"] = 1
    if piece.type == "simple_rnn":
        options["activations"] = [piece.activation.capitalize()] * directions
    x = graph.add("Transpose", x, perm=[1, 0, 2])
    for number in range(piece.num_layers):
        arrays = _gates(graph, step, number, ends)
        y, state, *_ = graph.add(RECURRENT[piece.type][0], x, *arrays, outputs=2, **options)
        if number < piece.num_layers - 1 or piece.return_sequences:  # [time, directions, N, units]
            turned = graph.add("Transpose", y, perm=[0, 2, 1, 3])
            x = graph.add("Reshape", turned, graph.whole("side", 0, 0, directions * piece.units))
    if piece.return_sequences:
        return graph.add("Transpose", x, perm=[1, 0, 2])
    turned = graph.add("Transpose", state, perm=[1, 0, 2])
    return graph.add("Reshape", turned, graph.whole("row", 0, directions * piece.units))


def _gates(graph: Graph, step: Step, number: int, ends: list[str]) -> list[str]:
    """The weights of one layer: W, R and both biases in one, a row a direction."""
    order = RECURRENT[step.layer.type][1]

    def rows(name: str, end: str) -> np.ndarray:
        gates = np.split(step.arrays[f"{name}_l{number}{end}"], len(order))
        return np.concatenate([gates[gate] for gate in order])

    stacked = {
        name: np.stack([rows(name, end) for end in ends])
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    biases = np.concatenate([stacked["bias_ih"], stacked["bias_hh"]], 1)
    return [
        graph.array(f"W{number}", stacked["weight_ih"]),
        graph.array(f"R{number}", stacked["weight_hh"]),
        graph.array(f"B{number}", biases),
    ]
