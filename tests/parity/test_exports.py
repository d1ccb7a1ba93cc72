"""Exported PyTorch and Keras programs, run: the same predictions as here.

Needs torch 2.13.0 and keras, which calculates with torch.
"""

from __future__ import annotations

import os
import runpy

import numpy as np
import pytest
import torch

from playground.formats import write
from tests.engine.compare import close
from tests.formats.write.networks import NETWORKS, trained

os.environ["KERAS_BACKEND"] = "torch"
TOLERANCE = 1e-5
every_network = pytest.mark.parametrize("name", NETWORKS)


@every_network
def test_pytorch(name, tmp_path):
    case = NETWORKS[name]
    program, _ = write.write(trained(case), "pytorch", tmp_path, "net")
    x, _ = case.batch()
    network = runpy.run_path(str(program))["load"]()
    with torch.no_grad():
        found = network(torch.from_numpy(x)).numpy()
    close(found, trained(case).network.predict(x), TOLERANCE, name)
    assert runpy.run_path(str(program), run_name="__main__")


@every_network
def test_keras(name, tmp_path):
    case = NETWORKS[name]
    program, _ = write.write(trained(case), "keras", tmp_path, "net")
    x, _ = case.batch()
    model = runpy.run_path(str(program))["load"]()
    found = model(x.transpose(0, 2, 3, 1) if x.ndim == 4 else x).detach().numpy()
    found = found.transpose(0, 3, 1, 2) if found.ndim == 4 else found
    close(found, trained(case).network.predict(x), TOLERANCE, name)


def test_keras_is_run_by_torch():
    import keras

    assert keras.backend.backend() == "torch"
    assert np.asarray(keras.ops.ones(1).detach()) == 1
