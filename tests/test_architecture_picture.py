"""The picture of the rooms: all of them, in the order of the walls, every arrow down."""

from __future__ import annotations

import re
from itertools import chain
from xml.etree import ElementTree

from tests import architecture_picture as picture
from tests.imports import ROOT

NAME = '<text class="name"[^>]*>([^<]+)</text>'


def test_the_stored_picture_shows_every_room_and_no_other():
    names = re.findall(NAME, picture.FILE.read_text())
    assert names == list(chain.from_iterable(picture.floors()))
    folders = {path.parent.name for path in (ROOT / "playground").glob("*/__init__.py")}
    assert folders <= set(names)


def test_every_import_between_rooms_is_an_arrow_and_leads_down():
    floor = {room.name: room.floor for room in picture.rooms()}
    drawn = re.findall(r"<title>(\S+) imports (\S+)</title>", picture.picture())
    assert {("training", "engine"), ("pages", "web"), ("app.py", "web")} <= set(drawn)
    assert set(drawn) == {(room.name, name) for room in picture.rooms() for name in room.reads}
    assert all(floor[above] < floor[below] for above, below in drawn)


def test_the_picture_is_well_formed_and_nothing_leaves_it():
    root = ElementTree.fromstring(picture.picture())
    *_, width, height = map(float, root.attrib["viewBox"].split())
    boxes = [box.attrib for box in root.iter() if box.attrib.get("class") == "box"]
    assert len(boxes) == len(picture.rooms())
    for box in boxes:
        assert float(box["x"]) + float(box["width"]) < width
        assert float(box["y"]) + float(box["height"]) < height
    bows = [re.match(r"M(\S+) \S+C(\S+) ", path.attrib.get("d", "")) for path in root.iter()]
    ends = [(float(bow[1]), float(bow[2])) for bow in bows if bow]
    assert len(ends) == sum(len(room.reads) for room in picture.rooms())
    # A cubic curve whose two middle points stand at one x goes three quarters of the way there.
    assert all(edge + 0.75 * (middle - edge) < width for edge, middle in ends)
