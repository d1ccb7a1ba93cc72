"""Trees as an ONNX graph: a TreeEnsembleRegressor of ai.onnx.ml, and what makes answers of it.

Thresholds and values stand as they are, in double precision, so that every sample takes the same
way; "output" is what `predict` gives, in single precision, and "label" the class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.data import Data
from playground.engine import FrozenNetwork
from playground.formats.write import onnx_graph
from playground.formats.write.model import Model, Trained
from playground.formats.write.onnx_graph.graph import Graph
from playground.trees import Ensemble
from playground.trees.joined import Deep
from playground.trees.tree import LEAF

DOMAIN, VERSION = "ai.onnx.ml", 3  # double precision came with 3


@dataclass(frozen=True)
class Inside:
    """The network before the trees, as one that was trained by itself."""

    data: Data
    network: FrozenNetwork

    def freeze(self) -> FrozenNetwork:
        """Itself."""
        return self.network


def files(trained: Trained, trees: Ensemble, name: str) -> dict[str, bytes]:
    """The graph, by file name; of trees behind a network with the network's layers first."""
    from onnx import TensorProto, helper

    graph, shape = Graph(), trained.data.shape
    graph.domains[DOMAIN] = VERSION
    if isinstance(trees, Deep) and trees.network is not None:
        model = Model.of(Inside(trained.data, trees.network), name)
        steps = model.steps if not trees.stages else model.steps[:-1]
    else:
        model, steps = Model(name, shape, (trees.answers.width,), (), "", "", False), ()
    if isinstance(trees, Deep) and not trees.stages:
        return onnx_graph.files(model)
    x = graph.add("Flatten", onnx_graph.emit(graph, steps), axis=1)
    x = graph.add("Cast", x, to=TensorProto.DOUBLE)
    output = _output(graph, trees, x)
    graph.nodes.append(helper.make_node("Cast", [output], ["output"], to=TensorProto.FLOAT))
    value = helper.make_tensor_value_info
    outputs = [value("output", TensorProto.FLOAT, ["N", trees.answers.width])]
    if trees.answers.count:
        graph.nodes.append(helper.make_node("Identity", [_label(graph, trees, output)], ["label"]))
        outputs.append(value("label", TensorProto.INT64, ["N"]))
    about = f"Gives {trees.answers.kind.replace('_', '-')}, and the number of the class."
    return onnx_graph.whole(graph, model, outputs, about)


def _output(graph: Graph, trees: Ensemble, x: str) -> str:
    """The outputs [N, k] in double precision."""
    if not trees.stages:
        return _constant(graph, trees, x)
    if trees.combine == "median":
        return _median(graph, trees, x)
    if trees.combine != "votes":
        values = [tree.value for tree in trees.trees]
        if trees.combine == "sum":
            values = [stage.weight * tree.value for stage in trees.stages for tree in stage.trees]
        return _ensemble(graph, trees, x, values)
    count = len(trees.answers.present)
    values = []
    for stage in trees.stages:
        mine = np.arange(count) == stage.trees[0].value.argmax(axis=1)[:, None]
        values.append(np.where(mine, stage.weight, -1 / max(count - 1, 1) * stage.weight))
    total = _ensemble(graph, trees, x, values)
    whole = np.sum([stage.weight for stage in trees.stages])
    total = graph.add("Div", total, graph.array("weight", whole, np.float64))
    if count != 2:
        return total
    first, second = graph.add("Split", total, outputs=2, axis=1)
    return graph.add("Sub", second, first)


def _constant(graph: Graph, trees: Ensemble, x: str) -> str:
    """The answer of no tree, for each sample."""
    zeros = graph.add("ReduceSum", x, graph.whole("inputs", 1), keepdims=1)
    zeros = graph.add("Mul", zeros, graph.array("zero", 0.0, np.float64))
    return graph.add("Add", zeros, graph.array("start", trees.start[None], np.float64))


def _median(graph: Graph, trees: Ensemble, x: str) -> str:
    """The weighted median of what the trees say: each has an output of its own."""
    count = len(trees.trees)
    said = _ensemble(graph, trees, x, [tree.value for tree in trees.trees], apart=True)
    ordered, places = graph.add(
        "TopK", said, graph.whole("count", count), outputs=2, axis=1, largest=0
    )
    weights = [stage.weight for stage in trees.stages]
    share = graph.add("Gather", graph.array("weights", weights, np.float64), places)
    share = graph.add("CumSum", share, graph.whole("along", 1))
    half = graph.add(
        "Slice",
        share,
        graph.whole("last", count - 1),
        graph.whole("end", count),
        graph.whole("axis", 1),
    )
    half = graph.add("Mul", half, graph.array("half", 0.5, np.float64))
    met = graph.add("Cast", graph.add("GreaterOrEqual", share, half), to=6)  # int32
    return graph.add("GatherElements", ordered, graph.add("ArgMax", met, axis=1), axis=1)


def _ensemble(
    graph: Graph, trees: Ensemble, x: str, values: list[np.ndarray], apart: bool = False
) -> str:
    """Σ over the trees of the values of the leaves, or the mean; apart: one output a tree."""
    from onnx import helper, numpy_helper

    whole, leaf = _nodes(trees), []
    for place, (tree, value) in enumerate(zip(trees.trees, values, strict=True)):
        ends = np.flatnonzero(tree.feature == LEAF)
        columns = np.arange(value.shape[1])
        if apart:
            columns = np.array([place])
        elif trees.combine == "sum":
            columns = np.array([place % trees.answers.width])
        leaf.append(
            (
                np.full(len(ends) * len(columns), place),
                np.repeat(ends, len(columns)),
                np.tile(columns, len(ends)),
                value[ends].ravel(),
            )
        )
    owners, ends, columns, value = (np.concatenate(part) for part in zip(*leaf, strict=True))
    width = len(trees.trees) if apart else int(columns.max()) + 1
    starts = trees.start if trees.combine == "sum" else np.zeros(width)
    out = f"trees{len(graph.nodes)}"
    graph.nodes.append(
        helper.make_node(
            "TreeEnsembleRegressor",
            [x],
            [f"{out}_single"],
            out,
            domain=DOMAIN,
            n_targets=width,
            aggregate_function="AVERAGE" if trees.combine == "mean" else "SUM",
            base_values_as_tensor=numpy_helper.from_array(np.asarray(starts, np.float64)),
            target_treeids=owners.tolist(),
            target_nodeids=ends.tolist(),
            target_ids=columns.tolist(),
            target_weights_as_tensor=numpy_helper.from_array(np.asarray(value, np.float64)),
            **whole,
        )
    )
    return graph.add("Cast", f"{out}_single", to=11)  # double


def _nodes(trees: Ensemble) -> dict[str, Any]:
    """The rules of all trees, as the operator wants them."""
    from onnx import numpy_helper

    def joined(name: str) -> list[int]:
        parts = [np.maximum(getattr(tree, name), 0) for tree in trees.trees]
        return np.concatenate(parts).tolist()

    sizes = [tree.nodes for tree in trees.trees]
    features = np.concatenate([tree.feature for tree in trees.trees])
    thresholds = np.concatenate([tree.threshold for tree in trees.trees])
    return {
        "nodes_treeids": np.repeat(np.arange(len(sizes)), sizes).tolist(),
        "nodes_nodeids": np.concatenate([np.arange(size) for size in sizes]).tolist(),
        "nodes_featureids": joined("feature"),
        "nodes_truenodeids": joined("left"),
        "nodes_falsenodeids": joined("right"),
        "nodes_values_as_tensor": numpy_helper.from_array(thresholds.astype(np.float64)),
        "nodes_modes": ["LEAF" if feature == LEAF else "BRANCH_LEQ" for feature in features],
    }


def _label(graph: Graph, trees: Ensemble, output: str) -> str:
    """The number of the class that the outputs speak for: int64 [N]."""
    answers = trees.answers
    known = graph.array("classes", answers.present, np.int64)
    if answers.width > 1 or len(answers.present) == 1:
        place = graph.add("ArgMax", output, axis=1, keepdims=0)
        return graph.add("Gather", known, place)
    zero = graph.array("nothing", 0.0, np.float64)
    rule = "Greater" if answers.kind == "votes" else "GreaterOrEqual"
    second = graph.add("Cast", graph.add(rule, output, zero), to=7)  # int64
    flat = graph.add("Reshape", second, graph.whole("row", -1))
    return graph.add("Gather", known, flat)
