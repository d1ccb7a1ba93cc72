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
