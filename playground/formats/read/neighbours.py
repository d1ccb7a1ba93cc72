"""Local response normalisation of an even size, which ONNX has no operator for.

Of an even number of maps ONNX's LRN takes one more after the middle, ours and PyTorch's one more
before it. So it goes out as x / (k + Σ near · x²)^β, where `near` is a convolution of one pixel
that adds up the maps around each; here it is found again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.read.graph import Graph, Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import short
from playground.formats.read.value import IMAGE, Value

NAME = "Div by neighbouring maps"
MOST_MAPS = 1024


def neighbours_joined(graph: Graph) -> None:
    """Let one node stand for the five that divide by neighbouring maps."""
    for name, node in list(graph.makers.items()):
        joined = node.operator == "Div" and len(node.inputs) == 2
        if joined and (options := _options(graph, node)):
            graph.makers[name] = Node(NAME, node.name, node.inputs[:1], node.outputs, options)


@operator(NAME)
def divided(to: Importer, node: Node, x: Any) -> Value:
    to.layer(node, x, IMAGE)
    return to.stack.add(node, "local_response_norm", **node.attributes)


def _options(graph: Graph, div: Node) -> dict[str, Any] | None:
    """Size, α, β and k, if these are the five nodes; else None."""
    value, arrays = div.inputs[-1], []
    for kind in ("Pow", "Add", "Conv", "Mul"):
        node = graph.makers.get(value)
        if node is None or node.operator != kind or len(node.inputs) != 2 or node.attributes:
            return None
        value, other = node.inputs
        arrays.append(graph.arrays.get(other))
    beta, k, near, _ = arrays
    if value != other or value != div.inputs[0]:
        return None
    if beta is None or k is None or near is None:
        return None
    size, share = _band(near)
    if not size or (beta.size, k.size) != (1, 1):
        return None
    return {
        "size": size,
        "alpha": short(share * size),
        "beta": short(beta.item()),
        "k": short(k.item()),
    }


def _band(near: np.ndarray) -> tuple[int, float]:
    """How many maps around each are added up, and the share of each; 0 if it is anything else."""
    maps = near.shape[0] if near.ndim else 0
    if near.shape != (maps, maps, 1, 1) or not 0 < maps <= MOST_MAPS:
        return 0, 0.0
    if not near.any():
        return 1, 0.0
    weights, share = near[:, :, 0, 0], float(near[0, 0, 0, 0])
    after, before = np.count_nonzero(weights[0]) - 1, np.count_nonzero(weights[:, 0]) - 1
    distance = np.arange(maps) - np.arange(maps)[:, None]
    band = (-before <= distance) & (distance <= after)
    if before - after not in (0, 1) or not np.array_equal(weights, share * band):
        return 0, 0.0
    return int(before + after + 1), share
