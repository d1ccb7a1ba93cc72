"""generate: a sheet of what an autoencoder invents, and what is refused in a line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from playground import Experiment, Run
from playground.__main__ import main

LAYERS = [
    {"type": "flatten"},
    {"type": "dense", "units": 6},
    {"type": "sampling"},
    {"type": "dense", "units": 784},
]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    data = {"type": "mnist", "samples": 200}
    run = Run(Experiment.preset("vae").changed(data=data, layers=LAYERS))
    run.step()
    path = tmp_path_factory.mktemp("codes") / "vae.safetensors"
    run.save(path)
    return path


def test_a_sheet_of_inventions(file, tmp_path):
    sheet = tmp_path / "grid.png"
    assert main(["generate", str(file), "--count", "10", "--seed", "4", "--save", str(sheet)]) == 0
    pixels = np.asarray(Image.open(sheet))
    assert pixels.shape == (3 * 30 - 2, 4 * 30 - 2)
    made = Run.load(file).generate(10, seed=4)
    assert (pixels[:28, 30:58] == np.rint(255 * made[1, 0])).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["generate", "FILE", "--save", "grid.gif"], "must end in"),
        (["generate", "FILE", "--count", "99999999", "--save", "x.npy"], "at a time"),
        (["generate", "FILE"], "need a file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(file, words, said, capsys):
    assert main([str(file) if word == "FILE" else word for word in words]) == 1
    assert said in capsys.readouterr().err


def test_codes_out_and_back(file, tmp_path, capsys):
    """The commands say what `Run` says, of an array, of a picture and of the test images."""
    run, codes, back = Run.load(file), tmp_path / "codes.npy", tmp_path / "back.npy"
    assert main(["encode", str(file), "--split", "test", "--save", str(codes)]) == 0
    assert "10,000 codes of 3" in capsys.readouterr().out
    z = run.network.encode(run.data.test.x)
    assert (np.load(codes) == z).all()
    assert main(["decode", str(file), str(codes), "--save", str(back)]) == 0
    assert (np.load(back) == run.network.decode(z)).all()
    capsys.readouterr()

    picture = tmp_path / "three.npy"
    np.save(picture, run.data.test.x[3])
    assert main(["encode", str(file), str(picture)]) == 0
    words = capsys.readouterr().out.strip()
    assert np.allclose([float(word) for word in words.split(",")], z[3], rtol=1e-6)
    assert main(["decode", str(file), "--save", str(tmp_path / "one.png"), "--", words]) == 0
    with Image.open(tmp_path / "one.png") as image:
        assert image.size == (28, 28)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["encode", "FILE"], "--split"),
        (["encode", "FILE", "a.npy", "--split", "test"], "--split"),
        (["encode", "FILE", "none.npy"], "cannot be read"),
        (["encode", "FILE", "--split", "test", "--save", "codes.csv"], "must end in .npy"),
        (["decode", "FILE", "1,2"], "3 finite numbers"),
        (["decode", "FILE", "1,2,inf"], "3 finite numbers"),
        (["decode", "FILE", "one"], "is no code"),
        (["decode", "FILE", "1,2,3"], "need a file"),
        (["encode", "PLAIN", "--split", "test"], "makes no codes"),
        (["decode", "PLAIN", "1,2"], "makes no codes"),
    ],
)
def test_codes_that_cannot_be_had(file, words, said, capsys, tmp_path):
    plain = tmp_path / "plain.safetensors"
    Run(Experiment.preset("xor")).save(plain)
    names = {"FILE": str(file), "PLAIN": str(plain)}
    assert main([names.get(word, word) for word in words]) == 1
    assert said in capsys.readouterr().err
