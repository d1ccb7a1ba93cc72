"""Changes of an Experiment that learns from sequences."""

from __future__ import annotations

from typing import Any

from playground.engine import registry
from playground.experiment import edits
from playground.experiment.experiment import Experiment

Description = dict[str, Any]


def remembers(experiment: Experiment) -> bool:
    """Whether any layer goes through its input step by step."""
    return any(registry.get("layer", layer.type).remembers for layer in experiment.layers)


def with_memory(experiment: Experiment, kind: str) -> Description:
    """Every recurrent layer replaced by one of this kind, with the options that both have."""
    description = experiment.described()
    description["layers"] = [
        edits.swapped("layer", layer, kind) if _remembers(layer) else layer
        for layer in description["layers"]
    ]
    return description


def on(experiment: Experiment, data: Description) -> Description:
    """The same network on other sequences: it reads their symbols, and answers as they ask.

    An embedding comes first where the input are symbols, and only there; the last recurrent layer
    answers at every step where that is asked; the last layer has an output for each class.
    """
    source = registry.make("data", data)
    layers = [
        layer
        for layer in experiment.described()["layers"]
        if layer["type"] not in ("embedding", "flatten", "reshape")
    ]
    places = [place for place, layer in enumerate(layers) if _remembers(layer)]
    if not places:
        layers.insert(0, {"type": "gru", "units": 32})
        places = [0]
    for place in places:
        layers[place]["return_sequences"] = place < places[-1] or bool(source.answers)
    outputs = source.classes or 1
    if places[-1] == len(layers) - 1:
        layers.append({"type": "dense", "units": outputs})
    elif registry.get("layer", layers[-1]["type"]).connected:
        layers[-1]["units"] = outputs
    if source.symbols:
        size = min(32, max(4, source.symbols // 4))
        layers.insert(0, {"type": "embedding", "input_dim": source.symbols, "output_dim": size})
    loss = "softmax_cross_entropy" if source.classes else "mse"
    stop = {
        name: value
        for name, value in experiment.described().get("stop", {}).items()
        if name not in ("target_accuracy", "target_loss")
    }
    return {
        **experiment.described(),
        "data": data,
        "layers": layers,
        "loss": {"type": loss},
        "stop": stop,
    }


def _remembers(layer: Description) -> bool:
    return registry.get("layer", layer["type"]).remembers
