"""An ONNX file as an Experiment with weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from playground.experiment import Experiment, ValidationError, explain
from playground.formats.errors import FileError
from playground.formats.read import (
    graph,
    neighbours,
    operators,  # noqa: F401 - they file what they read
    recurrent,
    sequences,  # noqa: F401
    shapes,  # noqa: F401
    windows,  # noqa: F401
)
from playground.formats.read.graph import Graph
from playground.formats.read.importer import Importer

MNIST, PLANE = (1, 28, 28), (2,)


def read(path: Path) -> tuple[Experiment, dict[str, np.ndarray]]:
    """The Experiment and the weights of an ONNX file; FileError says why there are none."""
    return convert(graph.read(path))


def convert(graph: Graph) -> tuple[Experiment, dict[str, np.ndarray]]:
    """The Experiment and the weights of a graph."""
    recurrent.states_apart(graph)
    neighbours.neighbours_joined(graph)
    layers, state, shape, outputs = Importer(graph).run()
    try:
        experiment = Experiment.model_validate(
            {**_purpose(layers, shape, outputs), "layers": layers, "initializer": {"type": "zeros"}}
        )
        return experiment.check(), state
    except ValidationError as error:
        raise FileError(
            f"The network in this ONNX file cannot be used here: {explain(error)}"
        ) from None


def _purpose(
    layers: list[dict[str, Any]], shape: tuple[int, ...], outputs: tuple[int, ...]
) -> dict[str, Any]:
    """Data and loss: a data set of ours if inputs and outputs fit it, else none."""
    last = layers[-1].get("activation", layers[-1].get("name", "identity"))
    ends = {"identity": "softmax_cross_entropy", "softmax": "mse"}
    if shape == MNIST and outputs == (10,) and last in ends:
        return {"data": {"type": "mnist"}, "loss": {"type": ends[last]}}
    if shape == PLANE and outputs == (2,) and last in ends:
        return {"data": {"type": "circle"}, "loss": {"type": ends[last]}}
    ends = {"identity": "binary_cross_entropy", "tanh": "mse"}
    if shape == PLANE and outputs == (1,) and last in ends:
        return {"data": {"type": "circle"}, "loss": {"type": ends[last]}}
    return {"data": {"type": "tensor", "shape": shape}, "loss": {"type": "mse"}}
