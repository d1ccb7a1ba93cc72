"""What the nodes and the weights of a graph are gathered in."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.write.model import Step, Table

layer = LAYERS = Table("ONNX", "layer")
activation_of = ACTIVATIONS = Table("ONNX", "activation")


class Graph:
    """Nodes and weights as they are added; values go by name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.outputs: list[str] = []  # by layer; first the data
        self.domains: dict[str, int] = {}  # of further operators, and their versions
        self.prefix = ""

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """A node; returns the name of its output, or of all of them."""
        from onnx import helper

        name = f"{self.prefix}{operator.lower()}{len(self.nodes)}"
        made = [name] if outputs == 1 else [f"{name}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, made, name, **attributes))
        return made[0] if outputs == 1 else made

    def array(self, name: str, values: Any, dtype: type = np.float32) -> str:
        """Numbers that the graph holds, under the layer's name."""
        from onnx import numpy_helper

        name = self.prefix + name
        if all(known.name != name for known in self.initializers):
            numbers: np.ndarray = np.ascontiguousarray(values, dtype)
            self.initializers.append(numpy_helper.from_array(numbers, name))
        return name

    def whole(self, name: str, *values: int) -> str:
        """Whole numbers, such as a shape."""
        return self.array(name, values, np.int64)

    def activated(self, name: str, x: str, shape: tuple[int, ...]) -> str:
        return ACTIVATIONS[name](self, x, shape)

    def convolution(
        self, step: Step, x: str, prefix: str = "", operator: str = "Conv", **attributes: Any
    ) -> str:
        """A convolution with the arrays under this prefix."""
        names = [f"{prefix}{name}" for name in ("weight", "bias") if prefix + name in step.arrays]
        arrays = [self.array(name, step.arrays[name]) for name in names]
        return self.add(operator, x, *arrays, **attributes)

    def normalisation(self, step: Step, x: str, prefix: str = "", epsilon: float = 1e-5) -> str:
        """A batch normalisation with the arrays under this prefix."""
        names = [prefix + name for name in ("weight", "bias", "running_mean", "running_var")]
        arrays = [self.array(name, step.arrays[name]) for name in names]
        return self.add("BatchNormalization", x, *arrays, epsilon=epsilon)
