"""The command `export`: files where they were asked for, and words where they cannot be."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from playground import Experiment, Run
from playground.__main__ import main
from playground.commands import export as command
from playground.formats import write


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "circle.safetensors"
    Run(Experiment.preset("circle")).save(path)
    return path


def test_the_targets_are_those_that_there_are():
    assert command.TARGETS == write.TARGETS


@pytest.mark.parametrize(
    ("target", "files"),
    [
        ("pytorch", ["circle_pytorch.py", "circle_pytorch.safetensors"]),
        ("keras", ["circle_keras.py", "circle_keras.npz"]),
        ("numpy", ["circle_numpy.py", "circle_numpy.npz"]),
        ("onnx", ["circle.onnx"]),
    ],
)
def test_names(saved, tmp_path, monkeypatch, capsys, target, files):
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(saved), "--to", target]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
    assert capsys.readouterr().out.split() == files


def test_an_output_of_ones_own(saved, tmp_path):
    output = str(tmp_path / "mine.onnx")
    assert main(["export", str(saved), "--to", "onnx", "--output", output]) == 0
    run = Run.load(saved)
    x = run.data.test.x[:5]
    session = onnxruntime.InferenceSession(tmp_path / "mine.onnx")
    answer = session.run(None, {"input": x})[0]
    np.testing.assert_allclose(answer, run.network.predict(x), rtol=1e-5, atol=1e-6)


def test_what_cannot_be_done_is_said(saved, tmp_path, capsys):
    assert main(["export", "nothing.safetensors", "--to", "onnx"]) == 1
    assert "nothing.safetensors cannot be read" in capsys.readouterr().err
    nowhere = tmp_path / "none" / "x.py"
    assert main(["export", str(saved), "--to", "numpy", "--output", str(nowhere)]) == 1
    assert "cannot be written" in capsys.readouterr().err
    before = saved.read_bytes()
    assert main(["export", str(saved), "--to", "pytorch", "--output", str(saved)]) == 1
    assert "would overwrite" in capsys.readouterr().err
    assert saved.read_bytes() == before
    with pytest.raises(SystemExit):
        main(["export", str(saved), "--to", "caffe"])
