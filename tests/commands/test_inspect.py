"""`inspect`: what files and links are taken for, and how others are refused."""

import contextlib
import io
import json
import zipfile

import numpy as np
import openpyxl
import pytest
from PIL import Image

from playground import Experiment, Run
from playground.__main__ import main
from playground.data import mnist
from playground.formats import write

REFERENCE = "https://playground.tensorflow.org/#activation=relu&dataset=xor&networkShape=3&noise=99"


def call(*words):
    """Exit code, standard output, standard error."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        code = main(["inspect", *map(str, words)])
    return code, out.getvalue(), error.getvalue()


def facts(*words):
    """What it is taken for, in JSON."""
    code, out, error = call(*words, "--json")
    assert (code, error, out.count("\n")) == (0, "", 1), error
    return json.loads(out)


@pytest.fixture
def file(tmp_path):
    """A file of a name and a content."""

    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a"])
def test_points(file, name):
    found = facts(file(name, "x;y;sex\n1,5;2;m\n2;3,5;f\n3;3;NA\n"))
    assert found["kind"] == "points" and found["points"] == 2
    assert found["classes"] == ["f", "m"] and found["columns"] == ["x", "y", "sex"]
    assert (
        found["left_out"] == [4] and "Row 4 is left out: “sex” is missing (NA)." in found["notes"]
    )


def test_points_in_a_spreadsheet(file):
    book = openpyxl.Workbook()
    for row in (["a", "b", "c"], [1, 2, 0.5], [2, 3, 0.25], [3, 3, 0.75]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = facts(file("named_wrong.csv", content.getvalue()))
    assert (found["kind"], found["points"], found["classes"]) == ("points", 3, [])
    assert found["task"] == "regression" and found["form"] == ["Excel"]


def test_a_picture_is_read_by_the_supplied_network(file):
    test = mnist.load()[1]
    content = io.BytesIO()
    Image.fromarray(255 - test.x[0, 0]).resize((280, 280)).save(content, "PNG")
    found = facts(file("seven.png", content.getvalue()))
    assert found["kind"] == "picture" and found["reads"] == int(test.y[0]) == 7
    assert 0.9 < found["probability"] <= 1


def test_a_blank_picture_is_called_blank(file):
    content = io.BytesIO()
    Image.new("RGB", (300, 200), (240, 235, 230)).save(content, "JPEG")
    assert facts(file("blank.jpg", content.getvalue())) == {"kind": "picture", "blank": True}


def test_networks(tmp_path):
    run = Run(Experiment.preset("lenet5"))
    run.save(str(tmp_path / "a.safetensors"))
    for name, content in write.files(run, "onnx").items():
        (tmp_path / name).write_bytes(content)
    for path in (tmp_path / "a.safetensors", *tmp_path.glob("*.onnx")):
        found = facts(path)
        assert (found["kind"], found["input"]) == ("network", [1, 28, 28])
        assert [layer["type"] for layer in found["layers"]][:2] == ["conv2d", "max_pool2d"]
        assert found["loss"] == "softmax_cross_entropy" and found["outputs"] == [10]
        assert found["parameters"] == 61_706


def test_images(file):
    random = np.random.default_rng(1)
    content = io.BytesIO()
    x = np.zeros((30, 28, 28), np.uint8)
    x[:, 8:20, 8:20] = random.integers(0, 255, (30, 12, 12))
    np.savez(content, x=x, y=np.arange(30) % 3)
    found = facts(file("a.npz", content.getvalue()))
    assert (found["kind"], found["images"], found["classes"]) == ("images", 30, ["0", "1", "2"])
    assert found["mean"] == pytest.approx(x.mean() / 255, abs=2e-3)


def test_links(file):
    found = facts(REFERENCE + "&dataset_hide=true&learningRate_hide=true")
    assert found["kind"] == "link" and found["hidden"] == ["data", "learning_rate"]
    assert found["experiment"]["data"]["type"] == "xor"
    assert found["notes"] == ["noise=99 cannot be kept: 50 was taken."]
    path = file("link.txt", f"Try this: <{REFERENCE.replace('&', '&amp;')}>\n")
    assert facts(path)["experiment"] == found["experiment"]
    token = Experiment.preset("spiral").to_link()
    for text in (token, f"http://a/?m={token}", file("own.txt", f"see http://a/?m={token} .")):
        own = facts(text)
        assert own["experiment"] == Experiment.preset("spiral").described()
    own = facts(f"http://a/?m={token}&amp;hide=noise,foo&lock=data")
    assert own["hidden"] == ["noise"] and own["locked"] == ["data"]
    assert "“foo”" in own["notes"][0]


def test_a_set_up(file):
    wanted = Experiment.preset("xor")
    found = facts(file("a.json", wanted.to_json()))
    assert found == {"kind": "set-up", "experiment": wanted.described()}


def test_words_for_people(file):
    code, out, _ = call(file("a.csv", "1,2,a\n2,3,b\n"))
    assert code == 0 and out.splitlines()[:4] == [
        "kind: points",
        "points: 2",
        "task: classification",
        "classes: a, b",
    ]


def archive(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def of_a_later_zip():
    """A ZIP whose directory asks for a version that nobody unpacks."""
    content = bytearray(archive(a="b"))
    content[content.rindex(b"PK\x01\x02") + 6] = 157
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", of_a_later_zip()),
        ("a.csv", "1,2\n3,4\n"),
        ("a.csv", "one line"),
        ("a.csv", ""),
        ("a.xls", b"\xd0\xcf\x11\xe0" * 9),
        ("a.pdf", "%PDF-1.7"),
        ("a.png", b"\x89PNG\r\n\x1a\n" * 9),
        ("a.jpg", b"\xff\xd8\xff" * 9),
        ("a.onnx", b"garbage"),
        ("a.safetensors", b"garbage"),
        ("a.pth", archive(a="b")),
        ("a.keras", archive(a="b")),
        ("a.pkl", b"\x80\x04"),
        ("a.onnx.data", bytes(40)),
        ("a.zip", archive(a="b")),
        ("a.zip", b"PK\x03\x04 and no more"),
        ("a.npz", b"PK\x03\x04"),
        ("a.json", "{}"),
        ("a.json", '{"a": ['),
        ("x-idx3-ubyte", b"\0\0\x08\x03"),
        ("a.bin", bytes(99)),
        ("a.csv", bytes(range(256)) * 9),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(file, name, content):
    code, out, error = call(file(name, content), "--json")
    assert (code, out) == (2, "") and error.startswith("error: ") and error.endswith(".\n")
    assert error.count("\n") == 1 and "Traceback" not in error


@pytest.mark.parametrize(
    "word",
    [
        "nowhere.csv",
        "https://example.org/",
        "?m=1garbage",
        "https://example.org/#a=b",
        ".",
        "\0",
        "x" * 5000,
        "https://playground.tensorflow.org/#activation=" + "y" * 5000,
        "http://a/?m=2abc",
    ],
)
def test_what_is_neither_file_nor_link_is_refused_in_a_sentence(word):
    code, out, error = call(word)
    assert (code, out) == (2, "") and error.endswith(".\n") and error.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.pth", "safetensors.torch.save_file(model.state_dict()"),
        ("a.PT", "torch.onnx.export"),
        ("a.h5", 'model.export("network.onnx", format="onnx")'),
        ("a.joblib", "skl2onnx"),
        ("a.tflite", "convert it to ONNX"),
        ("a.onnx.data", "bring the .onnx file"),
    ],
)
def test_networks_of_others_are_told_how_to_come(file, name, words):
    code, _, error = call(file(name, b"PK\x03\x04 whatever"))
    assert code == 2 and words in error
