"""An ONNX file as nodes and arrays, read with care: nothing is believed before it is checked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import wire

LARGEST_FILE = 100_000_000  # bytes; 20 million numbers to learn take 80 million
MOST_NODES = 2000
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
    output: str
    makers: dict[str, Node] = field(default_factory=dict)  # which node makes a value


def read(path: Path) -> Graph:
    """The graph in a file; FileError says in a sentence why there is none."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise FileError(f"This file is too large: {LARGEST_FILE // 10**6} MB are allowed.")
    return parse(path.read_bytes())


def parse(data: bytes) -> Graph:
    """The graph in the bytes of a file."""
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    wire.check(data, ModelProto.DESCRIPTOR)
    try:
        model = ModelProto.FromString(data)
        return _graph(model)
    except (DecodeError, UnicodeDecodeError):
        raise FileError(wire.DAMAGED) from None


def _graph(model: Any) -> Graph:
    proto = model.graph
    if not proto.node:
        raise FileError("This ONNX file holds no network.")
    if len(proto.node) > MOST_NODES:
        raise FileError(
            f"This ONNX file has {len(proto.node):,} operators; {MOST_NODES:,} are allowed."
        )
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions:
        raise FileError(
            "This ONNX file does not say of which version its operators are: its end "
            "may be missing."
        )
    arrays = {tensor.name: _array(tensor) for tensor in proto.initializer}
    if proto.sparse_initializer:
        raise FileError("This ONNX file holds sparse arrays, which we cannot read.")
    texts(*(value.name for value in (*proto.input, *proto.output)))
    given = [value for value in proto.input if value.name not in arrays]
    for values, what in ((given, "inputs"), (proto.output, "outputs")):
        if len(values) != 1:
            names = ", ".join(value.name for value in values[:5]) or "none"
            raise FileError(
                f"A network here has one input and one output; this ONNX file has "
                f"{len(values)} {what}: {names}."
            )
    nodes = [_node(node) for node in proto.node]
    makers: dict[str, Node] = {}
    for node in nodes:
        for name in filter(None, node.outputs):
            if name in makers or name in arrays or name == given[0].name:
                raise FileError(f"This ONNX file makes the value {name} twice.")
            makers[name] = node
    return Graph(
        max(versions), nodes, arrays, given[0].name, _sizes(given[0]), proto.output[0].name, makers
    )


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


def _node(proto: Any) -> Node:
    texts(
        proto.domain,
        proto.op_type,
        proto.name,
        *proto.input,
        *proto.output,
        *(attribute.name for attribute in proto.attribute),
    )
    if proto.domain not in ("", "ai.onnx"):
        raise FileError(f"The operator {proto.domain}.{proto.op_type} is none of ONNX's own.")
    attributes = {attribute.name: _attribute(attribute, proto) for attribute in proto.attribute}
    return Node(proto.op_type, proto.name, tuple(proto.input), tuple(proto.output), attributes)


def _attribute(attribute: Any, node: Any) -> Any:
    """The value of an attribute as Python has it."""
    from onnx import AttributeProto

    values = {
        AttributeProto.FLOAT: "f",
        AttributeProto.INT: "i",
        AttributeProto.FLOATS: "floats",
        AttributeProto.INTS: "ints",
    }
    if attribute.ref_attr_name:
        raise FileError(f"The attribute {attribute.name} of {node.op_type} refers to another.")
    if attribute.type == AttributeProto.TENSOR:
        return _array(attribute.t)
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


def _array(tensor: Any) -> np.ndarray:
    """The numbers of a tensor, if the file really holds as many as it says."""
    from onnx import TensorProto, numpy_helper

    texts(tensor.name)
    name = tensor.name or "a constant"
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise FileError(
            f"This ONNX file keeps the array {name} in another file: save it as one "
            "file, with its weights inside."
        )
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
