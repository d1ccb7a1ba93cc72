"""Trees as a program that needs nothing but NumPy: the same numbers."""

from __future__ import annotations

import runpy

import numpy as np
import onnxruntime
import pytest

from playground import Experiment, Run
from playground.engine import registry
from playground.experiment import sharing
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


def session(run: Run):
    [content] = write.files(run, "onnx", "grown").values()
    return onnxruntime.InferenceSession(content)


def same(run: Run, x: np.ndarray) -> None:
    """The graph's outputs are ours in single precision, and its classes are ours."""
    ours = run.network.predict(x)
    outputs, *label = session(run).run(None, {"input": x})
    np.testing.assert_allclose(outputs, ours, rtol=2e-6, atol=2e-6)
    if label:
        np.testing.assert_array_equal(label[0], run.network.loss.classes(ours))
    assert bool(label) == bool(run.data.classes)


@pytest.mark.parametrize("data", ["xor", "rings", "reg_plane"])
@pytest.mark.parametrize("kind", registry.names("tree"))
def test_the_graph_gives_the_same_answers(kind, data):
    experiment = Experiment.preset("tree_xor")
    data = {"type": data, "samples": 80, "noise": 30}
    run = Run(experiment.changed(trees={"type": kind}, data=data))
    random = np.random.default_rng(0).uniform(-6, 6, (200, 2)).astype(np.float32)
    for units in (0, 1, 9):
        run.train(units)
        trees = run.freeze().trees
        edges = [random] + [
            np.repeat(tree.threshold[:, None], 2, axis=1).astype(np.float32) for tree in trees
        ]
        same(run, np.concatenate(edges))  # also where a rule's two sides meet


@pytest.mark.parametrize(
    "data", [{"type": "rings", "samples": 80}, {"type": "reg_plane", "samples": 80}], ids=str
)
def test_the_graph_of_trees_behind_a_network_has_both(data):
    alone = Experiment.preset("tree_xor").changed(data=data)
    forest = {"type": "random_forest", "n_estimators": 4, "max_depth": 4}
    description = sharing.shared(alone.changed(trees=forest), "deep_features")
    description["hybrid"]["epochs"] = 2
    run = Run(Experiment.model_validate(description))
    run.train(4)
    same(run, run.data.test.x)
    leaves = Run(Experiment.model_validate(sharing.shared(run.experiment, "leaves")))
    for target, refused in (("numpy", run), ("onnx", leaves)):
        with pytest.raises(write.ExportError, match="file of ours"):
            write.files(refused, target)


def test_other_targets_say_that_they_know_layers_only():
    run = Run(Experiment.preset("tree_xor"))
    for target in ("pytorch", "keras"):
        with pytest.raises(write.ExportError, match="no layers"):
            write.files(run, target)
