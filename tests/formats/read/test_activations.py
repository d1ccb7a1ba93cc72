"""Activations that we lack are made of those that we have, where that is the same curve."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from playground.formats.errors import FileError
from playground.formats.read import curves
from tests.engine.compare import close
from tests.formats.read.graphs import dense, model, node, numbers
from tests.formats.read.test_onnx import load

F = np.float32
ZERO_SIX = {"low": F(0), "high": F(6), "three": F(3)}
MADE = {
    "ReLU6": [node("Clip", "a low high", "m")],
    "ReLU6 as Relu and Min": [node("Relu", "a", "r"), node("Min", "r high", "m")],
    "ReLU6 as Max and Min": [node("Max", "low a", "r"), node("Min", "high r", "m")],
    "an upper bound": [node("Clip", "a - three", "m")],
    "a lower bound": [node("Clip", "a three", "m")],
    "hard sigmoid": [node("HardSigmoid", "a", "m")],
    "hard sigmoid of PyTorch": [node("HardSigmoid", "a", "m", alpha=1 / 6, beta=0.5)],
    "hard sigmoid in parts": [
        node("Add", "a three", "s"),
        node("Clip", "s low high", "t"),
        node("Div", "t high", "m"),
    ],
    "a falling ramp": [node("Neg", "a", "n"), node("Clip", "n low high", "m")],
    "leaky ReLU of 0.2": [node("LeakyRelu", "a", "m", alpha=0.2)],
    "leaky ReLU of Max": [node("Mul", "a fifth", "s"), node("Max", "a s", "m")],
    "ELU of 0.5": [node("Elu", "a", "m", alpha=0.5)],
    "SELU of other slopes": [node("Selu", "a", "m", alpha=1.0, gamma=2.0)],
    "Abs": [node("Abs", "a", "m")],
    "PReLU of one slope": [node("PRelu", "a fifth", "m")],
    "PReLU": [node("PRelu", "a slopes", "m")],
}


@pytest.mark.parametrize("name", MADE)
def test_rows(name, tmp_path):
    arrays = {**dense(3, 4), **ZERO_SIX, "fifth": F(0.2), "slopes": numbers(3), "v": numbers(3, 2)}
    arrays["w"] *= 9
    nodes = [node("Gemm", "x w b", "a", transB=1), *MADE[name], node("MatMul", "m v", "y")]
    _compare(model(nodes, arrays, ["N", 4]), numbers(64, 4), tmp_path)


@pytest.mark.parametrize("name", MADE)
def test_images(name, tmp_path):
    """The border of a later convolution is zeros, whatever the activation makes of zero."""
    arrays = {**ZERO_SIX, "fifth": F(0.2), "slopes": numbers(3, 1, 1)}
    arrays |= {"k": 5 * numbers(3, 2, 3, 3), "v": numbers(2, 3, 3, 3)}
    nodes = [
        node("Conv", "x k", "a", pads=[1, 1, 1, 1]),
        *MADE[name],
        node("Conv", "m v", "y", pads=[1, 1, 1, 1]),
    ]
    _compare(model(nodes, arrays, ["N", 2, 5, 4]), numbers(8, 2, 5, 4), tmp_path)


def test_a_slope_of_every_pixel_and_values_that_others_read(tmp_path):
    arrays = {"k": numbers(3, 2, 1, 1), "slopes": numbers(3, 5, 4)}
    nodes = [
        node("Conv", "x k", "a"),
        node("PRelu", "a slopes", "p"),
        node("LeakyRelu", "a", "l", alpha=0.3),
        node("Add", "p l", "y"),
    ]
    _compare(model(nodes, arrays, ["N", 2, 5, 4]), numbers(8, 2, 5, 4), tmp_path)


def test_an_activation_of_the_input(tmp_path):
    nodes = [node("LeakyRelu", "x", "m", alpha=0.2), node("MatMul", "m v", "y")]
    _compare(model(nodes, {"v": numbers(4, 2)}, ["N", 4]), numbers(9, 4), tmp_path)


@pytest.mark.parametrize(
    "nodes",
    [
        [node("HardSwish", "a", "m")],
        [node("Mish", "a", "m")],
        [node("ThresholdedRelu", "a", "m")],
        [node("Gelu", "a", "m", approximate="tanh")],
        [node("Celu", "a", "m", alpha=0.7)],
    ],
)
def test_what_is_only_near_is_refused(nodes, tmp_path):
    nodes = [node("Gemm", "x w b", "a", transB=1), *nodes, node("MatMul", "m v", "y")]
    proto = model(nodes, {**dense(3, 4), "v": numbers(3, 2)}, ["N", 4], 20)
    with pytest.raises(FileError, match=r"No activation of ours.*train the network with another"):
        load(proto, tmp_path)


@pytest.mark.parametrize("low", [-2.0, 0.0, 0.3])
@pytest.mark.parametrize("high", [1.5, 6.0, 50.0])
@pytest.mark.parametrize("slope", [-3.0, 1 / 6, 1.0])
def test_ramps(low, high, slope):
    steps = curves.ramp(np.clip(slope * curves.GRID + 0.1, low, high))
    assert steps is not None and steps[1] == "hard_tanh"
    assert curves.ramp(np.clip(curves.GRID, low, 1e3)) is None  # float32 would not do


def _compare(proto, x, tmp_path):
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    truth = session.run(None, {"x": x})[0]
    close(load(proto, tmp_path).network.predict(x), truth, 1e-5)
