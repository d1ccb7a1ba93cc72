"""Trees as a program that needs nothing but NumPy: the same numbers."""

from __future__ import annotations

import csv
import io
import runpy

import numpy as np
import onnxruntime
import pytest

from playground import Experiment, Run
from playground.data import table_source
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


OWN = "day,size,colour,code,price,kind\n" + "".join(
    f"2024-{k % 12 + 1:02d}-{k % 28 + 1:02d},{'' if k % 9 == 0 else k * 37 % 101 / 4},"
    f"{('red', 'blue', 'navy')[k % 3]},{k % 5},{k * 31 % 47 + k % 3},{'xyz'[k * 7 % 3 * (k % 2)]}\n"
    for k in range(90)
)
ROWS = "colour,size,code,day\n" + "".join(
    f"{('red', 'green', '', 'navy', 'NA')[k % 5]},{('', 'NA', k * 13 % 29, -1e3)[k % 4]},"
    f"{(k % 7, '')[k % 3 == 0]},{('2024-02-29', '2031-12-31', '')[k % 3]}\n"
    for k in range(60)
)


@pytest.mark.parametrize("target", ["kind", "price"])
@pytest.mark.parametrize("kind", registry.names("tree"))
def test_rows_of_a_table_as_they_are(kind, target, tmp_path):
    """With gaps, words that were not there before, numbers that are names, and dates."""
    data = table_source.read(OWN.encode()).description()
    data |= {"target": target, "columns": "day,size,colour,code", "missing": "fill"}
    data["kinds"] = "day=calendar,code=one_hot" if target == "kind" else "day=days,colour=ordinal"
    run = Run(Experiment.preset("table_iris").changed(trees={"type": kind}, data=data))
    run.train(3)
    rows = run.data.table.rows(ROWS.encode())
    program, _ = write.write(run, "numpy", tmp_path, "grown")
    known, asked = runpy.run_path(str(program)), list(csv.DictReader(io.StringIO(ROWS)))
    np.testing.assert_array_equal(known["inputs"](asked), rows.x)
    outputs = run.network.predict(rows.x)
    if target == "price":
        np.testing.assert_allclose(known["answers"](asked), run.data.table.values(outputs[:, 0]))
    else:
        classes = [run.data.class_names[k] for k in run.network.loss.classes(outputs)]
        assert known["answers"](asked) == classes
    same(run, rows.x)


def test_rows_with_gaps_are_refused_where_none_were_learned_from(tmp_path):
    run = Run(Experiment.preset("table_iris"))
    program, _ = write.write(run, "numpy", tmp_path, "grown")
    with pytest.raises(ValueError, match="has a gap"):
        runpy.run_path(str(program))["answers"]([{"petal_length": 1}])


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
