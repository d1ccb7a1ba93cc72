"""Links, files and addresses that version 1 made still open, and mean the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from playground import Experiment, Run
from playground.experiment import tensorflow_playground

FOLDER = Path(__file__).parent / "version_1"
LINKS = json.loads((FOLDER / "links.json").read_text())
ADDRESSES = json.loads((FOLDER / "reference_links.json").read_text())
FILES = sorted(FOLDER.glob("*.safetensors"))


def test_there_is_something_to_hold():
    assert len(LINKS) > 100 and len(ADDRESSES) == 4 and len(FILES) == 4


@pytest.mark.parametrize("entry", LINKS, ids=range(len(LINKS)))
def test_links(entry):
    experiment = Experiment.from_link(entry["link"])
    assert _without_new_options(experiment.described(), entry["experiment"]) == entry["experiment"]


@pytest.mark.parametrize("entry", ADDRESSES, ids=range(len(ADDRESSES)))
def test_addresses_of_the_reference(entry):
    opened = tensorflow_playground.read(entry["link"])
    described = _without_new_options(opened.experiment.described(), entry["experiment"])
    assert described == entry["experiment"]
    assert (opened.test_points, opened.two_colours) == (entry["test_points"], entry["two_colours"])
    assert sorted(opened.hidden) == entry["hidden"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_files(file):
    run, made = Run.load(file), np.load(file.with_suffix(".npz"))
    outputs = run.snapshot().predict(made["x"])
    np.testing.assert_allclose(outputs, made["outputs"], rtol=1e-4, atol=1e-5)
    losses = [run.step() for _ in range(len(made["losses_after"]))]
    np.testing.assert_allclose(losses, made["losses_after"], rtol=1e-3, atol=1e-5)


def _without_new_options(described, stored):
    """What a later version adds with a default is no difference."""
    if isinstance(stored, dict):
        return {k: _without_new_options(described.get(k), v) for k, v in stored.items()}
    if isinstance(stored, list) and isinstance(described, list):
        pairs = zip(described, stored, strict=False)
        return [_without_new_options(*pair) for pair in pairs] + described[len(stored) :]
    return described
