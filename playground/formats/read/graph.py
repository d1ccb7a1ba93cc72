"""An ONNX file as nodes and arrays, read with care: nothing is believed before it is checked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import outside, wire

LARGEST_FILE = 100_000_000  # bytes; 20 million numbers to learn take 80 million
MOST_NODES = 2000
FLOATS, INTEGERS = {1, 10, 11}, {2, 3, 4, 5, 6, 7, 12, 13}  # kinds of an input
PRODUCER = "network playground"
LABELS = INTEGERS | {8}  # names of classes: numbers or words
MACHINE_LEARNING = 13  # version of the operators where a file names only that of ai.onnx.ml
SIZES = {"FLOAT": 4, "DOUBLE": 8, "FLOAT16": 2, "INT64": 8, "INT32": 4, "BOOL": 1}


@dataclass(frozen=True, eq=False)
class Node:
    """One operator with what it reads, what it makes, and its attributes."""

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.operator} ({self.name})" if self.name else self.operator

    def options(self, **defaults: Any) -> tuple[Any, ...]:
        """The attributes of these names, or their defaults; FileError names any other."""
        for name, value in self.attributes.items():
            if name not in defaults:
                raise self.lacks(name, value)
        return tuple(self.attributes.get(name, default) for name, default in defaults.items())

    def lacks(self, name: str, value: Any, why: str = "") -> FileError:
        """An error that names an attribute."""
        words = f"the attribute {name} = {value}"
        return FileError(f"The operator {self} has {words}, which our layers lack{why}.")


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes, the arrays that the file holds, and what goes in and out."""

    version: int  # of the operators
    nodes: list[Node]
    arrays: dict[str, np.ndarray]
    input: str
    input_sizes: tuple[int | None, ...]  # None: any
    input_kind: int  # TensorProto's number of it
    output: str
    makers: dict[str, Node] = field(default_factory=dict)  # which node makes a value
    ours: bool = False  # written here: its end is a layer, and images have their channels first


def read(path: Path) -> Graph:
    """The graph in a file; FileError says in a sentence why there is none."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise FileError(f"This file is too large: {LARGEST_FILE // 10**6} MB are allowed.")
    return parse(path.read_bytes(), outside.in_folder(path.parent))


def parse(data: bytes, beside: outside.Opener = outside.nowhere) -> Graph:
    """The graph in the bytes of a file; `beside` opens a file next to it, by its name."""
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    wire.check(data, ModelProto.DESCRIPTOR)
    try:
        model = ModelProto.FromString(data)
        return _graph(model, outside.Weights(beside))
    except (DecodeError, UnicodeDecodeError):
        raise FileError(wire.DAMAGED) from None


def _graph(model: Any, weights: outside.Weights) -> Graph:
    proto = model.graph
    if not proto.node:
        raise FileError("This ONNX file holds no network.")
    if len(proto.node) > MOST_NODES:
        raise FileError(
            f"This ONNX file has {len(proto.node):,} operators; {MOST_NODES:,} are allowed."
        )
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions and all(node.domain in ("", "ai.onnx") for node in proto.node):
        raise FileError(
            "This ONNX file does not say of which version its operators are: its end "
            "may be missing."
        )
    if proto.sparse_initializer:
        raise FileError("This ONNX file holds sparse arrays, which we cannot read.")
    texts(*(value.name for value in (*proto.input, *proto.output)))
    texts(*(tensor.name for tensor in proto.initializer))
    stored = {tensor.name for tensor in proto.initializer}
    given = _single([value for value in proto.input if value.name not in stored], "inputs")
    output = _single(_speaking(proto.output), "outputs")
    protos = _needed(proto.node, output.name)
    read = {name for node in protos for name in node.input}
    arrays = {
        tensor.name: array_of(tensor, weights)
        for tensor in proto.initializer
        if tensor.name in read or tensor.name == output.name
    }
    nodes = [_node(node, weights) for node in protos]
    makers: dict[str, Node] = {}
    for node in nodes:
        for name in filter(None, node.outputs):
            if name in makers or name in stored or name == given.name:
                raise FileError(f"This ONNX file makes the value {name} twice.")
            makers[name] = node
    kind = given.type.tensor_type.elem_type
    if kind not in FLOATS | INTEGERS:
        raise FileError(f"The input {given.name} of this ONNX file holds no numbers.")
    version = max(versions, default=MACHINE_LEARNING)
    sizes = _sizes(given)
    ours = model.producer_name == PRODUCER
    return Graph(version, nodes, arrays, given.name, sizes, kind, output.name, makers, ours)


def _single(values: Any, what: str) -> Any:
    """The only input or output."""
    if len(values) != 1:
        names = ", ".join(value.name for value in values[:5]) or "none"
        raise FileError(
            f"A network here has one input and one output; this ONNX file has "
            f"{len(values)} {what}: {names}."
        )
    return values[0]


def _speaking(outputs: Any) -> Any:
    """The outputs, without the names of classes where probabilities stand beside them."""
    if len(outputs) != 2:
        return outputs
    labels = [value.type.tensor_type.elem_type in LABELS for value in outputs]
    return [value for value, label in zip(outputs, labels, strict=True) if not label] or outputs


def _needed(nodes: Any, output: str) -> list[Any]:
    """The nodes that the output needs; the others may hold what we cannot read."""
    for node in nodes:
        texts(node.domain, node.op_type, node.name, *node.input, *node.output)
    needed, result = {output}, []
    makers: dict[str, list[Any]] = {}
    for node in nodes:
        for name in node.output:
            makers.setdefault(name, []).append(node)
    waiting, seen = [output], set()
    while waiting:
        for node in makers.get(waiting.pop(), ()):
            if id(node) not in seen:
                seen.add(id(node))
                result.append(node)
                waiting += [name for name in node.input if name and name not in needed]
                needed.update(node.input)
    return result


def texts(*names: Any) -> None:
    """FileError unless these are texts: protobuf hands over as bytes what is not."""
    if any(isinstance(name, bytes) for name in names):
        raise FileError(wire.DAMAGED)


def _sizes(value: Any) -> tuple[int | None, ...]:
    """The declared shape of the input."""
    kind = value.type.tensor_type
    if not value.type.HasField("tensor_type") or not kind.HasField("shape"):
        raise FileError(f"The input {value.name} of this ONNX file has no shape.")
    return tuple(size.dim_value if size.dim_value > 0 else None for size in kind.shape.dim)


def _node(proto: Any, weights: outside.Weights) -> Node:
    texts(*(attribute.name for attribute in proto.attribute))
    if proto.domain not in ("", "ai.onnx", "ai.onnx.ml"):
        raise FileError(f"The operator {proto.domain}.{proto.op_type} is none of ONNX's own.")
    attributes = {
        attribute.name: _attribute(attribute, proto, weights) for attribute in proto.attribute
    }
    return Node(proto.op_type, proto.name, tuple(proto.input), tuple(proto.output), attributes)


def _attribute(attribute: Any, node: Any, weights: outside.Weights) -> Any:
    """The value of an attribute as Python has it."""
    from onnx import AttributeProto

    values = {
        AttributeProto.FLOAT: "f",
        AttributeProto.INT: "i",
        AttributeProto.FLOATS: "floats",
        AttributeProto.INTS: "ints",
    }
    if attribute.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS):
        raise FileError(
            f"The operator {node.op_type} runs a graph of its own, which no layer here does: a "
            "recurrent layer must come as ONNX's LSTM, GRU or RNN."
        )
    if attribute.ref_attr_name:
        raise FileError(f"The attribute {attribute.name} of {node.op_type} refers to another.")
    if attribute.type == AttributeProto.TENSOR:
        return array_of(attribute.t, weights)
    if attribute.type == AttributeProto.STRING:
        return attribute.s.decode(errors="replace")
    if attribute.type == AttributeProto.STRINGS:
        return [text.decode(errors="replace") for text in attribute.strings]
    if attribute.type in values:
        value = getattr(attribute, values[attribute.type])
        return value if isinstance(value, int | float) else list(value)
    raise FileError(
        f"The operator {node.op_type} has the attribute {attribute.name}, a kind of value "
        "that we cannot read."
    )


def array_of(tensor: Any, weights: outside.Weights) -> np.ndarray:
    """The numbers of a tensor, if the file really holds as many as it says."""
    from onnx import TensorProto, numpy_helper

    texts(tensor.name)
    name = tensor.name or "a constant"
    kind = (
        TensorProto.DataType.Name(tensor.data_type)
        if tensor.data_type in (TensorProto.DataType.values())
        else "an unknown kind"
    )
    if kind not in SIZES:
        raise FileError(f"The array {name} of this ONNX file holds {kind}, which we cannot read.")
    if tensor.HasField("segment") or len(tensor.dims) > 8 or min(tensor.dims, default=0) < 0:
        raise FileError(f"The array {name} of this ONNX file has an impossible shape.")
    count = math.prod(tensor.dims)
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raw = weights.read(tensor, name, count * SIZES[kind])
        tensor = TensorProto(data_type=tensor.data_type, dims=tensor.dims, raw_data=raw)
    there = (
        len(tensor.raw_data) / SIZES[kind]
        if tensor.HasField("raw_data")
        else max(
            len(tensor.float_data),
            len(tensor.int32_data),
            len(tensor.int64_data),
            len(tensor.double_data),
        )
    )
    if count != there:
        raise FileError(
            f"The array {name} of this ONNX file should hold {count:,} numbers "
            f"({list(tensor.dims)}), and {there:,.0f} are there."
        )
    array = numpy_helper.to_array(tensor)
    return array.astype(np.float32) if kind in ("DOUBLE", "FLOAT16") else array
