"""Pictures of the data sets."""

import re
from xml.etree import ElementTree

import pytest

from playground.engine import registry
from playground.views import pictures


@pytest.mark.parametrize("name", registry.names("data"))
def test_points_of_the_plane_have_a_picture_inside_its_frame(name):
    planar = hasattr(registry.get("data", name), "features")
    picture = pictures.svg(name)
    assert (picture is not None) == planar
    if picture:
        marks = list(ElementTree.fromstring(picture))
        shapes = {mark.tag.partition("}")[2] for mark in marks}
        if name == "own_formula":
            assert shapes == {"path", "text"} and len(marks) == 3  # two sides and a name
            return
        assert shapes == ({"rect"} if registry.get("data", name).task == "regression" else {"path"})
        assert len(marks) >= (100 if name != "points" else 10)
        assert re.fullmatch(r"[^<>]*(<[^<>]+>)+", picture)


@pytest.mark.parametrize(("name", "classes"), [("circle", 2), ("spirals", 3), ("rings", 4)])
def test_each_class_has_a_colour_and_a_shape_of_its_own(name, classes):
    marks = ElementTree.fromstring(pictures.svg(name))
    assert len({(mark.get("fill"), mark.get("d")) for mark in marks}) == classes
    assert len({mark.get("fill") for mark in marks}) == len({mark.get("d") for mark in marks})


def test_there_is_no_picture_of_what_is_not_registered():
    assert pictures.svg("../app") is None
