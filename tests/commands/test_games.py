"""A generator on the command line: trained, asked for samples, looked at, written for others."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from playground import Run
from playground.__main__ import main
from tests.training.test_games import IMAGES, SMALL


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    folder = tmp_path_factory.mktemp("game")
    (folder / "game.json").write_text(SMALL.to_json())
    words = ["train", str(folder / "game.json"), "--epochs", "2"]
    assert main([*words, "--save", str(folder / "points.safetensors")]) == 0
    return folder / "points.safetensors"


def test_training_says_both_losses(points, capsys, tmp_path):
    file = points.parent / "game.json"
    assert main(["train", str(file), "--epochs", "1"]) == 0
    assert "discriminator " in capsys.readouterr().out
    assert main(["train", str(file), "--epochs", "1", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert {"loss", "discriminator_loss", "modes", "share"} == set(record["metrics"]["test"])


def test_points_come_as_csv(points, tmp_path):
    out = tmp_path / "points.csv"
    assert main(["generate", str(points), "--count", "5", "--seed", "2", "--save", str(out)]) == 0
    lines = out.read_text().splitlines()
    assert lines[0] == "x1,x2" and len(lines) == 6
    made = np.array([line.split(",") for line in lines[1:]], np.float32)
    assert (made == Run.load(points).generate(5, seed=2)).all()


def test_images_come_as_a_sheet(tmp_path):
    run, file, out = Run(IMAGES), tmp_path / "digits.safetensors", tmp_path / "grid.png"
    run.step()
    run.save(file)
    assert main(["generate", str(file), "--count", "4", "--save", str(out)]) == 0
    pixels = np.asarray(Image.open(out))
    assert pixels.shape == (58, 58)
    assert (pixels[:28, 30:] == np.rint(255 * run.generate(4)[1, 0])).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["generate", "FILE"], "need a file"),
        (["generate", "FILE", "--save", "x.png"], "no images"),
        (["generate", "FILE", "--save", "x.gif"], "must end in"),
        (["generate", "FILE", "--count", "99999", "--save", "x.csv"], "at a time"),
        (["predict", "FILE", "x.npy"], "a generator reads noise"),
        (["encode", "FILE", "x.npy"], "makes no codes"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(points, words, said, capsys):
    assert main([str(points) if word == "FILE" else word for word in words]) == 1
    assert said in capsys.readouterr().err


def test_inspect_tells_both_networks(points, capsys):
    assert main(["inspect", str(points), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "generator" and found["noise"] == 2
    assert found["discriminator"]["parameters"] == 2 * 7 + 7 + 7 + 1


@pytest.mark.parametrize("target", ["pytorch", "keras", "numpy"])
def test_a_program_says_that_it_reads_noise(points, target, tmp_path):
    assert main(["export", str(points), "--to", target, "--output", str(tmp_path)]) == 0
    [program] = tmp_path.glob("*.py")
    assert "[N, 2]: noise, standard normal" in program.read_text()


def test_a_folder_that_is_not_there_is_made_where_a_slash_says_so(points, tmp_path):
    words = ["export", str(points), "--to", "onnx", "--output"]
    assert main([*words, f"{tmp_path}/a/b/"]) == 0
    assert [path.suffix for path in (tmp_path / "a" / "b").iterdir()] == [".onnx"]
    assert main([*words, f"{tmp_path}/c/d.onnx"]) != 0 and not (tmp_path / "c").exists()


def test_a_graph_makes_the_same_samples(points, tmp_path):
    import onnxruntime

    assert main(["export", str(points), "--to", "onnx", "--output", str(tmp_path)]) == 0
    [graph] = tmp_path.glob("*.onnx")
    network = Run.load(points).network
    z = network.noise(6, seed=1)
    [found] = onnxruntime.InferenceSession(str(graph)).run(None, {"input": z})
    assert np.allclose(found, network.predict(z), atol=1e-6)
