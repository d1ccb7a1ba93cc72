"""What we lack is named: every refusal of an ONNX file is one sentence about the right thing."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto

from playground import Run
from playground.formats.errors import FileError
from tests.formats.read.graphs import dense, model, node, numbers

IMAGE, ROW, STEPS = ["N", 2, 6, 6], ["N", 4], ["N", 5, 4]
W = {"w": numbers(4, 2, 3, 3), "m": numbers(4, 4), "three": np.array([1, 1, 3, 2], np.float32)}


def one(operator, inputs="x", **attributes):
    return [node(operator, inputs, "y", **attributes)]


REFUSALS = {
    "an operator": (one("Einsum", "x x", equation="ij,ij->i"), ROW, "no layer for.*Einsum"),
    "an operator by name": ([node("Det", "x", "y", name="here")], IMAGE, r"operator Det \(here\)"),
    "an operator of others": (one("Gelu", domain="com.microsoft"), ROW, "com.microsoft.Gelu"),
    "a jump": (one("ThresholdedRelu", alpha=0.2), ROW, r"ThresholdedRelu \(alpha = 0.2\)"),
    "a bias for each sample": (one("Gemm", "x m column"), ROW, r"biases of shape \[4, 1\]"),
    "a constant beside": (one("Concat", "x rows", axis=1), ROW, "Concat reads a constant"),
    "twice as many samples": (
        [
            node("Relu", "x", "a"),
            node("Shape", "a", "sizes"),
            node("Mul", "sizes doubled", "twice"),
            node("Reshape", "a twice", "y"),
        ],
        ROW,
        "Reshape computes with the number of samples",
    ),
    "a curve": ([node("Exp", "x", "a"), node("Neg", "a", "y")], ROW, "the operators Exp, Neg do"),
    "a kernel": (one("Conv", "x v"), IMAGE, r"\[4, 2, 3, 1\].*square"),
    "sequences": (one("Conv", "x u"), ["N", 2, 6], r"reads an image.*\[2, 6\]"),
    "strides": (one("Conv", "x w", strides=[1, 2]), IMAGE, r"strides = \[1, 2\].*equal"),
    "a new attribute": (one("Conv", "x w", spin=3), IMAGE, "the attribute spin = 3"),
    "groups": (one("Conv", "x w", group=3), IMAGE, "group = 3"),
    "channels": (one("Conv", "x w"), ["N", 3, 6, 6], r"weights of shape \[4, 2, 3, 3\].*needed"),
    "an image too small": (one("Conv", "x w"), ["N", 2, 2, 2], "Conv does not fit.*3×3 kernel"),
    "a window that is no square": (
        one("MaxPool", kernel_shape=[2, 3]),
        IMAGE,
        r"MaxPool .*kernel_shape = \[2, 3\].*equal",
    ),
    "a mean that is no square": (
        one("AveragePool", kernel_shape=[3, 1]),
        IMAGE,
        r"AveragePool .*kernel_shape = \[3, 1\]",
    ),
    "a window with gaps": (
        one("MaxPool", kernel_shape=[2, 2], dilations=[2, 2]),
        IMAGE,
        r"MaxPool .*dilations = \[2, 2\]",
    ),
    "dilations": (one("Conv", "x w", dilations=[1, 2]), IMAGE, r"Conv .*dilations = \[1, 2\]"),
    "growing by a size": (
        one("ConvTranspose", "x stamp", output_shape=[8, 8]),
        IMAGE,
        "the attribute output_shape",
    ),
    "growing unevenly": (
        one("ConvTranspose", "x stamp", strides=[2, 2], output_padding=[1, 0]),
        IMAGE,
        r"ConvTranspose .*output_padding = \[1, 0\]",
    ),
    "half windows": (
        one("MaxPool", kernel_shape=[4, 4], strides=[4, 4], ceil_mode=1),
        IMAGE,
        "ceil_mode = 1",
    ),
    "a mean of rows": (one("ReduceMean", axes=[1]), ROW, r"axes = \[1\]"),
    "features": (one("Gemm", "x m"), ["N", 3], r"weights of shape \[4, 4\]"),
    "a turned input": (one("Gemm", "x m", transA=1), ROW, "transA = 1"),
    "a product of values": (one("MatMul", "x x"), ROW, "weights that are not in the file"),
    "products of images": (one("MatMul", "x m"), ["N", 2, 4, 4], "reads a row of numbers"),
    "values multiplied": (
        [node("Gemm", "x m", "a"), node("Mul", "a x", "y")],
        ROW,
        "Mul joins values",
    ),
    "statistics of the batch": (
        one("BatchNormalization", "x f f f p", training_mode=1),
        ROW,
        "training_mode = 1",
    ),
    "a variance below zero": (one("BatchNormalization", "x f f f n"), ROW, "variance below zero"),
    "part of a norm": (one("LayerNormalization", "x f", axis=-1), ["N", 2, 4, 4], "axis = -1"),
    "an even neighbourhood": (one("LRN", size=4), IMAGE, "size = 4"),
    "a softmax of pixels": (one("Softmax", axis=-1), IMAGE, "axis = -1"),
    "an old softmax": (one("Softmax"), IMAGE, "axis = 1", 11),
    "pictures side by side": (one("Concat", "x x", axis=2), IMAGE, "axis = 2"),
    "mixed samples": (one("Reshape", "x s"), ROW, r"shape \[2, -1, 3\].*mixes samples"),
    "another order": (one("Transpose", perm=[0, 2, 3, 1]), IMAGE, "axes in another order"),
    "an order that is kept": (one("Transpose", perm=[0, 2, 1]), STEPS, "axes in another order"),
    "a step in between": (one("Gather", "x two", axis=1), STEPS, "the last step"),
    "smooth growing": (one("Resize", "x - three", mode="linear"), IMAGE, "mode = linear"),
    "uneven growing": (
        one(
            "Resize", "x - three", nearest_mode="floor", coordinate_transformation_mode="asymmetric"
        ),
        IMAGE,
        "times as large; .*whole number",
    ),
    "nothing": (one("Identity"), ROW, "holds no layer"),
    "open sizes": (one("Relu"), ["N", 1, "h", "w"], r"open sizes.*\['\?', 1, '\?', '\?'\]"),
    "one axis": (one("Relu"), ["N"], "has 1 axes"),
    "too many layers": (
        [node("Gemm", f"{'a' * i or 'x'} m", "a" * (i + 1)) for i in range(70)]
        + [node("Identity", "a" * 70, "y")],
        ROW,
        "64",
    ),
    "no dropout so strong": (one("Dropout", "x r"), ROW, "rate"),
    "second outputs": (
        [node("MaxPool", "x", "a y", kernel_shape=[2, 2])],
        IMAGE,
        "does not depend",
    ),
    **{
        f"an LSTM with {name}": (
            [
                node("Transpose", "x", "t", perm=[1, 0, 2]),
                node("LSTM", inputs, outputs, hidden_size=4, **attributes),
                node("Squeeze", "h zero1", "y"),
            ],
            STEPS,
            words,
        )
        for name, inputs, outputs, attributes, words in (
            ("an end", "t k l bb", "seq h", {"direction": "reverse"}, "direction = reverse"),
            ("a clip", "t k l bb", "seq h", {"clip": 3.0}, "clip = 3.0"),
            ("coupled gates", "t k l", "seq h", {"input_forget": 1}, "input_forget = 1"),
            ("other curves", "t k l", "seq h", {"activations": ["Tanh"] * 3}, "activations = "),
            ("a start", "t k l bb - f3", "seq h", {}, "remembers already"),
            ("peepholes", "t k l bb - - - f3", "seq h", {}, "remembers already"),
            ("lengths", "t k l bb len", "seq h", {}, "several lengths"),
            ("the memory", "t k l bb", "seq state h", {}, "reads h"),
            ("samples first", "x k l bb", "seq h", {}, "another order"),
            ("strange weights", "t w k bb", "seq h", {}, "weights of shape"),
        )
    },
    **{
        f"an RNN with {name}": (
            [
                node("Transpose", "x", "t", perm=[1, 0, 2]),
                node("RNN", "t i j", "seq h", hidden_size=4, **attributes),
                node("Squeeze", "h zero1", "y"),
            ],
            STEPS,
            rf"RNN .*{words}",
        )
        for name, attributes, words in (
            ("a sigmoid", {"activations": ["Sigmoid"]}, r"activations = \['Sigmoid'\]"),
            (
                "a slope",
                {"activations": ["Affine"], "activation_alpha": [0.5]},
                r"activation_alpha = \[0.5\]",
            ),
            ("an end", {"direction": "reverse"}, "direction = reverse"),
            ("a clip", {"clip": 1.0}, "clip = 1.0"),
        )
    },
    "an LSTM of which everything is used": (
        [
            node("Transpose", "x", "t", perm=[1, 0, 2]),
            node("LSTM", "t k l", "seq h", hidden_size=4),
            node("Squeeze", "h zero1", "a"),
            node("Gather", "seq zero", "c"),
            node("Add", "a c", "y"),
        ],
        STEPS,
        "both all steps and the last",
    ),
    "a late gate": (
        [
            node("Transpose", "x", "t", perm=[1, 0, 2]),
            node("GRU", "t k l", "seq h", hidden_size=4),
            node("Squeeze", "h zero1", "y"),
        ],
        STEPS,
        "linear_before_reset = 0",
    ),
    "an uneven border of numbers below zero": (
        one("MaxPool", kernel_shape=[2, 2], pads=[0, 0, 1, 1]),
        IMAGE,
        r"MaxPool .*pads = \[0, 0, 1, 1\]",
    ),
    "a border of other numbers": (
        [node("Pad", "x", "a", pads=[0, 0, 1, 1, 0, 0, 1, 1], value=2.0), node("Relu", "a", "y")],
        IMAGE,
        "border of 2, not of zeros",
        9,
    ),
    "a border of mirrors": (
        one("Pad", pads=[0, 0, 1, 1, 0, 0, 1, 1], mode="reflect"),
        IMAGE,
        "mode = reflect",
        9,
    ),
    "a border of samples": (one("Pad", pads=[1] + [0] * 7), IMAGE, "only images get", 9),
    "a class without probabilities": (
        [node("Gemm", "x m", "a"), node("ArgMax", "a", "y", axis=1)],
        ROW,
        "ArgMax names a class and gives no probabilities",
    ),
    "logarithms in between": (
        [node("LogSoftmax", "x", "a"), node("Gemm", "a m", "y")],
        ROW,
        "LogSoftmax is read here as the end",
    ),
    "rounding": (one("Cast", to=TensorProto.INT64), ROW, "it would round"),
    "a bound far out": (one("Clip", "x low"), ROW, "the operators Clip do"),
    "one for each sample": (one("Add", "x rows"), ROW, "same for all samples"),
    "more axes than there are": (one("Mul", "x deep"), ROW, "same for all samples"),
    "a division by nothing": (one("Div", "x nil"), ROW, "not finite"),
    "the number of samples as a number": (
        [
            node("Shape", "x", "sizes"),
            node("Cast", "sizes", "floats", to=TensorProto.FLOAT),
            node("Gather", "floats zero", "rate"),
            node("Mul", "x rate", "y"),
        ],
        ROW,
        "Mul computes with the number of samples",
    ),
    "constants that we cannot compute": (
        [node("CumSum", "f zero", "c"), node("Add", "x c", "y")],
        ROW,
        "CumSum reads constants",
    ),
}
MORE = {
    "column": numbers(4, 1),
    "doubled": np.array([2, -1]),
    "v": numbers(4, 2, 3, 1),
    "u": numbers(4, 2, 3),
    "f": numbers(4),
    "p": np.ones(4, np.float32),
    "n": -np.ones(4, np.float32),
    "s": np.array([2, -1, 3]),
    "two": np.int64(2),
    "k": numbers(1, 16, 4),
    "l": numbers(1, 16, 4),
    "bb": numbers(1, 32),
    "zero1": np.array([0]),
    "f3": np.ones((1, 3, 4), np.float32),
    "len": np.array([5, 4, 5], np.int32),
    "stamp": numbers(2, 3, 2, 2),
    "i": numbers(1, 4, 4),
    "j": numbers(1, 4, 4),
    "r": np.float32(0.995),
    "zero": np.int64(0),
    "low": np.float32(-2000),
    "rows": numbers(3, 4),
    "deep": np.ones((1, 1, 1), np.float32),
    "nil": np.array([1, 2, 0, 4], np.float32),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_we_lack_is_named(name, tmp_path):
    nodes, shape, words, *version = REFUSALS[name]
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes, {**W, **MORE}, shape, *version).SerializeToString())
    with pytest.raises(FileError, match=words) as refusal:
        Run.load(path)
    sentence = str(refusal.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 250


def test_two_inputs_are_named(tmp_path):
    proto = model(one("Add", "x z"), {}, ROW)
    proto.graph.input.add().CopyFrom(proto.graph.input[0])
    proto.graph.input[1].name = "z"
    (tmp_path / "model.onnx").write_bytes(proto.SerializeToString())
    with pytest.raises(FileError, match="2 inputs: x, z"):
        Run.load(tmp_path / "model.onnx")


def test_a_good_one_is_none_of_them(tmp_path):
    proto = model(one("Gemm", "x w b", transB=1), dense(3, 4), ROW)
    (tmp_path / "model.onnx").write_bytes(proto.SerializeToString())
    assert Run.load(tmp_path / "model.onnx").experiment.layers[0].units == 3


def test_a_loop_is_named(tmp_path):
    """Recurrent layers of Keras that its exporter did not recognise come as loops."""
    inner = model([node("Relu", "x", "y")], {}, ROW).graph
    nodes = [node("If", "x", "y", then_branch=inner, else_branch=inner)]
    (tmp_path / "model.onnx").write_bytes(model(nodes, {}, ROW).SerializeToString())
    with pytest.raises(FileError, match=r"operator If runs a graph of its own.*LSTM, GRU or RNN"):
        Run.load(tmp_path / "model.onnx")
