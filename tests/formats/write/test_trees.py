"""Trees as a program that needs nothing but NumPy: the same numbers."""

from __future__ import annotations

import runpy

import numpy as np
import pytest

from playground import Experiment, Run
from playground.engine import registry
from playground.formats import write


@pytest.mark.parametrize("data", ["xor", "rings", "reg_plane"])
@pytest.mark.parametrize("kind", registry.names("tree"))
def test_the_program_gives_the_same_outputs(kind, data, tmp_path):
    experiment = Experiment.preset("tree_xor")
    run = Run(experiment.changed(trees={"type": kind}, data={"type": data, "samples": 80}))
    x = run.data.test.x
    for units in (0, 3):
        run.train(units)
        program, _ = write.write(run, "numpy", tmp_path, "grown")
        outputs = runpy.run_path(str(program))["outputs"](x)
        np.testing.assert_allclose(outputs, run.network.predict(x), rtol=1e-12, atol=1e-12)


def test_other_targets_say_that_they_know_layers_only():
    run = Run(Experiment.preset("tree_xor"))
    for target in ("pytorch", "keras", "onnx"):
        with pytest.raises(write.ExportError, match="no layers"):
            write.files(run, target)
