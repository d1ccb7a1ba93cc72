"""Descents: their links, and what is refused."""

from __future__ import annotations

import pytest

from playground.data import surfaces
from playground.experiment import ValidationError, link_text
from playground.experiment.descent import Descent, first, title, way, ways
from playground.experiment.link_text import LinkError


@pytest.mark.parametrize("name", [*surfaces.SURFACES, surfaces.OWN])
def test_a_link_brings_everything_back(name):
    wanted = first().changed(surface=name, start=(0.5, -0.25), steps=77)
    assert Descent.from_link(wanted.to_link()) == wanted
    assert wanted.origin == (0.5, -0.25)


def test_every_way_keeps_its_name():
    for name, description in ways().items():
        wanted = Descent.model_validate({"optimizers": [description]})
        assert way(wanted.optimizers[0]) == name and title(name)
    assert len({title(name) for name in ways()}) == len(ways())


@pytest.mark.parametrize(
    "fields",
    [
        {"surface": "hill"},
        {"surface": "own", "expression": "__import__('os')"},
        {"surface": "own", "expression": "1/0"},
        {"steps": 0},
        {"steps": 10**9},
        {"steps": 5.5},
        {"start": (float("nan"), 0.0)},
        {"start": (1e30, 0.0)},
        {"reach": 0.0},
        {"optimizers": [{"type": "sgd", "learning_rate": -1.0}]},
        {"optimizers": [{"type": "magic"}]},
        {"optimizers": [{"type": "sgd"}] * 50},
        {"more": 1},
    ],
)
def test_what_is_out_of_bounds_is_refused(fields):
    with pytest.raises(ValidationError):
        Descent.model_validate(fields)
    with pytest.raises(ValidationError):
        first().changed(**fields)


@pytest.mark.parametrize("text", ["[]", "7", '"x"', "{", '{"surface": 3}', "[" * 5000])
def test_links_that_hold_nothing(text):
    with pytest.raises(LinkError):
        Descent.from_link(link_text.pack(text))
    with pytest.raises(LinkError):
        Descent.from_link(text)


def test_a_link_with_a_bad_formula_says_why():
    token = link_text.pack('{"surface":"own","expression":"x > y","optimizers":[]}')
    with pytest.raises(LinkError):
        Descent.from_link(token)
