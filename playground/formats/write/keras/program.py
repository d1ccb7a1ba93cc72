"""What the lines of a Keras program and its weights are gathered in."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.formats.write.model import Model, Step, Table
from playground.formats.write.script import Forward, Parts, call, quoted

layer = LAYERS = Table("Keras", "layer")
ACTIVATIONS = Table("Keras", "activation")
ACTIVATIONS.update(
    {
        name: quoted(name)
        for name in (
            "relu",
            "elu",
            "selu",
            "gelu",
            "silu",
            "softplus",
            "sigmoid",
            "tanh",
            "hard_tanh",
            "softsign",
            "softmax",
        )
    },
    identity=None,
    leaky_relu="leaky_relu",
    sine="ops.sin",
    gaussian="gaussian",
)


class Program(Forward):
    """The lines that build the model, and its weights by Keras' paths.

    An entry of `layers` is (program, step) and adds both.
    """

    layers, activations, parts = LAYERS, ACTIVATIONS, Parts("keras.py")

    def __init__(self, model: Model) -> None:
        self.weights: dict[str, np.ndarray] = {}
        super().__init__(model)

    def add(self, step: Step) -> None:
        LAYERS[step.layer.type](self, step)

    def layer(self, kind: str, *values: Any, **options: tuple[Any, Any]) -> None:
        """A layer on top of x."""
        self.put(f"{call(f'layers.{kind}', *values, **options)}(x)")

    def apply(self, name: str, *values: Any, **options: tuple[Any, Any]) -> None:
        """A copied definition on top of x."""
        self.put(self.part(name, "x", *values, **options))

    def keep(self, path: str, **arrays: np.ndarray) -> None:
        """Weights of the Keras layer with this path."""
        self.weights.update({f"{path}/{name}": array for name, array in arrays.items()})

    def keep_norm(self, path: str, arrays: dict[str, np.ndarray], prefix: str = "") -> None:
        """Those of a batch normalisation."""
        names = {
            "gamma": "weight",
            "beta": "bias",
            "moving_mean": "running_mean",
            "moving_variance": "running_var",
        }
        self.keep(path, **{name: arrays[prefix + ours] for name, ours in names.items()})


def named(step: Step, **options: tuple[Any, Any]) -> dict[str, tuple[Any, Any]]:
    """Options with the layer's name, behind the others."""
    return {**options, "name": (quoted(step.name), None)}


def activated(program: Program, step: Step) -> tuple[Any, Any]:
    """The option `activation`."""
    return program.function(step.layer.activation), None
