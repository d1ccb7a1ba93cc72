"""Writes what a version of the program made, so that every later one can be held to it.

`python -m tests.compatibility.make FOLDER` was run once, by version 1; its folder is never written
again. A format that changes gets a folder more, and the old one stays.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from playground import Experiment, Run
from playground.engine import registry

OWN = [
    {
        "data": {"type": "spiral", "noise": 20, "features": ["x1", "x2", "sin_x1"]},
        "layers": [
            {"type": "dense", "units": 6, "activation": "relu"},
            {"type": "batch_norm"},
            {"type": "dropout", "rate": 0.25},
            {"type": "dense", "units": 1},
        ],
        "loss": {"type": "binary_cross_entropy"},
        "optimizer": {"type": "adamw", "learning_rate": 0.01},
        "regularization": {"type": "elastic_net"},
        "schedule": {"type": "cosine"},
        "clip_norm": 1.5,
        "accumulate": 2,
        "seed": 7,
        "stop": {"epochs": 12},
    },
    {
        "data": {"type": "mnist"},
        "layers": [
            {"type": "conv2d", "filters": 2, "kernel_size": 5, "stride": 2, "activation": "relu"},
            {"type": "local_response_norm"},
            {"type": "max_pool2d", "pool_size": 2},
            {"type": "flatten"},
            {"type": "dense", "units": 10},
        ],
        "loss": {"type": "softmax_cross_entropy"},
        "optimizer": {"type": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
        "batch_size": 64,
    },
    {
        "data": {"type": "reg_gauss", "samples": 300},
        "layers": [
            {"type": "dense", "units": 5, "activation": "tanh"},
            {"type": "dense", "units": 1},
        ],
        "loss": {"type": "huber"},
        "optimizer": {"type": "rmsprop"},
        "regularization": {"type": "max_norm"},
    },
]
SAVED = ("circle", "reg_plane")
REFERENCE = "https://playground.tensorflow.org/#"
REFERENCE_LINKS = (
    "",
    "activation=relu&batchSize=30&dataset=spiral&learningRate=0.003&regularizationRate=0.01"
    "&noise=35&networkShape=8,6,4&seed=0.42&showTestData=true&discretize=true&percTrainData=70"
    "&xTimesY=true&ySquared=true&sinX=true&regularization=L1&learningRate_hide=true"
    "&noise_hide=true",
    "problem=regression&regDataset=reg-gauss&networkShape=3&activation=sigmoid&initZero=true",
    "dataset=xor&regularization=L2&regularizationRate=0.1&networkShape=",
)


def experiments() -> list[Experiment]:
    """All presets, and set-ups that use what presets do not."""
    presets = [Experiment.preset(name) for name in Experiment.presets()]
    return presets + [*pieces()] + [Experiment.from_json(json.dumps(text)) for text in OWN]


def pieces() -> Iterator[Experiment]:
    """One set-up for every piece that goes into one of two plain networks."""
    points, images = Experiment.preset("circle"), Experiment.preset("lenet5")
    places = {
        "data": "data",
        "loss": "loss",
        "optimizer": "optimizer",
        "regularizer": "regularization",
        "initializer": "initializer",
        "schedule": "schedule",
        "augmentation": "augmentation",
    }
    for base in (points, images):
        for kind, place in places.items():
            for name in registry.names(kind):
                with suppress(ValueError):
                    yield base.changed(**{place: {"type": name}}).check()
        for name in registry.names("activation"):
            layer = {"type": "activation", "name": name}
            yield base.changed(layers=[layer, *base.layers]).check()
        for name in registry.names("layer"):
            with suppress(ValueError):
                yield base.changed(layers=[{"type": name}, *base.layers]).check()


def main(folder: Path) -> None:
    """Links with the JSON they stand for, addresses with what they open, files of trained Runs."""
    from playground.experiment import tensorflow_playground

    folder.mkdir(parents=True, exist_ok=True)
    links = [{"link": e.to_link(), "experiment": e.described()} for e in experiments()]
    (folder / "links.json").write_text(json.dumps(links, indent=1))
    addresses = []
    for link in REFERENCE_LINKS:
        opened = tensorflow_playground.read(REFERENCE + link)
        addresses.append(
            {
                "link": REFERENCE + link,
                "experiment": opened.experiment.described(),
                "test_points": opened.test_points,
                "two_colours": opened.two_colours,
                "hidden": sorted(opened.hidden),
            }
        )
    (folder / "reference_links.json").write_text(json.dumps(addresses, indent=1))
    runs = {name: Experiment.preset(name) for name in SAVED}
    runs |= {"own_points": experiments()[-3], "own_images": experiments()[-2]}
    for name, experiment in runs.items():
        run = Run(experiment)
        for _ in range(7):
            run.step()
        run.save(folder / f"{name}.safetensors")
        x = run.data.test.x[:5]
        outputs = run.snapshot().predict(x)
        after = [run.step() for _ in range(3)]
        np.savez(folder / f"{name}.npz", x=x, outputs=outputs, losses_after=after)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
