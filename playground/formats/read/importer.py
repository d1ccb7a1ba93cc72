"""From the nodes of a graph to a stack of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import constants, curves
from playground.formats.read.elementwise import elementwise
from playground.formats.read.graph import INTEGERS, Graph, Node
from playground.formats.read.operator_table import OPERATORS
from playground.formats.read.settling import Settling
from playground.formats.read.stack import Stack
from playground.formats.read.value import ORDERS, PAIR, ROW, Value

SHAPES = {("Reshape", 1), ("Resize", 3)}  # inputs that hold the shape of the output
MISFITS = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)


class Importer(Settling):
    """Goes over the nodes of a graph and builds a stack of layers.

    `channels_last`: the graph's images are [N, height, width, channels]; ours have channels first.
    """

    def __init__(self, graph: Graph, channels_last: bool = False) -> None:
        self.graph = graph
        shape, axes = _input(graph)
        data = Value(0, shape, axes, whole=graph.input_kind in INTEGERS)
        if channels_last:
            height, width, channels = shape
            shape = channels, height, width
            data = replace(data, shape=shape).transposed([1, 2, 0])
        super().__init__(Stack(shape))
        self.values: dict[str, Any] = {**graph.arrays, graph.input: data}
        self.counted: dict[str, np.ndarray] = {}  # where an array holds the size of the batch
        self.uses: Counter[str] = Counter([graph.output])
        self.folded = 0  # numbers in arrays that were computed

    def run(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray], tuple, tuple]:
        """Layers, state, and the shapes of input and output."""
        nodes = list(self.ordered())
        for node in nodes:
            self.uses.update(filter(None, node.inputs))
        for node in nodes:
            if unknown := [name for name in node.inputs if name and name not in self.values]:
                raise FileError(
                    f"The operator {node} reads {unknown[0]}, which is not the first "
                    "thing that an operator makes."
                )
            given = [self.values[name] if name else None for name in node.inputs]
            self.shared.update(
                self.values[name].layer
                for name in node.inputs
                if self.uses[name] > 1 and isinstance(self.values[name], Value)
            )
            try:
                made = self.made(node, given)
            except FileError:
                raise
            except MISFITS as error:
                raise FileError(
                    f"The operator {node} does not fit what it reads: {error}."
                ) from None
            if isinstance(made, np.ndarray):
                self.folded += made.size
                constants.bounded([self.folded])
            self.values.update(made if isinstance(made, dict) else {node.outputs[0]: made})
        output = self.values.get(self.graph.output)
        if not isinstance(output, Value):
            raise FileError("The output of this ONNX file does not depend on its input.")
        if output.axes == PAIR:
            output = replace(output, axes=ROW)
        value = self.natural("that ends the graph", output)
        self.layer("that ends the graph", value.viewed(value.shape or (1,)))
        if not self.stack.layers:
            raise FileError("This ONNX file holds no layer.")
        layers, state = self.stack.finished()
        return layers, state, self.stack.shapes[0], self.stack.shapes[-1]

    def ordered(self) -> Iterator[Node]:
        """The nodes that the output needs, each after those whose values it reads."""
        done, open_nodes = set(self.values), set()
        waiting = [(self.graph.output, False)]
        while waiting:
            name, returned = waiting.pop()
            if name in done or not name:
                continue
            node = self.graph.makers.get(name)
            if node is None:
                raise FileError(f"This ONNX file reads the value {name}, which it does not make.")
            if returned:
                done.update(node.outputs)
                yield node
            elif id(node) in open_nodes:
                raise FileError(
                    f"This ONNX file goes round in a circle: the operator {node} reads "
                    "what it makes."
                )
            else:
                open_nodes.add(id(node))
                waiting.append((name, True))
                waiting += [(source, False) for source in reversed(node.inputs)]

    def made(self, node: Node, given: list[Any]) -> Any:
        """What a node makes: a value, an array, or several by name."""
        if any(isinstance(value, Value) for value in given):
            self.check_sizes(node)
            if node.operator in curves.OPERATORS:
                return elementwise(self, node, given)
            if node.operator not in OPERATORS:
                raise FileError(
                    f"We have no layer for the operator {node}: build the network without it, and "
                    "export it again."
                )
            return OPERATORS[node.operator](self, node, *given)
        if any(name in self.counted for name in node.inputs):
            marks = constants.counted(node, given, [self.counted.get(n) for n in node.inputs])
            if marks.any():
                self.counted[node.outputs[0]] = marks
        return constants.fold(node, given)

    def check_sizes(self, node: Node) -> None:
        """FileError where a number that depends on the size of the batch is more than that size."""
        for place, name in enumerate(node.inputs):
            marks = self.counted.get(name)
            if marks is None:
                continue
            axes = getattr(self.values[node.inputs[0]], "axes", "N").replace("DF", "F")
            samples = axes.find("N")
            shape = (node.operator, place) in SHAPES and not node.attributes.get("axes")
            if not shape or np.delete(marks, samples).any() or (marks > 1).any():
                raise FileError(f"The operator {node} computes with the number of samples.")

    def used_by(self, name: str) -> list[str]:
        """The operators that read a value."""
        return [node.operator for node in self.graph.makers.values() if name in node.inputs]

    # ---- recurrent layers ----
    def last_step(self, node: Node, x: Value) -> Value:
        """The last step of a sequence, which is an option of the layer that makes it."""
        layer = self.stack.layers[x.layer - 1] if x.layer else {}
        if not layer.get("return_sequences") or x.layer != self.stack.tip or not x.plain:
            raise FileError(
                f"The operator {node} takes the last step of a sequence; here that can "
                "only be what a recurrent layer has just made."
            )
        if layer["bidirectional"] and x.shape[0] > 1:
            raise FileError(
                f"The operator {node} takes the last step of both directions; here "
                "each gives what it read last, as in Y_h."
            )
        layer["return_sequences"] = False
        self.stack.shapes[-1] = x.shape[1:]
        return replace(x, shape=x.shape[1:], axes=x.axes.replace("T", ""))

    def directions(self, layer: int) -> int:
        """In how many directions the layer reads a sequence."""
        return 2 if layer and self.stack.layers[layer - 1].get("bidirectional") else 1


def _input(graph: Graph) -> tuple[tuple[int, ...], str]:
    """The shape of one sample, and in which order the graph has its axes."""
    sizes = list(graph.input_sizes)
    steps_first = len(sizes) == 3 and sizes[0] is not None and sizes[1] is None
    batch = 1 if steps_first else 0
    sample = [size for place, size in enumerate(sizes) if place != batch]
    if len(sample) not in ORDERS:
        raise FileError(
            f"The input of this ONNX file has {len(sizes)} axes; rows, sequences and "
            "images have 2, 3 and 4."
        )
    shape = tuple(size for size in sample if size is not None)
    if len(shape) < len(sample):
        raise FileError(
            f"The input of this ONNX file has open sizes besides the batch: "
            f"{[size or '?' for size in sizes]}. Save it with sizes that are fixed."
        )
    return shape, "TNF" if steps_first else ORDERS[len(shape)]
