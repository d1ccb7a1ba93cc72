"""An ONNX file as an Experiment with weights."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from playground.experiment import Experiment, ValidationError, explain
from playground.formats.errors import FileError
from playground.formats.read import (
    classic,  # noqa: F401 - they file what they read
    graph,
    growing,  # noqa: F401
    neighbours,
    operators,  # noqa: F401
    pools,  # noqa: F401
    recurrent,
    sequences,  # noqa: F401
    shapes,  # noqa: F401
    windows,  # noqa: F401
)
from playground.formats.read.graph import Graph
from playground.formats.read.importer import Importer

MNIST, PLANE = (1, 28, 28), (2,)
COLOURS, NO_COLOURS = (1, 3, 4), 5
# What a loss does with the outputs itself, and how that is judged.
ENDS = {"softmax": "softmax_cross_entropy", "sigmoid": "binary_cross_entropy"}


def read(path: Path) -> tuple[Experiment, dict[str, np.ndarray]]:
    """The Experiment and the weights of an ONNX file; FileError says why there are none."""
    return convert(graph.read(path))


def convert(graph: Graph) -> tuple[Experiment, dict[str, np.ndarray]]:
    """The Experiment and the weights of a graph."""
    recurrent.states_apart(graph)
    neighbours.neighbours_joined(graph)
    layers, state, shape, outputs = _layers(graph)
    ending = _ending(layers, outputs, graph.ours)
    try:
        experiment = Experiment.model_validate(
            {
                **_purpose(ending, shape, outputs),
                "layers": layers,
                "initializer": {"type": "zeros"},
            }
        )
        return experiment.check(), state
    except ValidationError as error:
        raise FileError(
            f"The network in this ONNX file cannot be used here: {explain(error)}"
        ) from None


def _layers(graph: Graph) -> tuple[list[dict[str, Any]], dict[str, np.ndarray], tuple, tuple]:
    """Layers and state; channels may come last, as in Keras: the likelier order is tried first."""
    sizes = graph.input_sizes
    image = len(sizes) == 4 and all(sizes[1:])
    last = image and sizes[3] in COLOURS and min(sizes[1] or 0, sizes[2] or 0) >= NO_COLOURS
    last = last and not graph.ours
    try:
        return Importer(graph, last).run()
    except FileError as first:
        if not image or graph.ours:
            raise
        try:
            return Importer(graph, not last).run()
        except FileError:
            raise first from None


def _ending(layers: list[dict[str, Any]], outputs: tuple[int, ...], ours: bool) -> str:
    """The activation at the end; one that belongs to the loss is taken off the last layer.

    What was written here has none that belongs to the loss.
    """
    last = layers[-1]
    key = "name" if last["type"] == "activation" else "activation"
    name = last.get(key, "identity")
    if ours and name in ENDS:
        return "layer"
    if name not in ENDS or len(outputs) != 1 or (name == "softmax" and outputs == (1,)):
        return name
    if key == "activation":
        del last[key]
    elif len(layers) > 1:
        layers.pop()
    else:
        return "alone"
    return name


def _purpose(ending: str, shape: tuple[int, ...], outputs: tuple[int, ...]) -> dict[str, Any]:
    """Data and loss: a data set of ours if inputs and outputs fit it, else none."""
    loss = _loss(ending, shape, outputs)
    fits = loss in ENDS.values() or (outputs == (1,) and ending == "tanh")
    if shape == MNIST and outputs == (10,) and fits:
        return {"data": {"type": "mnist"}, "loss": {"type": loss}}
    if shape == PLANE and outputs in ((1,), (2,)) and fits:
        return {"data": {"type": "circle"}, "loss": {"type": loss}}
    return {"data": {"type": "tensor", "shape": shape}, "loss": {"type": loss}}


def _loss(ending: str, shape: tuple[int, ...], outputs: tuple[int, ...]) -> str:
    """How far wrong such outputs are.

    Several plain numbers are taken for the logits of classes, unless there is one for each input.
    """
    if len(outputs) != 1:
        return "mse"
    if ending in ENDS and not (ending == "softmax" and outputs == (1,)):
        return ENDS[ending]
    if ending != "identity":
        return "mse"
    if outputs == (1,):
        return "binary_cross_entropy" if shape == PLANE else "mse"
    copies = outputs == (math.prod(shape),) and shape != PLANE
    return "mse" if copies else "softmax_cross_entropy"
