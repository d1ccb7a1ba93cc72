"""ONNX files come in as Experiments that predict what onnxruntime predicts."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto

from playground import Experiment, Run
from playground.formats import write
from playground.formats.errors import FileError
from playground.formats.read import neighbours, operator_table
from tests.engine.case import Case, layer
from tests.engine.compare import close
from tests.formats.read.graphs import LINE, dense, model, node, numbers
from tests.formats.write.networks import NETWORKS, trained


def load(proto, tmp_path) -> Run:
    path = tmp_path / "model.onnx"
    path.write_bytes(proto.SerializeToString())
    return Run.load(path)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_went_out_comes_in_again(name, tmp_path):
    case = NETWORKS[name]
    (path,) = write.write(trained(case), "onnx", tmp_path, "net")
    x, _ = case.batch()
    truth = trained(case).network.predict(x)
    close(Run.load(path).network.predict(x), truth, 1e-5, name)


@pytest.mark.parametrize("maps", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("size", [1, 2, 4, 5, 8, 20])
@pytest.mark.parametrize("alpha", [0.0, 0.8])
def test_neighbouring_maps_of_any_number_come_in_again(maps, size, alpha, tmp_path):
    options = {"size": size, "alpha": alpha, "beta": 0.6, "k": 1.5}
    case = Case("maps", (layer("local_response_norm", **options),), (maps, 2, 3), samples=3)
    (path,) = write.write(trained(case), "onnx", tmp_path, "net")
    run, (x, _) = Run.load(path), case.batch()
    (found,) = run.experiment.layers
    assert found.type == "local_response_norm"
    if alpha and size % 2 == 0 and maps > size // 2:  # else fewer maps are as good
        assert {name: getattr(found, name) for name in options} == options
    close(run.network.predict(x), trained(case).network.predict(x), 1e-6)


def test_what_only_looks_like_it_is_refused(tmp_path):
    near = np.triu(np.ones((4, 4), np.float32))[:, :, None, None]
    arrays = {"near": near, "k": np.float32(1), "beta": np.float32(0.75)}
    nodes = [
        node("Mul", "x x", "a"),
        node("Conv", "a near", "b"),
        node("Add", "b k", "c"),
        node("Pow", "c beta", "d"),
        node("Div", "x d", "y"),
    ]
    with pytest.raises(FileError, match="the operators Mul"):
        load(model(nodes, arrays, ["N", 4, 3, 3]), tmp_path)
    arrays["near"] = np.ones((4, 4, 1, 1), np.float32)
    assert load(model(nodes, arrays, ["N", 4, 3, 3]), tmp_path).experiment.layers[0].size == 7
    nodes[-1] = node("Div", "a d", "y")  # it is x that is divided
    with pytest.raises(FileError, match="the operators Mul"):
        load(model(nodes, arrays, ["N", 4, 3, 3]), tmp_path)


C = {"w": numbers(4, 2, 3, 3), "b": numbers(4), "c": numbers(4, 1, 1), "v": numbers(5, 4)}
T = {"w": numbers(2, 3, 2, 2), "b": numbers(6)}
D = {"w": numbers(4, 3), "b": numbers(3), "v": numbers(3, 3), "two": np.float32(2)}
N = {"s": numbers(2), "b": numbers(2), "m": numbers(2), "v": np.abs(numbers(2)) + 0.3}
L = {
    "w": numbers(1, 16, 3),
    "r": numbers(1, 16, 4),
    "b": numbers(1, 32),
    "none": np.zeros((1, 3, 4), np.float32),
    "last": np.int64(-1),
    "zero": np.array([0]),
    "one": np.array([1]),
    "end": np.array([2**62]),
    "first": np.array([-1]),
}
G = {
    "w": numbers(2, 12, 3),
    "r": numbers(2, 12, 4),
    "b": numbers(2, 24),
    "t0": np.array([0, 0, 8]),
    "one": np.int64(1),
    "zero": np.int64(0),
}
TIME, STEPS = node("Transpose", "x", "t", perm=[1, 0, 2]), ["N", 5, 3]
IMAGE, ROW = ["N", 2, 7, 6], ["N", 4]
GRAPHS = {
    "Gemm, scaled": ([node("Gemm", "x w b", "y", alpha=0.5, beta=2.0)], D, ROW),
    "Gemm without biases": ([node("Gemm", "x w", "y")], D, ROW),
    "MatMul and Add": ([node("MatMul", "x w", "a"), node("Add", "b a", "y")], D, ROW),
    "biases of an image": ([node("Conv", "x w", "a"), node("Add", "a c", "y")], C, IMAGE),
    "a bias for all": ([node("MatMul", "x w", "a"), node("Add", "a two", "y")], D, ROW),
    "weights that are computed": (
        [
            node("Transpose", "w", "t", perm=[1, 0]),
            node("Mul", "t two", "u"),
            node("Gemm", "x u b", "y", transB=1),
        ],
        D,
        ROW,
    ),
    "Conv, everything": (
        [
            node(
                "Conv",
                "x w b",
                "y",
                strides=[2, 2],
                pads=[1] * 4,
                dilations=[2, 2],
                kernel_shape=[3, 3],
            )
        ],
        C,
        IMAGE,
    ),
    "Conv, same border": ([node("Conv", "x w b", "y", auto_pad="SAME_UPPER")], C, IMAGE),
    "Conv, valid": ([node("Conv", "x w", "y", auto_pad="VALID")], C, IMAGE),
    "ConvTranspose": (
        [
            node(
                "ConvTranspose",
                "x w b",
                "y",
                strides=[3, 3],
                pads=[1] * 4,
                group=2,
                output_padding=[2, 2],
            )
        ],
        T,
        IMAGE,
    ),
    "MaxPool": ([node("MaxPool", "x", "y", kernel_shape=[3, 3])], {}, IMAGE),
    "MaxPool, rounded up where nothing is": (
        [node("MaxPool", "x", "y", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)],
        {},
        ["N", 2, 6, 4],
    ),
    "AveragePool": (
        [
            node(
                "AveragePool",
                "x",
                "y",
                kernel_shape=[3, 3],
                strides=[2, 2],
                pads=[1] * 4,
                count_include_pad=1,
            )
        ],
        {},
        IMAGE,
    ),
    "GlobalAveragePool, then a Conv": (
        [node("GlobalAveragePool", "x", "a"), node("Conv", "a k", "b"), node("Flatten", "b", "y")],
        {"k": numbers(3, 2, 1, 1)},
        IMAGE,
    ),
    "mean of maps": ([node("ReduceMean", "x", "y", axes=[2, 3], keepdims=0)], {}, IMAGE),
    "BatchNormalization": ([node("BatchNormalization", "x s b m v", "y", epsilon=0.1)], N, IMAGE),
    "LayerNormalization": (
        [node("LayerNormalization", "x s", "y", axis=1)],
        {"s": numbers(2, 7, 6)},
        IMAGE,
    ),
    "LRN": ([node("LRN", "x", "y", size=3, alpha=0.5, beta=0.6, bias=1.5)], {}, IMAGE),
    "Dropout": ([node("Dropout", "x r", "y")], {"r": np.float32(0.3)}, ROW),
    "Softmax, old": ([node("Softmax", "x", "y")], {}, ROW, 11),
    "Softmax of channels": ([node("Softmax", "x", "y", axis=1)], {}, IMAGE),
    "Softmax of steps": ([node("Softmax", "x", "y")], {}, ["N", 5, 3]),
    "Clip, old": ([node("Clip", "x", "y", min=-1.0, max=1.0)], {}, ROW, 6),
    "Clip from above alone, and then from below": (
        [node("Clip", "x - one", "a"), node("Clip", "a minus", "y")],
        {"one": np.float32(1), "minus": np.float32(-1)},
        ROW,
    ),
    "Gelu": ([node("Gelu", "x", "y")], {}, ROW, 20),
    "two activations": ([node("Sigmoid", "x", "a"), node("Tanh", "a", "y")], {}, ROW),
    "SiLU": ([node("Sigmoid", "x", "a"), node("Mul", "a x", "y")], {}, IMAGE),
    "SiLU of a ReLU": (
        [node("Relu", "x", "r"), node("Sigmoid", "r", "a"), node("Mul", "a r", "y")],
        {},
        IMAGE,
    ),
    "a value and its activation, added": (
        [node("Relu", "x", "a"), node("Add", "a x", "y")],
        {},
        ROW,
    ),
    "one added to itself": ([node("Gemm", "x w b", "a"), node("Add", "a a", "y")], D, ROW),
    "a Reshape that reads the Shape": (
        [
            node("Shape", "x", "s"),
            node("Gather", "s zero", "n"),
            node("Unsqueeze", "n axes", "u"),
            node("Concat", "u rest", "t", axis=0),
            node("Reshape", "x t", "y"),
        ],
        {"zero": np.int64(0), "axes": np.array([0]), "rest": np.array([-1])},
        IMAGE,
    ),
    "to an image and back": (
        [
            node("Reshape", "x a", "i"),
            node("MaxPool", "i", "p", kernel_shape=[2, 2]),
            node("Reshape", "p b", "y"),
        ],
        {"a": np.array([-1, 1, 2, 2]), "b": np.array([0, 1])},
        ROW,
    ),
    "Squeeze and Unsqueeze": (
        [node("Unsqueeze", "x a", "i"), node("Relu", "i", "r"), node("Squeeze", "r a", "y")],
        {"a": np.array([1])},
        ROW,
    ),
    "a batch of fixed size": (
        [node("Reshape", "x a", "y")],
        {"a": np.array([3, 84])},
        [3, 2, 7, 6],
    ),
    "Concat, the older first": (
        [node("Conv", "x w b", "a", pads=[1] * 4), node("Concat", "x a", "y", axis=1)],
        C,
        IMAGE,
    ),
    "Concat of three": (
        [node("Relu", "x", "a"), node("Tanh", "x", "b"), node("Concat", "b x a", "y", axis=-1)],
        {},
        ROW,
    ),
    "a diamond": (
        [
            node("Gemm", "x w b", "a"),
            node("Relu", "a", "l"),
            node("Gemm", "a v", "r"),
            node("Tanh", "r", "t"),
            node("Gemm", "l v", "m"),
            node("Add", "t m", "y"),
        ],
        D,
        ROW,
    ),
    "Resize": (
        [
            node(
                "Resize",
                "x - s",
                "y",
                mode="nearest",
                nearest_mode="floor",
                coordinate_transformation_mode="asymmetric",
            )
        ],
        {"s": np.array([1, 1, 3, 3], np.float32)},
        IMAGE,
    ),
    "Resize as it is by default": (
        [node("Resize", "x - - s", "y")],
        {"s": np.array([3, 2, 14, 12])},
        IMAGE,
    ),
    "LSTM, the last step": (
        [
            TIME,
            node("LSTM", "t w r b - none none", "y4", hidden_size=4),
            node("Squeeze", "y4 one", "y3"),
            node("Transpose", "y3", "n", perm=[1, 0, 2]),
            node("Gather", "n last", "y", axis=1),
        ],
        L,
        STEPS,
    ),
    "LSTM, the last step of a slice": (
        [
            TIME,
            node("LSTM", "t w r b", "y4", hidden_size=4),
            node("Squeeze", "y4 one", "y3"),
            node("Slice", "y3 first end zero", "n"),
            node("Squeeze", "n zero", "y"),
        ],
        L,
        STEPS,
    ),
    "LSTM, all steps": (
        [
            TIME,
            node("LSTM", "t w r", "y4", hidden_size=4),
            node("Squeeze", "y4 one", "y3"),
            node("Transpose", "y3", "y", perm=[1, 0, 2]),
        ],
        L,
        STEPS,
    ),
    "LSTM, what it remembers": (
        [TIME, node("LSTM", "t w r b", "y4 h1", hidden_size=4), node("Squeeze", "h1 zero", "y")],
        L,
        STEPS,
    ),
    "LSTM on LSTM, of whose states the last is taken": (
        [
            TIME,
            node("LSTM", "t w r b", "y4 h1", hidden_size=4),
            node("Squeeze", "y4 one", "y3"),
            node("LSTM", "y3 r r b", "z4 h2", hidden_size=4),
            node("Concat", "h1 h2", "h", axis=0),
            node("Gather", "h last", "y", axis=0),
        ],
        L,
        STEPS,
    ),
    "RNN with ReLU": (
        [
            TIME,
            node("RNN", "t v q", "y4 h1", hidden_size=4, activations=["Relu"]),
            node("Squeeze", "h1 zero", "y"),
        ],
        {**L, "v": numbers(1, 4, 3), "q": numbers(1, 4, 4)},
        STEPS,
    ),
    "GRU, both ways": (
        [
            TIME,
            node(
                "GRU",
                "t w r b",
                "y4",
                hidden_size=4,
                linear_before_reset=1,
                direction="bidirectional",
            ),
            node("Transpose", "y4", "d", perm=[0, 2, 1, 3]),
            node("Reshape", "d t0", "y3"),
            node("Transpose", "y3", "y", perm=[1, 0, 2]),
        ],
        G,
        STEPS,
    ),
    "GRU, what both remember": (
        [
            TIME,
            node(
                "GRU",
                "t w r b",
                "y4 h1",
                hidden_size=4,
                linear_before_reset=1,
                direction="bidirectional",
            ),
            node("Gather", "h1 zero", "a"),
            node("Gather", "h1 one", "c"),
            node("Concat", "a c", "y", axis=1),
        ],
        G,
        STEPS,
    ),
    "nodes that nothing needs": (
        [node("Gemm", "x w b", "y"), node("NonMaxSuppression", "y y", "unused")],
        D,
        ROW,
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_of_others(name, tmp_path):
    nodes, arrays, shape, *version = GRAPHS[name]
    proto = model(nodes, arrays, shape, *version)
    x = numbers(3, *shape[1:])
    truth_of = model([one for one in nodes if one.output != ["unused"]], arrays, shape, *version)
    session = onnxruntime.InferenceSession(truth_of.SerializeToString())
    truth = session.run(None, {"x": x})[0]
    close(load(proto, tmp_path).network.predict(x), truth, 1e-5, name)


def test_steps_first(tmp_path):
    """A sequence whose batch is the second axis is read in our order all the same."""
    nodes = [node("LSTM", "x w r b", "y4 h1", hidden_size=4), node("Squeeze", "h1 zero", "y")]
    x = numbers(5, 2, 3)
    proto = model(nodes, L, [5, "N", 3])
    truth = onnxruntime.InferenceSession(proto.SerializeToString()).run(None, {"x": x})[0]
    close(load(proto, tmp_path).network.predict(x.swapaxes(0, 1)), truth, 1e-5)


def test_symbols(tmp_path):
    table = {"t": numbers(9, 3)}
    proto = model([node("Gather", "t x", "y")], table, ["N", 4], kind=TensorProto.INT64)
    x = np.array([[0, 8, 3, 3], [1, 2, 3, 4]])
    np.testing.assert_array_equal(load(proto, tmp_path).network.predict(x), table["t"][x])


def test_every_operator_is_tried():
    from tests.formats.read.test_foreign import FILES
    from tests.formats.read.test_foreign import GRAPHS as FOREIGN

    used = {one.op_type for graph in (*GRAPHS.values(), *FOREIGN.values()) for one in graph[0]}
    for path in FILES.glob("*.onnx"):
        used |= {one.op_type for one in onnx.load(path).graph.node}
    refused = {"ArgMax", "TopK"}
    assert set(operator_table.OPERATORS) - {"Upsample", neighbours.NAME} - refused <= used


def test_activations_go_into_the_layer_before(tmp_path):
    nodes = [node("Gemm", "x w b", "a"), node("Tanh", "a", "t"), node("Gemm", "t v", "y")]
    layers = load(model(nodes, D, ROW), tmp_path).experiment.layers
    assert [(one.type, one.activation) for one in layers] == [
        ("dense", "tanh"),
        ("dense", "identity"),
    ]


@pytest.mark.parametrize(
    ("shape", "units", "last", "data", "loss"),
    [
        ([28 * 28], 10, None, "tensor", "softmax_cross_entropy"),
        ([2], 1, None, "circle", "binary_cross_entropy"),
        ([2], 1, "Tanh", "circle", "mse"),
        ([2], 1, "Sigmoid", "circle", "binary_cross_entropy"),
        ([2], 2, None, "circle", "softmax_cross_entropy"),
        ([2], 2, "Softmax", "circle", "softmax_cross_entropy"),
        ([2], 3, None, "tensor", "softmax_cross_entropy"),
        ([4], 4, None, "tensor", "mse"),
        ([5], 3, "Relu", "tensor", "mse"),
        ([5], 3, "Sigmoid", "tensor", "binary_cross_entropy"),
        ([5], 3, "LogSoftmax", "tensor", "softmax_cross_entropy"),
        ([28, 28, 1], 10, None, "mnist", "softmax_cross_entropy"),
        ([1, 28, 28], 10, None, "mnist", "softmax_cross_entropy"),
        ([1, 28, 28], 10, "Softmax", "mnist", "softmax_cross_entropy"),
        ([1, 28, 28], 9, None, "tensor", "softmax_cross_entropy"),
    ],
)
def test_data_that_fit(shape, units, last, data, loss, tmp_path):
    nodes = [
        node("Flatten", "x", "f"),
        node("Gemm", "f w b", "g", transB=1),
        node(last or "Identity", "g", "y"),
    ]
    run = load(model(nodes, dense(units, int(np.prod(shape))), ["N", *shape]), tmp_path)
    assert (run.experiment.data.type, run.experiment.loss.type) == (data, loss)
    if data == "tensor":
        assert run.experiment.data.shape == tuple(shape)
        with pytest.raises(ValueError, match="came without data"):
            run.train()


def test_what_came_in_can_be_trained_saved_and_sent_out(tmp_path):
    run = Run(Experiment.preset("circle"))
    (path,) = write.write(run, "onnx", tmp_path, "circle")
    back = Run.load(path)
    back.train(1, callback=lambda record: None)
    back.save(tmp_path / "back.safetensors")
    x = run.data.test.x[:4]
    again = Run.load(tmp_path / "back.safetensors").network.predict(x)
    np.testing.assert_array_equal(again, back.network.predict(x))


def test_the_file_may_be_any_path(tmp_path):
    path = tmp_path / "Model.ONNX"
    path.write_bytes(LINE.SerializeToString())
    assert Run.load(str(path)).network.predict(np.zeros((1, 4))).shape == (1, 3)
