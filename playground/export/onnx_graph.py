"""ONNX: one graph with its weights, NAME.onnx, operators of version 17."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.export.model import Model, Step, Table

OPERATORS = 17  # LayerNormalization came with 17; what reads newer ones also reads these
IR = 8  # the file format of that time

layer = LAYERS = Table("ONNX", "layer")
activation_of = ACTIVATIONS = Table("ONNX", "activation")


class Graph:
    """Nodes and weights as they are added; values go by name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.outputs: list[str] = []  # by layer; first the data
        self.prefix = ""

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """A node; returns the name of its output, or of all of them."""
        from onnx import helper

        name = f"{self.prefix}{operator.lower()}{len(self.nodes)}"
        made = [name] if outputs == 1 else [f"{name}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, made, name, **attributes))
        return made[0] if outputs == 1 else made

    def array(self, name: str, values: Any, dtype: type = np.float32) -> str:
        """Numbers that the graph holds, under the layer's name."""
        from onnx import numpy_helper

        name = self.prefix + name
        if all(known.name != name for known in self.initializers):
            array = np.ascontiguousarray(values, dtype)
            self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def whole(self, name: str, *values: int) -> str:
        """Whole numbers, such as a shape."""
        return self.array(name, values, np.int64)

    def activated(self, name: str, x: str, shape: tuple[int, ...]) -> str:
        return ACTIVATIONS[name](self, x, shape)

    def convolution(self, step: Step, x: str, prefix: str = "", operator: str = "Conv",
                    **attributes: Any) -> str:  # fmt: skip
        """A convolution with the arrays under this prefix."""
        names = [f"{prefix}{name}" for name in ("weight", "bias") if prefix + name in step.arrays]
        arrays = [self.array(name, step.arrays[name]) for name in names]
        return self.add(operator, x, *arrays, **attributes)

    def normalisation(self, step: Step, x: str, prefix: str = "", epsilon: float = 1e-5) -> str:
        """A batch normalisation with the arrays under this prefix."""
        names = [prefix + name for name in ("weight", "bias", "running_mean", "running_var")]
        arrays = [self.array(name, step.arrays[name]) for name in names]
        return self.add("BatchNormalization", x, *arrays, epsilon=epsilon)


def files(model: Model) -> dict[str, bytes]:
    """The graph, by file name."""
    from onnx import TensorProto, helper

    graph = Graph()
    graph.outputs.append("input")
    x = "input"
    for step in model.steps:
        graph.prefix = f"{step.name}."
        x = LAYERS[step.layer.type](graph, step, x)
        graph.outputs.append(x)
    graph.nodes.append(helper.make_node("Identity", [x], ["output"], "output"))
    value = helper.make_tensor_value_info
    proto = helper.make_graph(
        graph.nodes, model.name, [value("input", TensorProto.FLOAT, ["N", *model.input_shape])],
        [value("output", TensorProto.FLOAT, ["N", *model.output_shape])], graph.initializers,
        doc_string=f"Reads {model.reads}. Gives {model.gives}.")
    whole = helper.make_model(
        proto, opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=IR,
        producer_name="network playground")
    return {f"{model.name}.onnx": whole.SerializeToString()}


# ---- activations: (graph, x, shape) → the name of what comes out ----


@activation_of("identity")
def identity(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return x


def _operator(operator: str, **attributes: Any) -> Any:
    return lambda graph, x, shape: graph.add(operator, x, **attributes)


ACTIVATIONS.update(
    relu=_operator("Relu"), leaky_relu=_operator("LeakyRelu", alpha=0.01), elu=_operator("Elu"),
    selu=_operator("Selu"), softplus=_operator("Softplus"), sigmoid=_operator("Sigmoid"),
    tanh=_operator("Tanh"), softsign=_operator("Softsign"), sine=_operator("Sin"),
)  # fmt: skip


@activation_of("gelu")
def gelu(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    erf = graph.add("Erf", graph.add("Div", x, graph.array("sqrt2", 2**0.5)))
    half = graph.add("Mul", x, graph.array("half", 0.5))
    return graph.add("Mul", half, graph.add("Add", erf, graph.array("one", 1.0)))


@activation_of("silu")
def silu(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Mul", x, graph.add("Sigmoid", x))


@activation_of("hard_tanh")
def hard_tanh(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Clip", x, graph.array("low", -1.0), graph.array("high", 1.0))


@activation_of("gaussian")
def gaussian(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Exp", graph.add("Neg", graph.add("Mul", x, x)))


@activation_of("softmax")
def softmax(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Softmax", x, axis=2 if len(shape) == 2 else 1)


# ---- layers: (graph, step, x) → the name of what comes out ----


@layer("dense")
def dense(graph: Graph, step: Step, x: str) -> str:
    arrays = [graph.array(name, step.arrays[name]) for name in ("weight", "bias")]
    y = graph.add("Gemm", x, *arrays, transB=1)
    return graph.activated(step.layer.activation, y, step.output_shape)


def _window(one: Any, size: int, stride: int) -> dict[str, Any]:
    """How a window slides, as ONNX says it."""
    return {"kernel_shape": [size] * 2, "strides": [stride] * 2, "pads": [one.padding] * 4}


@layer("conv2d", "conv2d_transpose")
def conv2d(graph: Graph, step: Step, x: str) -> str:
    one = step.layer
    options = {**_window(one, one.kernel_size, one.stride), "dilations": [one.dilation] * 2,
               "group": one.groups}
    operator = "Conv"
    if one.type == "conv2d_transpose":
        operator, options["output_padding"] = "ConvTranspose", [one.output_padding] * 2
    y = graph.convolution(step, x, operator=operator, **options)
    return graph.activated(one.activation, y, step.output_shape)


@layer("max_pool2d")
def max_pool2d(graph: Graph, step: Step, x: str) -> str:
    size = step.layer.pool_size
    return graph.add("MaxPool", x, **_window(step.layer, size, step.layer.stride or size))


@layer("avg_pool2d")
def avg_pool2d(graph: Graph, step: Step, x: str) -> str:
    size = step.layer.pool_size
    return graph.add("AveragePool", x, count_include_pad=1,
                     **_window(step.layer, size, step.layer.stride or size))


@layer("global_avg_pool2d")
def global_avg_pool2d(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Flatten", graph.add("GlobalAveragePool", x))


@layer("up_sampling2d")
def up_sampling2d(graph: Graph, step: Step, x: str) -> str:
    scales = graph.array("scales", (1, 1, step.layer.size, step.layer.size))
    return graph.add("Resize", x, "", scales, mode="nearest", nearest_mode="floor",
                     coordinate_transformation_mode="asymmetric")


@layer("flatten")
def flatten(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Flatten", x)


@layer("reshape")
def reshape(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Reshape", x, graph.whole("shape", -1, *step.output_shape))


@layer("activation")
def activation(graph: Graph, step: Step, x: str) -> str:
    return graph.activated(step.layer.name, x, step.output_shape)


@layer("dropout", "spatial_dropout2d")
def dropout(graph: Graph, step: Step, x: str) -> str:
    return x  # it acts while training alone


@layer("batch_norm")
def batch_norm(graph: Graph, step: Step, x: str) -> str:
    return graph.normalisation(step, x, epsilon=step.layer.epsilon)


@layer("layer_norm")
def layer_norm(graph: Graph, step: Step, x: str) -> str:
    arrays = [graph.array(name, step.arrays[name]) for name in ("weight", "bias")]
    return graph.add("LayerNormalization", x, *arrays, axis=-step.arrays["weight"].ndim,
                     epsilon=step.layer.epsilon)


@layer("local_response_norm")
def local_response_norm(graph: Graph, step: Step, x: str) -> str:
    one, channels = step.layer, step.input_shape[0]
    if one.size % 2:
        return graph.add("LRN", x, size=one.size, alpha=one.alpha, beta=one.beta, bias=one.k)
    # Of an even number of maps ONNX takes one more after the middle, PyTorch one more before it.
    distance = np.arange(channels) - np.arange(channels)[:, None]
    near = (-(one.size // 2) <= distance) & (distance <= (one.size - 1) // 2)
    weights = graph.array("near", one.alpha / one.size * near[:, :, None, None])
    total = graph.add("Conv", graph.add("Mul", x, x), weights)
    base = graph.add("Add", total, graph.array("k", one.k))
    return graph.add("Div", x, graph.add("Pow", base, graph.array("beta", one.beta)))


@layer("embedding")
def embedding(graph: Graph, step: Step, x: str) -> str:
    from onnx import TensorProto

    symbols = graph.add("Cast", x, to=TensorProto.INT64)
    return graph.add("Gather", graph.array("weight", step.arrays["weight"]), symbols)


# ONNX has the gates in another order than PyTorch: i, o, f, g and z, r, n.
RECURRENT = {"simple_rnn": ("RNN", [0]), "lstm": ("LSTM", [0, 3, 1, 2]), "gru": ("GRU", [1, 0, 2])}


@layer("simple_rnn", "lstm", "gru")
def recurrent(graph: Graph, step: Step, x: str) -> str:
    """ONNX has the time first, and one operator a layer."""
    one = step.layer
    ends = ["", "_reverse"] if one.bidirectional else [""]
    directions = len(ends)
    options: dict[str, Any] = {"hidden_size": one.units}
    if one.bidirectional:
        options["direction"] = "bidirectional"
    if one.type == "gru":
        options["linear_before_reset"] = 1
    if one.type == "simple_rnn":
        options["activations"] = [one.activation.capitalize()] * directions
    x = graph.add("Transpose", x, perm=[1, 0, 2])
    for number in range(one.num_layers):
        arrays = _gates(graph, step, number, ends)
        y, state, *_ = graph.add(RECURRENT[one.type][0], x, *arrays, outputs=2, **options)
        if number < one.num_layers - 1 or one.return_sequences:  # [time, directions, N, units]
            turned = graph.add("Transpose", y, perm=[0, 2, 1, 3])
            x = graph.add("Reshape", turned, graph.whole("side", 0, 0, directions * one.units))
    if one.return_sequences:
        return graph.add("Transpose", x, perm=[1, 0, 2])
    turned = graph.add("Transpose", state, perm=[1, 0, 2])
    return graph.add("Reshape", turned, graph.whole("row", 0, directions * one.units))


def _gates(graph: Graph, step: Step, number: int, ends: list[str]) -> list[str]:
    """The weights of one layer: W, R and both biases in one, a row a direction."""
    order = RECURRENT[step.layer.type][1]

    def rows(name: str, end: str) -> np.ndarray:
        gates = np.split(step.arrays[f"{name}_l{number}{end}"], len(order))
        return np.concatenate([gates[gate] for gate in order])

    stacked = {name: np.stack([rows(name, end) for end in ends])
               for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    biases = np.concatenate([stacked["bias_ih"], stacked["bias_hh"]], 1)
    return [graph.array(f"W{number}", stacked["weight_ih"]),
            graph.array(f"R{number}", stacked["weight_hh"]), graph.array(f"B{number}", biases)]


@layer("residual")
def residual(graph: Graph, step: Step, x: str) -> str:
    one, shape = step.layer, step.output_shape

    def convolution(x: str, conv: str, norm: str, stride: int, padding: int) -> str:
        y = graph.convolution(step, x, f"{conv}.", strides=[stride] * 2, pads=[padding] * 4)
        return graph.normalisation(step, y, f"{norm}.") if one.batch_norm else y

    half = one.kernel_size // 2
    y = graph.activated(one.activation, convolution(x, "conv1", "bn1", one.stride, half), shape)
    y = convolution(y, "conv2", "bn2", 1, half)
    if "shortcut.0.weight" in step.arrays:
        x = convolution(x, "shortcut.0", "shortcut.1", one.stride, 0)
    return graph.activated(one.activation, graph.add("Add", y, x), shape)


@layer("inception")
def inception(graph: Graph, step: Step, x: str) -> str:
    def convolution(x: str, name: str) -> str:
        size = step.arrays[f"{name}.weight"].shape[2]
        return graph.convolution(step, x, f"{name}.", pads=[size // 2] * 4)

    def reduced(name: str) -> str:
        shape = len(step.arrays[f"{name}.weight"]), *step.input_shape[1:]
        return graph.activated(step.layer.activation, convolution(x, name), shape)

    pooled = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4)
    branches = (convolution(x, "branch1.0"), convolution(reduced("branch2.0"), "branch2.2"),
                convolution(reduced("branch3.0"), "branch3.2"), convolution(pooled, "branch4.1"))
    y = graph.add("Concat", *branches, axis=1)
    return graph.activated(step.layer.activation, y, step.output_shape)


@layer("add")
def add(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Add", x, graph.outputs[step.other])


@layer("concatenate")
def concatenate(graph: Graph, step: Step, x: str) -> str:
    return graph.add("Concat", x, graph.outputs[step.other], axis=1)


@layer("branch")
def branch(graph: Graph, step: Step, x: str) -> str:
    return graph.outputs[step.other]
