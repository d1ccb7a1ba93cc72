"""Networks that read drawings: which can, and how one from a file is made to.

A drawing is one grey image of 28×28 pixels, and its classes are the ten digits. A network saved
here says itself what it reads. One from an ONNX file may take the 784 pixels in a row, or 28 rows
of 28; then a first layer lays them out. Pixels reach it as 0 to 1; where it does badly with these,
other ranges are tried.
"""

from __future__ import annotations

import math
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from playground.data import mnist
from playground.data.dataset import Split
from playground.data.lacking import DataError
from playground.experiment import ValidationError, numerals
from playground.experiment.experiment import Experiment
from playground.formats.errors import FileError
from playground.training import evaluation, run_files
from playground.training.pixel_ranges import (
    BETTER,
    LEAST,
    POOR,
    RANGES,
    TRIED,
    with_first,
    with_range,
)
from playground.training.run import Run
from playground.training.snapshot import Snapshot

SHAPE = (1, 28, 28)
LAID_OUT: dict[tuple[int, ...], dict[str, Any]] = {
    (784,): {"type": "flatten"},
    (28, 28): {"type": "reshape", "shape": (28, 28)},
}
DIGITS = tuple("0123456789")
MOST_WORK = 1e11  # multiplications for a score, seconds: somebody waits for it


def reads_digits(snapshot: Snapshot) -> bool:
    """Whether its input is a drawing and its classes are the digits."""
    return snapshot.data.shape == SHAPE and tuple(snapshot.data.class_names) == DIGITS


def read(path: str | PathLike[str]) -> Snapshot:
    """The network in a file, with its score on MNIST's test images if it reads digits.

    FileError says, in a sentence, what is wrong with the file, or why the network cannot read a
    drawing.
    """
    saved = run_files.read(path)
    experiment, weights = (
        saved.experiment,
        {name: array for name, array in saved.tensors.items() if not name.startswith("training/")},
    )
    if experiment.trees is not None:
        raise FileError("It holds trees, and this reads drawings with networks: open it on Trees.")
    shape, outputs = experiment.data.make().shape, experiment.plan().output_shape
    if shape != SHAPE and shape not in LAID_OUT:
        raise FileError(
            "It cannot read a drawing: it takes "
            f"{'×'.join(map(str, shape))} numbers, and a drawing has 28×28 pixels."
        )
    if experiment.data.type == "tensor":
        if outputs != (len(DIGITS),):
            raise FileError(
                f"It cannot read a digit: it gives {'×'.join(map(str, outputs))} "
                "numbers, and there are ten digits."
            )
        data = {"type": "mnist"}
        if shape == SHAPE:
            experiment = experiment.changed(data=data)
        else:
            first = LAID_OUT[shape]
            experiment, weights = with_first(experiment, weights, first, data=data)
    snapshot = _asked(experiment, weights)
    return _in_its_range(snapshot, weights) if saved.step == 0 else snapshot


def _asked(experiment: Experiment, weights: dict[str, np.ndarray]) -> Snapshot:
    snapshot = _loaded(experiment, weights)
    if not snapshot.data.classes:
        raise FileError("It cannot read a digit: it gives a value, not a class.")
    return scored(snapshot) if reads_digits(snapshot) else snapshot


def _loaded(experiment: Experiment, weights: dict[str, np.ndarray]) -> Snapshot:
    try:
        run = Run(experiment)
        run.network.load_state_dict(weights)
    except (ValidationError, DataError, ValueError) as error:
        raise FileError(f"It cannot be used here: {error}") from None
    return replace(run.publish(), repeatable=False)


def _in_its_range(snapshot: Snapshot, weights: dict[str, np.ndarray]) -> Snapshot:
    """The network with pixels in the range in which it reads best; it says so where that is new."""
    before = snapshot.metrics["test"].get("accuracy", math.nan)
    if not (reads_digits(snapshot) and before < POOR):
        return snapshot
    test = mnist.load()[1]
    split = Split(test.x[:TRIED], test.y[:TRIED])
    best, words, score = snapshot, "", max(before + BETTER, LEAST)
    for name, (slope, offset) in RANGES.items():
        try:
            tried = _loaded(*with_range(snapshot.experiment, weights, slope, offset))
        except FileError:  # one layer too many
            break
        accuracy = evaluation.evaluate(tried.network, split, tried.data)["accuracy"]
        if accuracy > score:
            best, words, score = tried, name, accuracy
    if best is snapshot:
        return snapshot
    best = scored(best)
    after = best.metrics["test"]["accuracy"]
    return replace(
        best,
        message=f"With pixels from 0 to 1 it is right about {numerals.percent(before)} of MNIST's "
        f"test images, with pixels {words} about {numerals.percent(after)}: so it gets them "
        "that way.",
    )


def scored(snapshot: Snapshot) -> Snapshot:
    """The same with its loss and accuracy on MNIST's 10,000 test images; too large: as it is."""
    test = mnist.load()[1]
    if snapshot.network.plan.multiply_adds * len(test) > MOST_WORK:
        return snapshot
    scores = evaluation.evaluate(snapshot.network, test, snapshot.data)
    return replace(snapshot, metrics={**snapshot.metrics, "test": scores})
