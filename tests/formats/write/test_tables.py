"""A new layer or activation has an entry in every target, or an error that names it."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest

from playground.engine import Network, registry
from playground.engine.layer import Layer
from playground.formats import write
from playground.formats.write.model import identifier
from playground.formats.write.script import Parts, call
from tests.engine.cases import LENET
from tests.engine.parity import settled
from tests.formats.write.networks import trained

MODULES = {
    name: importlib.import_module(f"playground.formats.write.{module}")
    for name, module in write.MODULES.items()
}


@pytest.mark.parametrize("target", write.TARGETS)
def test_every_target_knows_every_settled_piece(target):
    module = MODULES[target]
    for kind, table in (("layer", module.LAYERS), ("activation", module.ACTIVATIONS)):
        pieces = set(settled(kind))
        assert set(table) == pieces, f"{target}: {set(table) ^ pieces}"


class Stranger(Layer):
    """A layer that no export has heard of."""

    type = name = "stranger"
    title = "Stranger"

    def output_shape(self, shape):
        return shape


@pytest.mark.parametrize("target", write.TARGETS)
def test_what_a_target_does_not_know_is_named(target):
    loss = registry.make("loss", {"type": "mse"})
    network = Network([Stranger()], (3,), loss)
    unknown = SimpleNamespace(freeze=network.snapshot, data=trained(LENET).data)
    with pytest.raises(write.ExportError, match="layer stranger"):
        write.files(unknown, target)
    with pytest.raises(write.ExportError, match="activation frown"):
        MODULES[target].ACTIVATIONS["frown"]


def test_an_unknown_target_lists_what_there_is():
    with pytest.raises(write.ExportError, match="pytorch, keras, numpy, onnx"):
        write.files(trained(LENET), "caffe")


def test_names_cannot_break_a_program():
    for name in ('x"""\nimport os', "a\\", "{x}", "", "../up"):
        for target in write.TARGETS:
            for file, content in write.files(trained(LENET), target, name).items():
                assert "/" not in file and "\n" not in file
                if file.endswith(".py"):
                    compile(content, file, "exec")
    assert identifier("LeNet-5 é") == "LeNet-5 é"


def test_a_program_reads_as_a_person_would_write_it():
    text = write.files(trained(LENET), "pytorch", "lenet")["lenet.py"].decode()
    assert "self.conv1 = nn.Conv2d(1, 3, 5, padding=2)\n" in text
    assert "x = F.relu(self.conv1(x))\n        x = F.max_pool2d(x, 2)\n" in text
    assert "class Residual" not in text


def test_copied_parts_bring_what_they_use():
    parts = Parts("numpy.py")
    names = [source.split("(")[0] for source in parts.copied({"max_pool2d"})]
    assert names == ["def windows", "def pad", "def max_pool2d"]
    assert call("f", "x", 2, a=(1, 1), b=("c", None)) == "f(x, 2, b=c)"
