"""Whatever stands in a file, a text or a link: a good Experiment, or an error that we chose.

PLAYGROUND_SEED=n tries other inputs than the usual ones.
"""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from playground import Experiment, Run
from playground.engine import registry
from playground.experiment import LinkError
from playground.formats.errors import FileError
from playground.formats.read import graph, onnx_file
from tests.formats.read.graphs import model, node, numbers

OWN = os.environ.get("PLAYGROUND_SEED")


def fuzz(examples: int):
    """So many inputs, always the same ones unless asked otherwise."""

    def decorate(test):
        limits = settings(
            max_examples=examples,
            deadline=None,
            derandomize=OWN is None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )
        return limits(test if OWN is None else seed(int(OWN))(test))

    return decorate


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NUMBERS = (
    st.integers(-3, 40)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.sampled_from([1e308, -0.0, 2**31, 2**63, 10**400, "2"])
)


@st.composite
def part(draw, kind):
    """A registered piece with options that need not be within bounds."""
    name = draw(st.sampled_from(registry.names(kind)))
    options = registry.options(registry.get(kind, name))
    told = {}
    for option in options:
        if draw(st.booleans()):
            word = st.sampled_from(option.names()) if option.choices else NUMBERS
            told[option.name] = draw(st.lists(word, max_size=4) if option.many else word | JSON)
    return {"type": name, **told}


@st.composite
def experiments(draw):
    """Nearly an Experiment."""
    return {
        "data": draw(part("data")),
        "layers": draw(st.lists(part("layer"), max_size=5) | JSON),
        "loss": draw(part("loss")),
        "optimizer": draw(part("optimizer") | JSON),
        "batch_size": draw(NUMBERS),
        "seed": draw(NUMBERS),
        **draw(st.dictionaries(st.text(max_size=5), JSON, max_size=1)),
    }


def read(text: str | bytes) -> Experiment | None:
    """The Experiment, or None where it is refused as it should be."""
    try:
        experiment = Experiment.from_json(text)
    except ValidationError:
        return None
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment.from_link(experiment.to_link()) == experiment
    assert experiment.plan().parameters <= 20_000_000
    return experiment


@fuzz(300)
@given(st.text(max_size=200) | st.binary(max_size=200) | JSON.map(json.dumps))
def test_any_text_as_an_experiment(text):
    assert read(text) is None


@fuzz(400)
@given(experiments())
def test_nearly_an_experiment(told):
    read(json.dumps(told))


def test_the_fuzz_finds_good_ones_too():
    found = []

    @fuzz(150)
    @given(part("layer"))
    def look(layer):
        told = json.loads(Experiment.preset("lenet5").to_json())
        found.append(read(json.dumps({**told, "layers": [layer, *told["layers"]]})))

    look()
    assert any(found) and None in found


@fuzz(300)
@given(st.text(alphabet="abcXYZ019-_=", max_size=300) | st.text(max_size=80))
def test_any_link(token):
    with pytest.raises(LinkError):
        Experiment.from_link(token)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz") / "circle.safetensors"
    Run(Experiment.preset("circle")).save(path)
    return path


CHANGES = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=6)


def changed(content: bytes, changes, cut: int | None) -> bytes:
    """Some bytes written over, and the end cut off."""
    data = bytearray(content)
    for place, byte in changes:
        data[place % len(data)] = byte
    return bytes(data[:cut])


@fuzz(120)
@given(changes=CHANGES, cut=st.none() | st.integers(0, 3000))
def test_a_spoilt_file_of_ours(saved, changes, cut):
    path = saved.with_name("spoilt.safetensors")
    path.write_bytes(changed(saved.read_bytes(), changes, cut))
    try:
        run = Run.load(path)
    except FileError:
        return
    assert np.isfinite(run.network.predict(np.ones((1, 2), np.float32))).all()


NODES = [
    node("Conv", "x w c", "a", pads=[1] * 4, strides=[2, 2]),
    node("BatchNormalization", "a c c c p", "n"),
    node("Relu", "n", "r"),
    node("MaxPool", "r", "m", kernel_shape=[2, 2]),
    node("Reshape", "m s", "f"),
    node("Gemm", "f v", "g", alpha=0.5),
    node("Softmax", "g", "y"),
]
ARRAYS = {
    "w": numbers(4, 2, 3, 3),
    "c": numbers(4),
    "p": np.ones(4, np.float32),
    "s": np.array([-1, 4]),
    "v": numbers(4, 3),
}
GOOD = model(NODES, ARRAYS, ["N", 2, 4, 4])


def experiment_of(data: bytes) -> Experiment | None:
    """What an ONNX file becomes, or None where it is refused as it should be."""
    try:
        experiment, state = onnx_file.convert(graph.parse(data))
    except FileError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
        return None
    assert all(np.isfinite(array).all() for array in state.values())
    return experiment


def test_the_good_file_is_good():
    assert [layer.type for layer in experiment_of(GOOD.SerializeToString()).layers] == [
        "conv2d",
        "batch_norm",
        "activation",
        "max_pool2d",
        "flatten",
        "dense",
    ]


@fuzz(800)
@given(changes=CHANGES, cut=st.none() | st.integers(0, 1000))
def test_a_spoilt_onnx_file(changes, cut):
    experiment_of(changed(GOOD.SerializeToString(), changes, cut))


@fuzz(300)
@given(st.data())
def test_an_onnx_file_with_other_numbers(data):
    """Attributes and sizes of any value, in a file that is otherwise whole."""
    proto = type(GOOD).FromString(GOOD.SerializeToString())
    whole = st.integers(-4, 9) | st.sampled_from([2**31, 2**62, -(2**62)])
    for one in proto.graph.node:
        for attribute in one.attribute:
            if attribute.ints and data.draw(st.booleans()):
                attribute.ints[:] = data.draw(st.lists(whole, max_size=5))
        if data.draw(st.integers(0, 9)) == 0:
            one.op_type = data.draw(st.sampled_from(["Gemm", "Concat", "LRN", "Flatten", "Pow"]))
    dims = data.draw(st.sampled_from(proto.graph.initializer)).dims
    if data.draw(st.booleans()):
        dims[:] = data.draw(st.lists(whole, max_size=5))
    experiment_of(proto.SerializeToString())
