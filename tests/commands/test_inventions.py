"""generate: a sheet of what an autoencoder invents, and what is refused in a line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from playground import Experiment, Run
from playground.__main__ import main
from playground.data import image_files, own_images
from playground.data.lacking import MissingDataError
from playground.data.owner import Shelf
from playground.experiment import edits
from tests.web.pages import squares

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


@pytest.mark.parametrize("name", ["vae", "autoencoder", "gan_mnist"])
def test_files_of_images_that_are_not_here(name, tmp_path, monkeypatch, capsys):
    """What was trained on own images in a page answers where these are not; it cannot train."""
    pictures = image_files.read({"set.zip": squares()}, False)
    data = {"type": "images", "key": pictures.key, "names": ",".join(pictures.names)}
    trained = Run(Experiment.model_validate(edits.on_images(Experiment.preset(name), data)))
    trained.step()
    path, sheet = str(tmp_path / "own.safetensors"), str(tmp_path / "grid.png")
    trained.save(path)
    made, network = trained.generate(n=9, seed=1), trained.network
    monkeypatch.setattr(own_images, "_shelf", Shelf())
    words = ["generate", path, "--count", "9", "--seed", "1", "--save", sheet]
    if name == "autoencoder":
        assert main(words) == 1 and "needs data" in capsys.readouterr().err
    else:
        assert main(words) == 0
        assert (np.asarray(Image.open(sheet))[:28, :28] == np.rint(255 * made[0, 0])).all()
    if name == "gan_mnist":
        return
    assert main(["encode", path, sheet if name == "vae" else "none.png"]) == (name != "vae")
    codes, back = tmp_path / "codes.npy", tmp_path / "back.npy"
    np.save(codes, np.zeros((2, *network.code_shape), np.float32))
    assert main(["decode", path, str(codes), "--save", str(back)]) == 0
    assert (np.load(back) == network.decode(np.load(codes))).all()
    assert main(["encode", path, "--split", "test"]) == 1
    assert "data are not here" in capsys.readouterr().err
    with pytest.raises(MissingDataError):
        Run.load(path)
    with pytest.raises(ValueError, match="came without data"):
        Run.load(path, alone=True).step()


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
