"""Networks as other programs write them give what onnxruntime makes of the same file.

The files are small networks of random weights, written by Keras (over TensorFlow and over PyTorch),
tf2onnx, skl2onnx, and both exporters of PyTorch; the graphs here say what they do in few operators.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from playground import Run
from playground.formats.errors import FileError
from tests.engine.compare import close
from tests.formats.read.graphs import dense, model, node, numbers
from tests.formats.read.test_onnx import load

FILES = Path(__file__).parent / "files"


def said(run: Run, x: np.ndarray) -> list[np.ndarray]:
    """The outputs, and what the loss reads in them: probabilities, and their logarithms."""
    outputs = run.network.predict(x)
    if run.experiment.loss.type == "mse":
        return [outputs]
    shares = run.network.loss.probabilities(outputs)
    return [outputs, shares, np.log(np.maximum(shares, 1e-30))]


def compare(run: Run, proto: bytes, shape: list[int], tolerance: float = 1e-5) -> None:
    """A batch through both; images whose channels come last go to ours with channels first."""
    session = onnxruntime.InferenceSession(proto)
    (entry,) = session.get_inputs()
    x = np.random.default_rng(5).uniform(-1, 1, shape).astype(np.float32)
    truth = session.run(None, {entry.name: x})[-1]  # names of classes come first
    if isinstance(truth, list):  # a map of classes for each sample
        truth = np.array([list(row.values()) for row in truth], np.float32)
    wanted = run.network.plan.input_shape
    if x.ndim == 4 and x.shape[1:] != wanted:
        x = x.transpose(0, 3, 1, 2)
    candidates = [np.asarray(y, np.float32).reshape(len(x), -1) for y in said(run, x)]
    truth = truth.reshape(len(x), -1)
    fitting = [y for y in candidates if y.shape == truth.shape]
    best = min(fitting, key=lambda y: float(np.abs(y - truth).max()))
    close(best, truth, tolerance)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.onnx")), ids=lambda path: path.stem)
def test_a_file_of_another_program(path):
    content = path.read_bytes()
    entry = onnxruntime.InferenceSession(content).get_inputs()[0]
    compare(Run.load(path), content, [3, *entry.shape[1:]])


HALVES = {"kernel_shape": [2, 2], "strides": [2, 2]}
IMAGE, LAST = ["N", 2, 7, 7], ["N", 7, 7, 3]
K = {"k": numbers(4, 2, 3, 3), "b": numbers(4), "c": numbers(4, 1, 1), "two": np.float32(2)}
TO_FIRST, TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]
PIXELS = {
    "mean": numbers(1, 2, 1, 1),
    "spread": 1 + np.abs(numbers(1, 2, 1, 1)),
    "field": numbers(2, 7, 7),
}
S = {"s": numbers(4), "o": numbers(4), "m": numbers(4), "v": 0.5 + np.abs(numbers(4))}
GRAPHS: dict[str, tuple[list[Any], dict[str, Any], list[Any]]] = {
    "channels last, there and back": (
        [
            node("Transpose", "x", "a", perm=TO_FIRST),
            node("Conv", "a k b", "d", pads=[1] * 4),
            node("Transpose", "d", "e", perm=TO_LAST),
            node("Add", "e s", "f"),
            node("Relu", "f", "g"),
            node("Transpose", "g", "h", perm=TO_FIRST),
            node("AveragePool", "h", "i", kernel_shape=[2, 2]),
            node("Transpose", "i", "j", perm=TO_LAST),
            node("Reshape", "j row", "l"),
            node("MatMul", "l w", "y"),
        ],
        {"k": numbers(4, 3, 3, 3), "b": numbers(4), "s": numbers(4), "w": numbers(144, 3)}
        | {"row": np.array([-1, 144])},
        LAST,
    ),
    "channels last, a mean of all pixels": (
        [
            node("Transpose", "x", "a", perm=TO_FIRST),
            node("Conv", "a k", "d"),
            node("Transpose", "d", "e", perm=TO_LAST),
            node("ReduceMean", "e", "y", axes=[1, 2], keepdims=0),
        ],
        {"k": numbers(4, 3, 3, 3)},
        LAST,
    ),
    "channels last, joined and padded": (
        [
            node("Pad", "x", "p", pads=[0, 1, 0, 0, 0, 1, 2, 0]),
            node("Relu", "p", "r"),
            node("Concat", "p r", "q", axis=3),
            node("Transpose", "q", "a", perm=TO_FIRST),
            node("Conv", "a k", "d"),
            node("Flatten", "d", "y"),
        ],
        {"k": numbers(2, 6, 3, 3)},
        LAST,
    ),
    "channels last, flattened": (
        [node("Flatten", "x", "a"), node("Gemm", "a w b", "y", transB=1)],
        dense(3, 147),
        LAST,
    ),
    "a standardised image, no border": (
        [
            node("Sub", "x mean", "a"),
            node("Div", "a spread", "c0"),
            node("Conv", "c0 k b", "y"),
        ],
        {**K, **PIXELS},
        IMAGE,
    ),
    "a standardised image, with a border": (
        [
            node("Sub", "x mean", "a"),
            node("Div", "a spread", "c0"),
            node("Conv", "c0 k b", "y", pads=[1] * 4),
        ],
        {**K, **PIXELS},
        IMAGE,
    ),
    "each pixel less its mean": (
        [node("Sub", "x field", "a"), node("Conv", "a k b", "y")],
        {**K, **PIXELS},
        IMAGE,
    ),
    "pixels to −1 … 1": (
        [
            node("Div", "x two", "a"),
            node("Sub", "a two", "c0"),
            node("Flatten", "c0", "d"),
            node("Gemm", "d w b", "y", transB=1),
        ],
        {**dense(3, 98), "two": np.float32(2)},
        IMAGE,
    ),
    "what is taken from a number": (
        [node("Sub", "s x", "a"), node("Gemm", "a w b", "y", transB=1)],
        {**dense(3, 4), **S},
        ["N", 4],
    ),
    "a batch normalisation as two operators": (
        [
            node("Conv", "x k b", "a"),
            node("Mul", "a c", "d"),
            node("Add", "d e", "f"),
            node("Relu", "f", "y"),
        ],
        {**K, "e": numbers(1, 4, 1, 1)},
        IMAGE,
    ),
    "a line of what is used twice": (
        [
            node("Gemm", "x w b", "a", transB=1),
            node("Mul", "a s", "d"),
            node("Relu", "a", "e"),
            node("Add", "d e", "y"),
        ],
        {**dense(4, 4), **S},
        ["N", 4],
    ),
    "a line that is used twice": (
        [
            node("Gemm", "x w b", "a", transB=1),
            node("Mul", "a s", "d"),
            node("Relu", "d", "e"),
            node("Gemm", "d w b", "f", transB=1),
            node("Add", "e f", "y"),
        ],
        {**dense(4, 4), **S},
        ["N", 4],
    ),
    "numbers between activations": (
        [
            node("Mul", "x two", "a"),
            node("Tanh", "a", "d"),
            node("Add", "d two", "e"),
            node("Relu", "e", "f"),
            node("Gemm", "f w b", "y", transB=1),
        ],
        {**dense(3, 4), "two": np.float32(-2)},
        ["N", 4],
    ),
    "a tanh of sigmoids": (
        [
            node("Gemm", "x w b", "g", transB=1),
            node("Mul", "g two", "a"),
            node("Sigmoid", "a", "d"),
            node("Mul", "d two", "e"),
            node("Sub", "e one", "y"),
        ],
        {**dense(3, 4), "two": np.float32(2), "one": np.float32(1)},
        ["N", 4],
    ),
    "rows normalised as sequences of one step": (
        [
            node("Gemm", "x w b", "g", transB=1),
            node("Unsqueeze", "g two", "u"),
            node("BatchNormalization", "u s o m v", "n"),
            node("Squeeze", "n two", "y"),
        ],
        {**dense(4, 4), **S, "two": np.array([2])},
        ["N", 4],
    ),
    "sequences normalised": (
        [node("BatchNormalization", "x s o m v", "n"), node("Relu", "n", "y")],
        S,
        ["N", 4, 5],
    ),
    "steps normalised by features": (
        [
            node("Transpose", "x", "t", perm=[0, 2, 1]),
            node("BatchNormalization", "t s o m v", "n"),
            node("Transpose", "n", "u", perm=[0, 2, 1]),
            node("Relu", "u", "y"),
        ],
        S,
        ["N", 5, 4],
    ),
    "borders of several kinds": (
        [
            node("Pad", "x", "a", pads=[0, 0, 1, 0, 0, 0, 1, 2]),
            node("Conv", "a k b", "d", pads=[0, 1, 1, 0], strides=[2, 2]),
            node("Relu", "d", "r"),
            node("MaxPool", "r", "y", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        ],
        K,
        IMAGE,
    ),
    "a border of nothing before a maximum": (
        [
            node("Pad", "x", "a", pads=[0, 0, 1, 1, 0, 0, 1, 1], value=float("-inf")),
            node("MaxPool", "a", "y", kernel_shape=[3, 3], strides=[2, 2]),
        ],
        {},
        IMAGE,
    ),
    "a border of zeros before a maximum": (
        [
            node("Pad", "x", "a", pads=[0, 0, 1, 0, 0, 0, 0, 1]),
            node("MaxPool", "a", "y", kernel_shape=[2, 2]),
        ],
        {},
        IMAGE,
    ),
    "a border between two activations": (
        [
            node("Sigmoid", "x", "a"),
            node("Pad", "a", "d", pads=[0, 0, 0, 1, 0, 0, 1, 0]),
            node("Sigmoid", "d", "y"),
        ],
        {},
        IMAGE,
    ),
    "the same border below": (
        [node("Conv", "x k b", "y", auto_pad="SAME_UPPER", strides=[2, 2])],
        {**K, "k": numbers(4, 2, 2, 2)},
        IMAGE,
    ),
    "the same border above": (
        [node("Conv", "x k b", "y", auto_pad="SAME_LOWER")],
        {**K, "k": numbers(4, 2, 4, 4)},
        IMAGE,
    ),
    "kernels that are no squares": (
        [
            node("Conv", "x k b", "a", pads=[0, 1, 0, 1]),
            node("Conv", "a l", "y", pads=[4, 0, 4, 0], dilations=[4, 1]),
        ],
        {"k": numbers(4, 2, 1, 3), "b": numbers(4), "l": numbers(2, 4, 3, 1)},
        IMAGE,
    ),
    "means at the border": (
        [node("AveragePool", "x", "y", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)],
        {},
        IMAGE,
    ),
    "means, the same border": (
        [
            node(
                "AveragePool", "x", "a", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER"
            ),
            node("Flatten", "a", "d"),
            node("Gemm", "d w b", "y", transB=1),
        ],
        dense(3, 32),
        IMAGE,
    ),
    "means of wide windows": (
        [node("AveragePool", "x", "y", kernel_shape=[1, 3], pads=[0, 1, 0, 1])],
        {},
        IMAGE,
    ),
    "the largest of all pixels": ([node("GlobalMaxPool", "x", "y")], {}, IMAGE),
    "growing to the same times the stride": (
        [node("ConvTranspose", "x k", "y", auto_pad="SAME_UPPER", strides=[2, 2])],
        {"k": numbers(2, 3, 3, 3)},
        IMAGE,
    ),
    "growing, cut more above": (
        [node("ConvTranspose", "x k", "y", pads=[1, 1, 0, 0], strides=[2, 2])],
        {"k": numbers(2, 3, 3, 3)},
        IMAGE,
    ),
    "growing, cut more below": (
        [node("ConvTranspose", "x k", "y", pads=[0, 0, 1, 1], strides=[2, 2])],
        {"k": numbers(2, 3, 3, 3)},
        IMAGE,
    ),
    "growing to a size": (
        [node("ConvTranspose", "x k", "y", output_shape=[14, 14], strides=[2, 2])],
        {"k": numbers(2, 3, 3, 3)},
        IMAGE,
    ),
    "growing with groups and a line after": (
        [
            node("ConvTranspose", "x k", "a", group=2, strides=[2, 2]),
            node("Mul", "a c", "y"),
        ],
        {"k": numbers(2, 2, 2, 2), "c": numbers(4, 1, 1)},
        IMAGE,
    ),
    "logarithms of probabilities": (
        [node("Gemm", "x w b", "g", transB=1), node("LogSoftmax", "g", "y", axis=1)],
        dense(3, 4),
        ["N", 4],
    ),
    "a slope of its own that is the usual": (
        [node("PRelu", "x slopes", "y")],
        {"slopes": np.full(4, 0.01, np.float32)},
        ["N", 4],
    ),
    "ReLU6, as Keras writes it": (
        [
            node("Transpose", "x", "a", perm=TO_FIRST),
            node("Conv", "a k", "d"),
            node("Clip", "d zero six", "e"),
            node("Conv", "e l", "f", pads=[1] * 4),
            node("Min", "f six", "g"),
            node("GlobalAveragePool", "g", "h"),
            node("Flatten", "h", "y"),
        ],
        {"k": 3 * numbers(4, 3, 3, 3), "l": numbers(3, 4, 3, 3)}
        | {"zero": np.float32(0), "six": np.float32(6)},
        LAST,
    ),
    "a sum and a maximum of three": (
        [
            node("Gemm", "x w b", "a", transB=1),
            node("Relu", "a", "d"),
            node("Sum", "a d d", "f"),
            node("Neg", "f", "g"),
            node("Max", "f zero g", "y"),
        ],
        {**dense(3, 4), "zero": np.float32(0)},
        ["N", 4],
    ),
    "a mean of two activations": (
        [
            node("Gemm", "x w b", "a", transB=1),
            node("Relu", "a", "d"),
            node("Tanh", "a", "e"),
            node("Mean", "d e", "y"),
        ],
        dense(3, 4),
        ["N", 4],
    ),
    "hard sigmoids": (
        [
            node("Gemm", "x w b", "a", transB=1),
            node("HardSigmoid", "a", "d"),
            node("Gemm", "d v c", "e", transB=1),
            node("HardSigmoid", "e", "y", alpha=-0.7, beta=0.1),
        ],
        {**dense(3, 4), "v": 3 * numbers(3, 3), "c": numbers(3)},
        ["N", 4],
    ),
    "alpha, beta and both transposed": (
        [
            node("Transpose", "w", "v", perm=[1, 0]),
            node("Gemm", "x v b", "y", alpha=0.5, beta=2.0),
        ],
        dense(3, 4),
        ["N", 4],
    ),
    "the same at every pixel": (
        [
            node("MatMul", "x w", "a"),
            node("Add", "a b", "d"),
            node("Relu", "d", "e"),
            node("Flatten", "e", "f"),
            node("MatMul", "f v", "y"),
        ],
        {"w": numbers(3, 4), "b": numbers(4), "v": numbers(196, 2)},
        LAST,
    ),
    "channels last, the largest of all pixels": (
        [
            node("Transpose", "x", "a", perm=TO_FIRST),
            node("Conv", "a k", "d"),
            node("Transpose", "d", "e", perm=TO_LAST),
            node("ReduceMax", "e", "f", axes=[1, 2], keepdims=0),
            node("MatMul", "f w", "y"),
        ],
        {"k": numbers(4, 3, 3, 3), "w": numbers(4, 2)},
        LAST,
    ),
    "a border around one channel that is last": (
        [
            node("Pad", "x", "p", pads=[0, 1, 0, 0, 0, 1, 2, 0]),
            node("Transpose", "p", "a", perm=TO_FIRST),
            node("Conv", "a k", "y"),
        ],
        {"k": numbers(2, 1, 3, 3)},
        ["N", 7, 7, 1],
    ),
    "an old softmax of every step": (
        [node("MatMul", "x w", "a"), node("Softmax", "a", "y", axis=2)],
        {"w": numbers(4, 3)},
        ["N", 5, 4],
    ),
    "leftovers": (
        [
            node("Identity", "x", "a"),
            node("Cast", "a", "d", to=TensorProto.FLOAT),
            node("Dropout", "d", "e mask"),
            node("Identity", "e", "f"),
            node("Gemm", "f w b", "y", transB=1),
        ],
        dense(3, 4),
        ["N", 4],
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_of_other_programs(name, tmp_path):
    nodes, arrays, shape = GRAPHS[name]
    version = 10 if any(one.op_type == "Pad" for one in nodes) else 12
    if any(one.op_type in ("Unsqueeze", "LogSoftmax") for one in nodes):
        version = 17
    proto = model(nodes, arrays, shape, version)
    compare(load(proto, tmp_path), proto.SerializeToString(), [3, *shape[1:]])


def test_a_network_as_cntk_writes_it(tmp_path):
    """Weights among the inputs and of four axes, a batch of one, borders by name."""
    arrays = {
        "k": numbers(3, 1, 5, 5),
        "plus": numbers(3, 1, 1),
        "w": numbers(3, 6, 6, 10),
        "bias": numbers(1, 10),
        "255": np.float32(255),
        "flat": np.array([1, 108]),
        "matrix": np.array([108, 10]),
    }
    nodes = [
        node("Div", "x 255", "pixels"),
        node("Conv", "pixels k", "a", auto_pad="SAME_UPPER", strides=[1, 1], dilations=[1, 1]),
        node("Add", "a plus", "b"),
        node("Relu", "b", "c"),
        node("MaxPool", "c", "d", kernel_shape=[2, 2], strides=[2, 2], auto_pad="NOTSET"),
        node("Reshape", "d flat", "e"),
        node("Reshape", "w matrix", "f"),
        node("MatMul", "e f", "g"),
        node("Add", "g bias", "y"),
    ]
    proto = model(nodes, arrays, [1, 1, 12, 12], 8)
    for tensor in proto.graph.initializer:
        value = helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
        proto.graph.input.append(value)
    run = load(proto, tmp_path)
    assert [layer.type for layer in run.experiment.layers] == [
        "conv2d",
        "max_pool2d",
        "flatten",
        "dense",
    ]
    compare(run, proto.SerializeToString(), [1, 1, 12, 12])


def test_channels_that_come_last_are_channels(tmp_path):
    """Pixels of 28×28×1 are what Draw and MNIST have: the network can be judged there."""
    arrays = {"k": numbers(2, 1, 3, 3), "w": numbers(1352, 10)}
    nodes = [
        node("Transpose", "x", "a", perm=TO_FIRST),
        node("Conv", "a k", "b"),
        node("Transpose", "b", "c", perm=TO_LAST),
        node("Flatten", "c", "d"),
        node("MatMul", "d w", "e"),
        node("Softmax", "e", "y", axis=1),
    ]
    run = load(model(nodes, arrays, ["N", 28, 28, 1]), tmp_path)
    assert run.experiment.data.type == "mnist"
    assert run.experiment.loss.type == "softmax_cross_entropy"
    x = numbers(2, 28, 28, 1)
    first = run.network.predict(x.transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(run.network.predict(x), first)  # the same numbers in a row


def test_words_for_classes_are_left_aside():
    run = Run.load(FILES / "sklearn_words.onnx")
    assert run.experiment.plan().output_shape == (3,)
    assert run.experiment.loss.type == "softmax_cross_entropy"
    run = Run.load(FILES / "sklearn_mlp2.onnx")  # two classes: one logit
    assert run.experiment.plan().output_shape == (1,)
    assert run.experiment.loss.type == "binary_cross_entropy"


def test_weights_in_a_second_file(tmp_path):
    proto = model([node("Gemm", "x w b", "y", transB=1)], dense(3, 4), ["N", 4])
    whole, raw = proto.SerializeToString(), b"head"
    for tensor in proto.graph.initializer:
        content = tensor.raw_data
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (
            ("location", "net.onnx.data"),
            ("offset", len(raw)),
            ("length", len(content)),
        ):
            tensor.external_data.add(key=key, value=str(value))
        tensor.ClearField("raw_data")
        raw += content
    path = tmp_path / "net.onnx"
    path.write_bytes(proto.SerializeToString())
    with pytest.raises(FileError, match=r"another file, net\.onnx\.data: .*external_data=False"):
        Run.load(path)
    (tmp_path / "net.onnx.data").write_bytes(raw)
    compare(Run.load(path), whole, [3, 4])
    (tmp_path / "net.onnx.data").write_bytes(raw[:-1])
    with pytest.raises(FileError, match=r"does not fit net\.onnx\.data"):
        Run.load(path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "net.onnx.data").rename(elsewhere / "net.onnx.data")
    (tmp_path / "net.onnx.data").symlink_to(elsewhere / "net.onnx.data")
    with pytest.raises(FileError, match="another file"):
        Run.load(path)
    for outside in (
        "elsewhere/net.onnx.data",
        "../net.onnx.data",
        str(elsewhere / "net.onnx.data"),
    ):
        for tensor in proto.graph.initializer:
            tensor.external_data[0].value = outside
        path.write_bytes(proto.SerializeToString())
        with pytest.raises(FileError, match="not beside it"):
            Run.load(path)
