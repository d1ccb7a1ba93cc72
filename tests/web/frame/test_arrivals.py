"""Links, pasted addresses and files on their way to a desk, and from it."""

import io
import zipfile
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from onnx import TensorProto
from safetensors.numpy import save

from playground.experiment import Experiment, controls
from playground.formats import write
from playground.web.frame import arrivals, uploads
from playground.web.frame.desk import Desk
from playground.web.frame.server import ASSETS
from playground.web.points.points import elsewhere
from tests.formats.read import graphs

REFERENCE = (
    "https://playground.tensorflow.org/#activation=relu&batchSize=30&dataset=spiral"
    "&learningRate=0.003&networkShape=8,6&seed=0.42&showTestData=true"
    "&noise_hide=true&learningRate_hide=true"
)


def test_an_address_brings_set_up_and_controls_to_another_desk(desk, default):
    desk.put(("data", "noise"), 15)
    shown = controls.of(["noise"], ["learning_rate"])
    address = arrivals.address(desk, "http://host:1/app/?m=old&x=1", shown)
    query = {key: one[0] for key, one in parse_qs(urlsplit(address).query).items()}
    assert query.keys() == {"m", "hide", "lock"} and urlsplit(address).path == "/app/"
    other = Desk("playground", default, elsewhere)
    assert arrivals.paste(other, f"  {address}\n") is None
    assert other.experiment == desk.experiment and other.controls == shown and not other.error
    other.run.close()


def test_a_pasted_link_of_tensorflow_playground_opens_with_what_it_hides(desk):
    opened = arrivals.paste(desk, REFERENCE)
    assert opened.test_points and not opened.two_colours
    assert [layer.units for layer in desk.experiment.layers] == [8, 6, 1]
    assert desk.experiment.data.type == "spiral" and desk.run.experiment == desk.experiment
    assert desk.controls == controls.of(["noise", "learning_rate"], ())
    assert desk.untouched is False and not desk.error


def test_what_a_link_asks_beyond_what_there_is_is_said_and_the_rest_opens(desk):
    text = "<" + REFERENCE.replace("&", "&amp;") + "&amp;noise=2000&amp;foo=1>"
    assert arrivals.paste(desk, text)
    assert [layer.units for layer in desk.experiment.layers] == [8, 6, 1]
    assert desk.experiment.data.noise == 50
    assert desk.error == (
        "The link is open, but for this: noise=2000 cannot be kept: 50 was taken. "
        "“foo” means nothing here and was left out."
    )


def test_a_link_of_ours_opens_however_it_travelled(desk, default):
    desk.put(("data", "noise"), 15)
    shown = controls.of(["noise"], ["learning_rate"])
    address = arrivals.address(desk, "http://host:1/app/", shown)
    lines = "\n".join(address[k : k + 50] for k in range(0, len(address), 50))
    for text in (f"See ({address}).", lines.replace("&", "&amp;"), address.replace("=", "=3D")):
        other = Desk("playground", default, elsewhere)
        arrivals.paste(other, text)
        assert other.experiment == desk.experiment and other.controls == shown
        other.run.close()


def test_a_shortened_link_is_named(desk):
    arrivals.paste(desk, "https://goo.gl/3pmeKj")
    assert "shortened" in desk.error and "copy the address" in desk.error


def test_the_token_alone_is_enough(desk):
    arrivals.paste(desk, Experiment.preset("spiral").to_link())
    assert desk.experiment == Experiment.preset("spiral")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "https://example.org/",
        "https://example.org/?m=garbage",
        "x" * 50_000,
        "javascript:alert(1)",
        "https://playground.tensorflow.org/#dataset=" + "y" * 9_000,
    ],
)
def test_what_cannot_be_read_changes_nothing_with_a_word(desk, text, default):
    run = desk.run
    assert arrivals.paste(desk, text) is None
    assert desk.error.endswith(".") and desk.experiment == default() and desk.run is run
    assert not desk.controls


def test_unknown_controls_are_left_out_with_a_word(desk):
    arrivals.take_controls(desk, "noise,nonsense", "")
    assert desk.controls == controls.of(["noise"], ()) and "“nonsense”" in desk.error


def test_a_network_in_an_onnx_file_comes_back(desk):
    desk.step()
    name, content = arrivals.code(desk.run, "onnx")
    weights = desk.snapshot().network.state_dict()
    desk.reset()
    arrivals.open_file(desk, name, content)
    assert not desk.error
    for key, values in desk.snapshot().network.state_dict().items():
        assert (values == weights[key]).all()


def test_a_network_for_images_belongs_on_another_page(desk, default):
    with (ASSETS / "networks" / "lenet5.safetensors").open("rb") as file:
        arrivals.open_file(desk, "lenet5.safetensors", file.read())
    assert "Digits page" in desk.error and desk.experiment == default()


def test_pytorch_weights_for_these_layers_are_taken(desk):
    state = {
        name: np.full_like(array, 0.25)
        for name, array in desk.snapshot().network.state_dict().items()
    }
    arrivals.open_file(desk, "weights.safetensors", save(state))
    assert not desk.error
    assert (desk.snapshot().network.state_dict()["0.weight"] == 0.25).all()


def test_a_file_of_another_kind_is_refused(desk):
    arrivals.open_file(desk, "weights.pkl", b"\x80\x04")
    assert "This file cannot be opened" in desk.error and ".onnx" in desk.error


@pytest.mark.parametrize("target", write.TARGETS)
def test_code_is_what_the_command_line_writes(desk, target):
    desk.step()
    name, content = arrivals.code(desk.run, target)
    wanted = write.files(desk.run, target)
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = {one: packed.read(one) for one in packed.namelist()}
        assert found.keys() == wanted.keys() and found["network.py"] == wanted["network.py"]
    else:
        assert wanted == {name: content}


def test_an_onnx_file_may_bring_its_weights_in_a_second_one(desk):
    nodes = [graphs.node("Gemm", "x w b", "y", transB=1)]
    proto = graphs.model(nodes, graphs.dense(1, 2), ["N", 2])
    raw = b""
    for tensor in proto.graph.initializer:
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": "net.onnx.data", "offset": len(raw), "length": len(tensor.raw_data)}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        raw += tensor.raw_data
        tensor.ClearField("raw_data")
    network = Upload("net.onnx", proto.SerializeToString())
    weights = Upload("net.onnx.data", raw)
    arrivals.open_file(desk, *uploads.together([network]))
    assert "bring both" in desk.error
    desk.error = ""
    arrivals.open_file(desk, *uploads.together([weights, network]))
    assert not desk.error and [layer.type for layer in desk.experiment.layers] == ["dense"]
    arrivals.open_file(desk, *uploads.together([weights]))
    assert "bring the .onnx file" in desk.error


@dataclass
class Upload:
    """A file as Streamlit hands it over."""

    name: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content
