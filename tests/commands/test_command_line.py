"""The command line: words in, text and an exit code out; a few times as a process of its own."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground import Experiment, Run, __version__
from playground.__main__ import main
from playground.data import mnist
from playground.experiment import sharing
from tests.formats.read.graphs import model, node

ROOT = Path(__file__).resolve().parents[2]


def process(words, cwd=ROOT):
    """Exit code, standard output, standard error of `python -m playground`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "playground", *map(str, words)]
    done = subprocess.run(
        command, cwd=cwd, text=True, capture_output=True, timeout=120, env=environment
    )
    return done.returncode, done.stdout, done.stderr


def call(*words):
    """The same without a new process."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        try:
            code = main(list(map(str, words)))
        except SystemExit as leave:  # argparse
            code = leave.code
    return code, out.getvalue(), error.getvalue()


def fails(*words, expected=1):
    """The one line of an error."""
    code, _, error = call(*words)
    assert code == expected and error.startswith("error: ") and error.count("\n") == 1, error
    assert "Traceback" not in error
    return error


def refuses(*words):
    """The one line on what cannot be read."""
    return fails(*words, expected=2)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A digit reader, quickly trained, and where it lies."""
    path = tmp_path_factory.mktemp("trained") / "digits.safetensors"
    mlp = Experiment.preset("mnist_mlp").changed(data={"type": "mnist", "samples": 10_000})
    run = Run(mlp)
    run.train(3)
    run.save(path)
    return path, run


# ---- train ----


def test_training_ends_at_a_goal_and_says_so():
    code, out, _ = call("train", "circle", "--target-accuracy", "0.9")
    lines = out.splitlines()
    assert code == 0 and "The accuracy on the test set has reached its goal" in lines[-1]
    assert 1 < len(lines) - 1 < 200
    code, out, error = call("train", "circle", "--target-loss", "0.3", "--json")
    assert code == 0 and "The loss on the test set has reached its goal" in error
    assert json.loads(out.splitlines()[-1])["test_loss"] <= 0.3
    assert "0.3" in call("train", "circle", "--target-loss", "0.3")[1].splitlines()[-1]


def test_patience_on_the_command_line(tmp_path):
    path = tmp_path / "best.safetensors"
    code, out, _ = call("train", "early_stopping", "--patience", "5", "--save", path)
    assert code == 0 and "not fallen for 5 epochs; the weights of epoch" in out
    run = Run.load(path)
    best = min(run.history["validation_loss"])
    assert run.evaluate("validation")["loss"] == best and run.experiment.stop.patience == 5
    code, out, _ = call("train", "circle", "--patience", "1", "--min-delta", "0.5")
    assert code == 0 and "The training loss has not fallen by 0.5 for 1 epoch." in out


def test_images_are_changed_and_points_are_not(tmp_path):
    path = tmp_path / "few.json"
    few = Experiment.preset("mnist_linear").changed(data={"type": "mnist", "samples": 300})
    path.write_text(few.to_json())
    losses = [
        json.loads(call("train", path, "--epochs", 1, "--json", *more)[1])["loss"]
        for more in ([], ["--augment"], ["--augment"])
    ]
    assert losses[0] != losses[1] == losses[2]
    assert "Only images" in fails("train", "circle", "--augment")
    assert "no accuracy to reach" in fails("train", "reg_plane", "--target-accuracy", "0.9")


@pytest.mark.parametrize(
    "words",
    [
        ["--target-loss", "-1"],
        ["--target-loss", "nan"],
        ["--target-accuracy", "1.1"],
        ["--patience", "0"],
        ["--min-delta", "much"],
    ],
)
def test_impossible_ends_are_refused(words):
    code, _, error = call("train", "circle", *words)
    assert code == 2 and words[0] in error and "is not a" in error


def test_train_prints_a_line_an_epoch_and_saves(tmp_path):
    path = tmp_path / "circle.safetensors"
    words = "train", "circle", "--epochs", 3, "--json", "--save", path
    code, out, error = process(words)
    assert code == 0 and error == ""
    lines = [json.loads(line) for line in out.splitlines()]
    expected = Run(Experiment.preset("circle")).train(3)
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    for line, record in zip(lines, expected, strict=True):
        assert set(line) == {"epoch", "loss", "test_loss", "metrics", "seconds"}
        assert {**line, "seconds": 0} == {**record, "seconds": 0}
    assert Run.load(path).snapshot().metrics == expected[-1]["metrics"]


def test_train_in_words_replays():
    words = "train", "xor", "--epochs", "2", "--seed", "5"
    one, other = call(*words)[1], process(words)[1]
    assert one.count("\n") == 2 and "test accuracy" in one and "epoch 2" in one
    assert [line.rsplit(" ", 2)[0] for line in one.splitlines()] == [
        line.rsplit(" ", 2)[0] for line in other.splitlines()
    ]
    assert one != call("train", "xor", "--epochs", "2", "--seed", "6")[1]


def test_train_reads_a_file_and_its_stop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.json"
    path.write_text(Experiment.preset("reg_plane").changed(stop={"epochs": 4}).to_json(indent=1))
    code, out, _ = call("train", path, "--json")
    assert code == 0 and [json.loads(line)["epoch"] for line in out.splitlines()] == [1, 2, 3, 4]
    assert "mae" in json.loads(out.splitlines()[0])["metrics"]["test"]


def test_the_parts_of_a_network_with_trees_are_measured(tmp_path):
    alone = Experiment.preset("tree_xor").changed(data={"type": "xor", "samples": 60})
    description = sharing.shared(alone, "deep_features")
    description["hybrid"]["epochs"] = 2
    path = tmp_path / "both.json"
    path.write_text(Experiment.model_validate(description).to_json())
    code, out, _ = call("train", path, "--parts")
    lines = out.splitlines()[-5:]
    assert code == 0 and lines[0].split() == ["right", "loss", "seconds", "numbers"]
    assert lines[1].startswith("The network alone") and lines[-1].startswith("The inputs →")
    assert "only a network with trees" in fails("train", "circle", "--parts")


def test_what_train_refuses(tmp_path):
    assert "name it with --table" in fails("train", "table_iris", "--target", "petal_width")
    broken = tmp_path / "broken.json"
    broken.write_text('{"data": {"type": "circle", "noise": 99}, "layers": []}')
    assert "data.circle.noise" in fails("train", broken) and "50" in fails("train", broken)
    broken.write_text("\0")
    assert "Invalid JSON" in fails("train", broken)
    assert "neither a preset nor a file called lenet" in fails("train", "lenet")
    assert "cannot be read" in fails("train", tmp_path)
    nowhere = tmp_path / "no" / "where.safetensors"
    assert "its folder does not exist" in fails("train", "circle", "--save", nowhere)
    tensor = tmp_path / "tensor.json"
    tensor.write_text(
        '{"data": {"type": "tensor", "shape": [2]}, "layers": [{"type": "dense"}],'
        ' "loss": {"type": "mse"}}'
    )
    assert "no data to train on" in fails("train", tensor)


def test_divergence_is_an_error_that_says_what_to_try(tmp_path):
    path = tmp_path / "wild.json"
    path.write_text(
        Experiment.preset("reg_plane")
        .changed(optimizer={"type": "sgd", "learning_rate": 99.0})
        .to_json()
    )
    code, _, error = call("train", path, "--save", tmp_path / "never.safetensors")
    assert code == 1 and "learning rate of 10 instead of 99" in error
    assert not (tmp_path / "never.safetensors").exists()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["train"],
        ["train", "circle", "--epochs", "0"],
        ["train", "circle", "--epochs", "x"],
        ["train", "circle", "--seed", "-1"],
        ["train", "circle", "--seed", "9" * 30],
        ["train", "circle", "--fast"],
        ["predict", "x"],
    ],
)
def test_wrong_usage(words):
    code, out, error = call(*words)
    assert code == 2 and out == "" and error.startswith("usage: ") and "Traceback" not in error


def test_help():
    code, out, _ = call("--help")
    assert code == 0 and all(word in out for word in ("train", "predict", "presets"))
    code, out, _ = call("train", "--help")
    assert code == 0 and "--epochs N" in out and "--json" in out


def test_a_reader_that_goes_away_is_no_error_of_ours():
    pipe = f"{sys.executable} -m playground train circle --epochs 500 --json | head -1"
    done = subprocess.run(pipe, shell=True, cwd=ROOT, text=True, capture_output=True, timeout=60)
    assert done.stdout.count("\n") == 1 and done.stderr == ""


# ---- presets ----


def test_presets():
    code, out, _ = call("presets")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == Experiment.presets()
    code, out, _ = call("presets", "lenet5")
    assert code == 0 and Experiment.from_json(out) == Experiment.preset("lenet5")
    assert "neither a preset" in fails("presets", "lenet6")


# ---- predict ----


def test_predict_arrays(trained, tmp_path):
    path, run = trained
    x = run.data.test.x[:40]
    answers = run.snapshot().predict(x).argmax(1)
    shapes = {"many": x, "flat": x[:, 0], "numbers": (x / 255).astype(np.float32)}
    for name, array in shapes.items():
        np.save(tmp_path / f"{name}.npy", array)
        code, out, error = call("predict", path, tmp_path / f"{name}.npy")
        assert code == 0, error
        assert [int(line.split()[0]) for line in out.splitlines()] == answers.tolist()
    np.save(tmp_path / "one.npy", x[3, 0])
    code, out, _ = call("predict", path, tmp_path / "one.npy", "--json")
    told = json.loads(out)
    probabilities = run.snapshot().probabilities(run.snapshot().predict(x[3:4]))[0]
    assert told["class"] == str(answers[3])
    assert list(told["probabilities"].values()) == pytest.approx(probabilities.tolist(), abs=1e-5)


def enlarged(image, paper, ink, mode):
    """A digit as a photograph might show it: 280 pixels, off the middle, on coloured paper."""
    large = Image.fromarray(image).resize((280, 280), Image.Resampling.BICUBIC)
    shade = np.asarray(large, float)[..., None] / 255
    picture = (1 - shade) * np.array(paper) + shade * np.array(ink)
    canvas = np.full((420, 380, 3), paper, np.uint8)
    canvas[90:370, 20:300] = picture.round()
    return Image.fromarray(canvas).convert(mode)


@pytest.mark.parametrize(
    ("name", "paper", "ink", "mode"),
    [
        ("a.png", (255, 255, 255), (0, 0, 0), "L"),
        ("b.png", (0, 0, 0), (255, 255, 255), "RGB"),
        ("c.jpg", (200, 190, 180), (40, 40, 90), "RGB"),
        ("d.png", (250, 250, 250), (0, 0, 0), "RGBA"),
        ("e.gif", (255, 255, 255), (0, 0, 0), "P"),
    ],
)
def test_predict_images(trained, tmp_path, name, paper, ink, mode):
    path, run = trained
    sure = np.flatnonzero(
        run.snapshot().probabilities(run.snapshot().predict(run.data.test.x[:200])).max(1) > 0.999
    )[:3]
    for index in sure:
        enlarged(run.data.test.x[index, 0], paper, ink, mode).save(tmp_path / name)
        code, out, error = call("predict", path, tmp_path / name)
        assert code == 0, error
        assert int(out.split()[0]) == run.data.test.y[index]


def test_an_image_of_mnist_is_taken_as_it_is(trained, tmp_path):
    path, run = trained
    Image.fromarray(run.data.test.x[0, 0]).save(tmp_path / "seven.png")
    np.save(tmp_path / "seven.npy", run.data.test.x[0])
    code, out, _ = call("predict", path, tmp_path / "seven.png", tmp_path / "seven.npy", "--json")
    picture, array = map(json.loads, out.splitlines())
    assert picture.pop("file").endswith("seven.png") and array.pop("file").endswith("seven.npy")
    assert code == 0 and picture == array and array["class"] == "7"


def test_predict_a_value(tmp_path):
    path = tmp_path / "plane.safetensors"
    run = Run(Experiment.preset("reg_plane"))
    run.train(20)
    run.save(path)
    np.save(tmp_path / "points.npy", np.array([[1.0, 2.0], [-3.0, 0.0]]))
    code, out, _ = call("predict", path, tmp_path / "points.npy")
    values = [float(word) for word in out.split()]
    assert code == 0 and values == pytest.approx([0.3, -0.3], abs=0.02)
    Image.new("L", (9, 9)).save(tmp_path / "image.png")
    assert "not images" in refuses("predict", path, tmp_path / "image.png")


def test_what_predict_refuses(trained, tmp_path):
    path, _ = trained

    def array(content, **options):
        np.save(tmp_path / "array.npy", content, **options)
        return refuses("predict", path, tmp_path / "array.npy")

    def written(name, content):
        (tmp_path / name).write_bytes(content)
        return refuses("predict", path, tmp_path / name)

    assert "cannot be read: No such file" in refuses("predict", path, tmp_path / "none.npy")
    assert "cannot be read: No such file" in fails("predict", tmp_path / "none", tmp_path / "x.npy")
    assert "shape [5, 5]; this network reads [1, 28, 28]" in array(np.zeros((5, 5)))
    assert "not a finite number" in array(np.full((28, 28), np.nan))
    assert "numbers are needed" in array(np.full((28, 28), "a"))
    assert "not an array that can be read" in array(np.full((28, 28), None), allow_pickle=True)
    np.save(tmp_path / "huge.npy", np.zeros((1, 28, 28)))
    raw = (tmp_path / "huge.npy").read_bytes()
    for shape in (b"(1, 28, 99999999999)", b"(1, 28, ((((((((((((", b"(9**99999,)         "):
        claimed = raw.replace(b"(1, 28, 28), }      ", shape[:20])
        assert claimed != raw
        assert "not an array that can be read" in written("lying.npy", claimed)
    assert "no picture that can be read" in written("text.png", b"hello")
    assert "not an array that can be read" in written("text.npy", b"hello")
    Image.new("L", (50, 50)).save(tmp_path / "good.png")
    cut = written("cut.png", (tmp_path / "good.png").read_bytes()[:60])
    assert "cut.png" in cut
    Image.new("L", (12_000, 12_000)).save(tmp_path / "large.png")
    assert "too large" in refuses("predict", path, tmp_path / "large.png")
    assert "not a saved network" in fails("predict", tmp_path / "good.png", tmp_path / "huge.npy")


def nearest_mean(top, shape):
    """An ONNX network that names the digit whose mean image is nearest; pixels up to `top`."""
    train = mnist.load()[0]
    x, y = train.x[:5000, 0].reshape(-1, 784) / 255, train.y[:5000]
    means = np.stack([x[y == digit].mean(0) for digit in range(10)])
    arrays = {"w": 9 * means / top, "b": -4.5 * (means**2).sum(1)}
    nodes = [node("Flatten", "x", "f"), node("Gemm", "f w b", "y", transB=1)]
    floats = {name: array.astype(np.float32) for name, array in arrays.items()}
    return model(nodes, floats, ["N", *shape]).SerializeToString()


@pytest.mark.parametrize("shape", [(784,), (1, 28, 28)])
@pytest.mark.parametrize("top", [1, 255])
def test_networks_of_other_programs_read_pictures_of_digits(tmp_path, shape, top):
    """In the range of pixels that they learned from, however they take the 784 of them."""
    digit = mnist.load()[1].x[0, 0]
    (tmp_path / "digits.onnx").write_bytes(nearest_mean(top, shape))
    Image.fromarray(255 - digit).resize((200, 200)).save(tmp_path / "seven.png")
    np.save(tmp_path / "seven.npy", (digit / 255 * top).reshape(shape))
    files = tmp_path / "seven.png", tmp_path / "seven.npy"
    code, out, error = call("predict", tmp_path / "digits.onnx", *files, "--json")
    picture, array = map(json.loads, out.splitlines())
    assert code == 0 and picture["class"] == "7"
    assert array["class"] == "7" if len(shape) > 1 else np.argmax(array["outputs"]) == 7
    assert ("0 to 255" in error) == (top == 255)


def test_pictures_without_ink(trained, tmp_path):
    path, _ = trained
    for shade in (0, 128, 255):
        Image.new("L", (64, 64), shade).save(tmp_path / "blank.png")
        code, out, _ = call("predict", path, tmp_path / "blank.png")
        assert code == 0 and out == "blank: nothing is written on it\n"
    code, out, _ = call("predict", path, tmp_path / "blank.png", "--json")
    assert json.loads(out) == {"file": str(tmp_path / "blank.png"), "blank": True}


def test_predict_goes_on_after_a_file_that_cannot_be_read(trained, tmp_path):
    path, run = trained
    Image.fromarray(run.data.test.x[0, 0]).save(tmp_path / "seven.png")
    (tmp_path / "text.png").write_bytes(b"hello")
    names = [tmp_path / name for name in ("seven.png", "text.png", "seven.png")]
    code, out, error = call("predict", path, *names)
    lines = out.splitlines()
    assert code == 2 and len(lines) == 2 and lines[0] == lines[1]
    assert lines[0].startswith(f"{names[0]}  7 ") and "no picture" in error
    assert "1 of 3 files could not be read" in error


def test_predict_reads_paper_or_all_that_is_drawn(trained, tmp_path):
    path, run = trained
    seven = np.kron(255 - run.data.test.x[0, 0], np.ones((10, 10), np.uint8))
    sheet = np.full((600, 800), 250, np.uint8)
    sheet[200:480, 300:580] = np.minimum(250, seven)
    sheet[:, :40] = 20  # the table beyond the sheet
    Image.fromarray(sheet).save(tmp_path / "sheet.png")
    assert call("predict", path, tmp_path / "sheet.png")[1].startswith("7 ")
    drawn = call("predict", path, tmp_path / "sheet.png", "--as-drawn")[1]
    assert drawn and drawn != call("predict", path, tmp_path / "sheet.png")[1]


def test_the_version_is_told():
    assert call("--version") == (0, f"playground {__version__}\n", "")
