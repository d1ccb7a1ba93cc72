"""The picture of a network: what is drawn, how large, and that it is sound SVG."""

import re
from xml.etree import ElementTree

import pytest

from playground.experiment import Experiment, presets, stacks
from playground.views import architecture, stack

LENET = Experiment.preset("lenet5")
IMAGES = [
    name
    for name in presets.PRESETS
    if Experiment.preset(name).layers and len(Experiment.preset(name).data.make().shape) == 3
]


def with_layers(*layers):
    return stacks.changed(LENET, [*layers, {"type": "flatten"}, {"type": "dense", "units": 10}])


def test_lenet_has_a_box_for_what_makes_something_new():
    found = architecture.stages(LENET)
    assert [(one.name, one.shape) for one in found] == [
        ("Input", (1, 28, 28)),
        ("Convolution", (6, 28, 28)),
        ("Max pool", (6, 14, 14)),
        ("Convolution", (16, 10, 10)),
        ("Max pool", (16, 5, 5)),
        ("Dense", (120,)),
        ("Dense", (84,)),
        ("Dense", (10,)),
    ]
    assert found[4].extras == ("Flatten",)
    assert architecture.describe(LENET).startswith("Input 1×28×28 → Convolution 6×28×28 → ")


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_every_preset_is_drawn_inside_its_frame(name, dark):
    experiment = Experiment.preset(name)
    root = ElementTree.fromstring(architecture.svg(experiment, dark))
    *_, width, height = map(float, root.attrib["viewBox"].split())
    assert width <= architecture.WIDEST and height < 1500
    groups = [node for node in root if node.tag.endswith("}g")]
    assert len(groups) == len(architecture.stages(experiment))
    for group in groups:
        x, y = map(float, re.findall(r"[-\d.]+", group.attrib["transform"]))
        for polygon in (node for node in group if node.tag.endswith("polygon")):
            for point in polygon.attrib["points"].split():
                dx, dy = map(float, point.split(","))
                assert 0 <= x + dx <= width and 0 <= y + dy <= height
        for text in (node for node in group if node.tag.endswith("text")):
            assert 8 < y + float(text.attrib["y"]) < height


def test_more_maps_are_wider_and_smaller_images_lower():
    def box(experiment, at):
        root = ElementTree.fromstring(architecture.svg(experiment))
        front = root[at][0].attrib["points"]
        xs, ys = zip(*(map(float, point.split(",")) for point in front.split()), strict=True)
        return max(xs) - min(xs), max(ys) - min(ys)

    two = with_layers(
        {"type": "conv2d", "filters": 4}, {"type": "conv2d", "filters": 16, "stride": 2}
    )
    (thin, high), (thick, low) = box(two, 1), box(two, 2)
    assert thick == pytest.approx(2 * thin, rel=0.01)  # four times the maps
    assert low / high == pytest.approx((12 / 26) ** 0.5, rel=0.01)


def test_names_of_users_stay_text():
    stage = architecture.Stage("<b>", "&", (3,), "units")
    assert "&lt;b&gt;" in architecture._words(stage, 10, 10, architecture.LIGHT)


def test_the_facts_of_a_row():
    found, _ = stack.lines(LENET)
    told = architecture.facts(found[2], 64)
    assert told.startswith("6×14×14 → 16×10×10. 2,416 numbers to learn, 240,000 multiply-adds")
    assert found[2].memory(64) == 4 * (2416 + 64 * 1600) and "419 kB" in told
