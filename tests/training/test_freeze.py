"""What is read of a Run while it plays is of one step, whoever reads it."""

import time

import numpy as np
import pytest

from playground import Experiment, Run
from playground.engine.training import Progress
from playground.formats.write.model import Model


@pytest.fixture
def run(monkeypatch):
    """A Run that plays; each step takes long, and adds 1 to every parameter, one by one."""
    run = Run(Experiment.preset("circle"))
    run._trainer.prepare()
    flat, training = run.network.flat, run._trainer.training
    flat[:] = 0

    def train(steps):
        for index in range(flat.size):
            flat[index] += 1
            time.sleep(0.0003)
        return Progress(1, 1.0, np.ones(1, np.float32), True)

    monkeypatch.setattr(training, "train", train)
    run.play("max")
    yield run
    run.close()


def exported(run):
    return [array for step in Model.of(run, "net").steps for array in step.arrays.values()]


def saved(run, folder):
    run.save(folder / "run.safetensors")
    return list(Run.load(folder / "run.safetensors").network.state_dict().values())


READERS = {
    "export": lambda run, folder: exported(run),
    "save": saved,
    "freeze": lambda run, folder: list(run.freeze().state_dict().values()),
    "snapshot": lambda run, folder: list(run.publish().network.state_dict().values()),
    "snapshot export": lambda run, folder: exported(run.publish()),
    "rehearse": lambda run, folder: list(run.rehearse().network.state_dict().values()),
}


@pytest.mark.parametrize("reader", READERS)
def test_all_arrays_are_of_one_step(run, tmp_path, reader):
    steps = []
    for _ in range(5):
        arrays = READERS[reader](run, tmp_path)
        values = np.unique(np.concatenate([array.ravel() for array in arrays]))
        assert len(values) == 1, f"a torn copy: {values}"
        steps.append(values[0])
    assert steps[-1] > steps[0], "it went on meanwhile"
