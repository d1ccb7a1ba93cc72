"""A stack of layers with weights, built layer by layer from a graph."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from playground.engine import ShapeError, registry
from playground.formats.errors import FileError
from playground.formats.read.graph import Node
from playground.formats.read.value import ORDERS, Value

MOST_LAYERS = 200  # while building; an Experiment has fewer
FUSED = ("dense", "conv2d", "conv2d_transpose")  # with an activation of their own


class Stack:
    """Layers as an Experiment describes them, and their arrays."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.layers: list[dict[str, Any]] = []
        self.arrays: list[dict[str, np.ndarray]] = []
        self.shapes = [shape]  # of the data, and of every layer's output

    @property
    def tip(self) -> int:
        """The number of the newest layer: its output is what the next one reads."""
        return len(self.layers)

    def add(
        self,
        what: Node | str,
        type: str,
        arrays: dict[str, np.ndarray] | None = None,
        **options: Any,
    ) -> Value:
        """Put a layer on top; `what` is the operator that it stands for, for messages."""
        if self.tip >= MOST_LAYERS:
            raise FileError(f"This ONNX file has more than {MOST_LAYERS} layers.")
        description = {"type": type, **options}
        layer = registry.make("layer", description).placed(self.shapes)
        try:
            shape = layer.output_shape(self.shapes[-1])
            parameters = layer.parameters(self.shapes[-1])
        except ShapeError as error:
            raise FileError(f"The operator {what} does not fit: {error.message}") from None
        given = dict(arrays or {})
        for parameter in parameters:
            array = given.setdefault(
                parameter.name, np.full(parameter.shape, parameter.start or 0, np.float32)
            )
            if array.shape != parameter.shape:
                raise FileError(
                    f"The operator {what} has {parameter.name}s of shape {list(array.shape)}, and "
                    f"{list(parameter.shape)} is needed."
                )
            if array.dtype.kind != "f" or not np.isfinite(array).all():
                raise FileError(
                    f"The operator {what} has {parameter.name}s that are not all finite numbers."
                )
        self.layers.append(description)
        self.arrays.append(given)
        self.shapes.append(shape)
        return Value(self.tip, shape, ORDERS.get(len(shape), "N?"))

    def reach(self, what: Node | str, layer: int, shape: tuple[int, ...]) -> None:
        """Make a layer's output, in this shape, what the next layer reads."""
        if layer != self.tip:
            self.add(what, "branch", from_layer=layer)
        if self.shapes[-1] != shape:
            row = len(shape) == 1
            self.add(what, "flatten") if row else self.add(what, "reshape", shape=shape)

    def placed(self, what: Node | str, value: Value) -> Value:
        """The value as a layer's whole output, under its own shape."""
        if self.shapes[value.layer] == value.shape:
            return value
        self.reach(what, value.layer, value.shape)
        return replace(value, layer=self.tip)

    def finished(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
        """The layers, each activation within the layer before it where that has one; the state."""
        taken = {layer.get("from_layer") for layer in self.layers}
        layers: list[dict[str, Any]] = []
        state: dict[str, np.ndarray] = {}
        numbers = {0: 0}
        for number, (layer, arrays) in enumerate(zip(self.layers, self.arrays, strict=True), 1):
            before = layers[-1] if layers else {}
            free = number - 1 not in taken and before.get("type") in FUSED
            if layer["type"] == "activation" and free and "activation" not in before:
                before["activation"] = layer["name"]
            else:
                state |= {f"{len(layers)}.{name}": array for name, array in arrays.items()}
                layers.append(dict(layer))
                if "from_layer" in layer:
                    layers[-1]["from_layer"] = numbers[layer["from_layer"]]
            numbers[number] = len(layers)
        return layers, state


def samples(what: Node | str, shape: tuple[int, ...], wanted: list[int]) -> tuple[int, ...]:
    """A sample's shape where a batch is given the shape `wanted`: its first size is the batch."""
    size, inner = math.prod(shape), wanted[1:]
    if wanted and wanted[0] == -1 and min(inner, default=1) > 0 and math.prod(inner) == size:
        return tuple(inner)
    open_places = inner.count(-1)
    known = math.prod(number for number in inner if number != -1)
    if open_places == 1 and known > 0 and size % known == 0:
        inner = [size // known if number == -1 else number for number in inner]
    if not wanted or min(inner, default=1) < 1 or math.prod(inner) != size:
        raise FileError(
            f"The operator {what} makes the shape {wanted} of samples of shape "
            f"{list(shape)}, which mixes samples or does not fit."
        )
    return tuple(inner)
