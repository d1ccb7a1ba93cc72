"""Every registered layer on its ways out of the engine: links, files, exports, pictures."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest

from playground import Experiment, Run
from playground.analysis.cell import cell as arithmetic
from playground.engine import registry
from playground.formats import write
from playground.views import architecture, cell, flow, inside, stack
from tests.engine.case import Case
from tests.engine.compare import close
from tests.pieces import cases

CASES = [
    case
    for piece in registry.pieces("layer")
    for case in cases.networks(piece)
    if case.samples == cases.SAMPLES[0]
]
each = pytest.mark.parametrize("case", CASES, ids=str)


def experiment(case: Case) -> Experiment:
    """The network of a case, with no data."""
    data = {"type": "tensor", "shape": list(case.shape)}
    return Experiment.model_validate({"data": data, "layers": case.layers, "loss": {"type": "mse"}})


def shown(case: Case) -> SimpleNamespace:
    """What pictures and exports read of a Run."""
    network = case.network()
    data = SimpleNamespace(class_names=("no", "yes"), feature_names=(), scale=1.0)
    return SimpleNamespace(
        network=network,
        freeze=network.snapshot,
        data=data,
        labels=["no", "yes"],
        probabilities=network.loss.probabilities,
    )


@each
def test_through_json_a_link_and_a_saved_file(case: Case, tmp_path):
    described, (x, _) = experiment(case), case.batch()
    assert Experiment.from_json(described.to_json()) == described
    assert Experiment.from_link(described.to_link()) == described
    run = Run(described)
    run.network.load_state_dict(case.network().state_dict())
    run.save(tmp_path / "run.safetensors")
    back = Run.load(tmp_path / "run.safetensors")
    assert back.experiment == described
    np.testing.assert_array_equal(back.network.predict(x), run.network.predict(x))


@pytest.mark.parametrize("target", write.TARGETS)
@each
def test_an_export_gives_the_same_numbers_or_names_the_layer(case: Case, target: str):
    run, (x, _) = shown(case), case.batch()
    try:
        files = write.files(run, target, "net")
    except write.ExportError as error:
        assert re.search(f"does not know the layer ({types(case)}) yet", str(error))
        return
    for name, content in files.items():
        if name.endswith(".py"):
            compile(content, name, "exec")
        elif name.endswith(".onnx"):
            found = onnxruntime.InferenceSession(content).run(["output"], {"input": x})[0]
            close(found, run.network.predict(x), 1e-5)


def types(case: Case) -> str:
    return "|".join(layer["type"] for layer in case.layers)


@each
def test_its_row_its_box_and_its_picture(case: Case):
    described, (x, _) = experiment(case), case.batch()
    lines, trouble = stack.lines(described)
    assert trouble is None and all(line.icon and line.title and line.shape for line in lines)
    stages = architecture.stages(described)
    names = [stage.name for stage in stages] + [word for one in stages for word in one.extras]
    network = case.network()
    for row in network.plan.rows:
        assert any(name.startswith(row.layer.label()) for name in names)
    assert architecture.svg(described).count("<g ") == len(stages)
    for row, outputs in zip(network.plan.rows, network.activations(x[:1]), strict=True):
        picture = row.layer.picture(row.input_shape)
        drawn = flow.stage(row, outputs[0])
        assert drawn["kind"] == {"steps": "maps", None: drawn["kind"]}.get(picture, picture)
        values = outputs[0].ravel()[: len(drawn["values"])]
        assert len(values) == drawn["count"] * drawn["width"] * drawn["height"]
        np.testing.assert_array_equal(drawn["values"], values)


@pytest.mark.parametrize("case", [case for case in CASES if len(case.shape) == 3], ids=str)
def test_its_cells_are_those_of_the_engine(case: Case):
    """The look inside shows every number, and works it out or says that it does not."""
    shot, (x, _) = shown(case), case.batch()
    values = [x[0], *(outputs[0] for outputs in shot.network.activations(x[:1]))]
    for row in shot.network.plan.rows:
        index = tuple(size // 2 for size in row.output_shape)
        work = arithmetic.work(shot.network, values, row.position, index)
        assert work.value == pytest.approx(
            float(values[row.position + 1][index]), rel=1e-4, abs=1e-5
        )
        scene = inside.scene(shot, x[0], values, values, row.position, index)
        assert inside.network(scene)["columns"] and cell.payload(scene, work)
        assert inside.sees(scene)
