"""From the nodes of a graph to a stack of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import constants, curves
from playground.formats.read.graph import Graph, Node
from playground.formats.read.operator_table import OPERATORS
from playground.formats.read.stack import FUSED, IMAGE, ORDERS, ROW, STEPS, Stack, Value

MISFITS = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)


class Importer:
    """Goes over the nodes of a graph and builds a stack of layers."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        shape, axes = _input(graph)
        self.stack = Stack(shape)
        self.values: dict[str, Any] = {**graph.arrays, graph.input: Value(0, shape, axes)}
        self.uses: Counter[str] = Counter([graph.output])
        self.recalled: set[int] = set()  # layers that later ones read besides their input
        self.folded = 0  # numbers in arrays that were computed
        self.activated: dict[tuple[int, str], int] = {}

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
            if node.operator in curves.OPERATORS or node.operator == "Sum":
                return self.elementwise(node, given)
            if node.operator not in OPERATORS:
                raise FileError(f"We have no layer for the operator {node}.")
            return OPERATORS[node.operator](self, node, *given)
        return constants.fold(node, given)

    # ---- values ----
    def elementwise(self, node: Node, given: list[Any]) -> Value:
        """An operator on every number by itself, or on the numbers of two values."""
        values = [operand for operand in given if isinstance(operand, Value)]
        first, arrays = values[0], [operand for operand in given if isinstance(operand, np.ndarray)]
        adds = node.operator in ("Add", "Sum")
        if adds and len(arrays) == 1 and len(given) == 2:
            summed = self.add_bias(node, first, arrays[0])
            if summed is not None:
                return summed
        if any(
            (operand.layer, operand.axes, operand.shape) != (first.layer, first.axes, first.shape)
            for operand in values
        ):
            if adds and len(given) == len(values) == 2:
                return self.add_values(node, *values)
            raise FileError(
                f"The operator {node} joins values; here only Add, of two, and Concat do that."
            )
        if any(operand.size != 1 for operand in arrays):
            raise FileError(
                f"The operator {node} reads an array of several numbers, which no "
                "activation of ours does."
            )
        made = self._curves("Add" if adds else node.operator, given, node.attributes)
        options = ", ".join(
            f"{name} = {value:.3g}" if isinstance(value, float) else f"{name} = {value}"
            for name, value in node.attributes.items()
        )
        operators = dict.fromkeys(word for operand in values for word in operand.told)
        operators[f"{node.operator} ({options})" if options else node.operator] = None
        terms = (values[0], values[1]) if adds and len(values) == 2 else None
        return replace(first, curves=made, told=tuple(operators), terms=terms)

    def add_bias(self, node: Node, x: Value, constant: np.ndarray) -> Value | None:
        """A constant that is added to what a layer with biases gives: biases. None if it is not."""
        if not (x.plain and x.layer and constant.size and self.used_once(node)):
            return None
        arrays, kind = self.stack.arrays[x.layer - 1], self.stack.layers[x.layer - 1]["type"]
        trailing = constant.shape[1:] if constant.ndim == len(x.shape) + 1 else constant.shape
        wanted = (x.shape[0], *[1] * (len(x.shape) - 1))
        if kind not in FUSED or x.layer in self.recalled or x.shape != self.stack.shapes[x.layer]:
            return None
        if trailing != wanted and constant.size > 1:
            return None
        arrays["bias"] = (arrays["bias"] + constant.ravel()).astype(np.float32)
        return x

    def add_values(self, node: Node | str, first: Value, second: Value) -> Value:
        """The sum of what two layers give."""
        left, right = (
            self.stack.placed(node, self.settled(node, value)) for value in (first, second)
        )
        if left.axes != right.axes or left.shape != right.shape:
            raise FileError(
                f"The operator {node} adds the shapes {list(left.shape)} and "
                f"{list(right.shape)}; here both must be equal."
            )
        left, right = (left, right) if left.layer >= right.layer else (right, left)
        self.stack.reach(node, left)
        self.recalled.add(right.layer)
        return self.stack.add(node, "add", from_layer=right.layer)

    def _curves(self, operator: str, given: list[Any], attributes: Any) -> curves.Readings:
        """What the operator makes of every way to read its inputs."""
        inputs = [
            curves.readings(value.curves)
            if isinstance(value, Value)
            else None
            if value is None
            else float(value.ravel()[0])
            for value in given
        ]
        while inputs and inputs[-1] is None:
            inputs.pop()
        inputs = [-np.inf if value is None else value for value in inputs]  # Clip's lower bound
        read = [value for value in inputs if isinstance(value, dict)]
        return {
            before: curves.apply(
                operator,
                [value[before] if isinstance(value, dict) else value for value in inputs],
                attributes,
            )
            for before in read[0]
            if all(before in value for value in read)
        }

    def settled(self, what: Node | str, x: Any) -> Value:
        """The value with an activation layer for what elementwise operators do to it."""
        if not isinstance(x, Value):
            raise FileError(f"The operator {what} reads a constant where a value is needed.")
        if x.curves is None:
            return x
        chain = curves.chain(x.curves)
        if chain is None and x.terms:
            return self.add_values(what, *x.terms)
        if chain is None:
            raise FileError(
                f"No activation of ours does what the operators {', '.join(x.told)} do to a value."
            )
        value = replace(x, curves=None, told=(), terms=None)
        for name in chain:
            if (value.layer, name) not in self.activated:
                self.stack.reach(what, replace(value, shape=self.stack.shapes[value.layer]))
                made = self.stack.add(what, "activation", name=name)
                self.activated[value.layer, name] = made.layer
            value = replace(value, layer=self.activated[value.layer, name])
        return value

    def natural(self, what: Node | str, x: Any) -> Value:
        """The settled value, if the graph has its axes in our order."""
        value = self.settled(what, x)
        if value.axes not in ORDERS.values() and value.axes != "N?":
            raise FileError(
                f"The operator {what} reads values with their axes in another order than ours."
            )
        return value

    def layer(self, what: Node | str, x: Any, axes: str | None = None) -> Value:
        """Make a value the input of the next layer, which may want an image or a row."""
        value = self.natural(what, x)
        if axes is not None and value.axes != axes:
            wanted = {
                IMAGE: "an image (channels, height, width)",
                ROW: "a row of numbers",
                STEPS: "a sequence",
            }[axes]
            raise FileError(
                f"The operator {what} reads {wanted} here, and got samples of shape "
                f"{list(value.shape)}."
            )
        self.stack.reach(what, value)
        return replace(value, layer=self.stack.tip)

    def used_once(self, node: Node) -> bool:
        """Whether nothing else reads what this node reads."""
        return all(
            self.uses[name] == 1 for name in node.inputs if isinstance(self.values.get(name), Value)
        )

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
