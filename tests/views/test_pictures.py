"""Pictures of the data sets."""

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
        assert len(marks) >= 100
        shapes = {mark.tag.partition("}")[2] for mark in marks}
        two_classes = registry.get("data", name).task == "classification"
        assert shapes == ({"circle", "path"} if two_classes else {"rect"})


def test_there_is_no_picture_of_what_is_not_registered():
    assert pictures.svg("../app") is None
