"""Keras: a program that builds the model, NAME.py, and its weights in NAME.npz.

Images have their channels last there, as Keras users have them, and weights lie in Keras' layouts.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from playground.export.model import Model, Step, Table
from playground.export.script import Parts, call, docstring, quoted

PARTS = Parts("keras.py")
layer = LAYERS = Table("Keras", "layer")
ACTIVATIONS = Table("Keras", "activation")
ACTIVATIONS.update(
    {name: quoted(name) for name in ("relu", "elu", "selu", "gelu", "silu", "softplus", "sigmoid",
                                     "tanh", "hard_tanh", "softsign", "softmax")},
    identity=None, leaky_relu="leaky_relu", sine="ops.sin", gaussian="gaussian",
)  # fmt: skip


class Program:
    """The lines that build the model, and its weights by Keras' paths."""

    def __init__(self, model: Model) -> None:
        self.lines: list[str] = []
        self.used: set[str] = set()
        self.weights: dict[str, np.ndarray] = {}
        if model.keeps_input:
            self.lines.append("layer0 = x")
        for step in model.steps:
            LAYERS[step.layer.type](self, step)
            if step.kept:
                self.lines.append(f"layer{step.position + 1} = x")

    def put(self, program: str) -> None:
        """What x becomes."""
        self.lines.append(f"x = {program}")

    def layer(self, kind: str, *values: Any, **options: tuple[Any, Any]) -> None:
        """A layer on top of x."""
        self.put(f"{call(f'layers.{kind}', *values, **options)}(x)")

    def function(self, name: str) -> str | None:
        """An activation as Keras takes it: a name in quotes or a function."""
        program = ACTIVATIONS[name]
        self.used |= {program} & PARTS.definitions.keys()
        return program

    def part(self, name: str, *values: Any, **options: tuple[Any, Any]) -> None:
        """A call of a copied definition."""
        self.used.add(name)
        self.put(call(name, "x", *values, **options))

    def keep(self, path: str, **arrays: np.ndarray) -> None:
        """Weights of the Keras layer with this path."""
        self.weights.update({f"{path}/{name}": array for name, array in arrays.items()})


def files(model: Model) -> dict[str, bytes]:
    """The program and its weights, by file name."""
    program = Program(model)
    copies = "".join(f"{part}\n\n\n" for part in PARTS.copied(program.used))
    imported = "import keras\nimport numpy as np\nfrom keras import layers"
    if "ops." in copies + "".join(program.lines):
        imported += ", ops"
    image = len(model.input_shape) == 3
    axes = ", with the channels last" if image else ""
    text = f'''\
{docstring(model, f"{model.name}.npz", axes)}

from pathlib import Path

{imported}


{copies}def build():
    """The model with new weights."""
    x = inputs = keras.Input({_last(model.input_shape)})
{"".join(f"    {line}{chr(10)}" for line in program.lines)}\
    return keras.Model(inputs, x, name={quoted(model.name.replace(" ", "_"))})


def load(weights=Path(__file__).with_suffix(".npz")):
    """The trained model."""
    model, arrays = build(), np.load(weights)
    for variable in model.weights:
        variable.assign(arrays[variable.path])
    return model


if __name__ == "__main__":
    load().summary()
'''
    arrays = io.BytesIO()
    np.savez(arrays, **program.weights)
    return {f"{model.name}.py": text.encode(), f"{model.name}.npz": arrays.getvalue()}


def _last(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape with the channels of an image last."""
    return (*shape[1:], shape[0]) if len(shape) == 3 else shape


def _named(step: Step, **options: tuple[Any, Any]) -> dict[str, tuple[Any, Any]]:
    """Options with the layer's name, behind the others."""
    return {**options, "name": (quoted(step.name), None)}


def _activation(program: Program, step: Step) -> tuple[Any, Any]:
    return program.function(step.layer.activation), None


# ---- layers: (program, step) adds the lines and the weights ----


@layer("dense")
def dense(program: Program, step: Step) -> None:
    program.layer("Dense", step.layer.units,
                  **_named(step, activation=_activation(program, step)))
    program.keep(step.name, kernel=step.arrays["weight"].T, bias=step.arrays["bias"])


@layer("conv2d")
def conv2d(program: Program, step: Step) -> None:
    one = step.layer
    reach = one.dilation * (one.kernel_size - 1)
    same = one.padding > 0 and one.stride == 1 and 2 * one.padding == reach
    if one.padding and not same:
        program.layer("ZeroPadding2D", one.padding)
    thin = one.stride > 1 and one.dilation > 1  # Keras does not take both at once
    options = _named(
        step, strides=(1 if thin else one.stride, 1), padding=('"same"' if same else None, None),
        dilation_rate=(one.dilation, 1), groups=(one.groups, 1),
        activation=_activation(program, step))
    program.layer("Conv2D", one.filters, one.kernel_size, **options)
    if thin:
        program.put(f"x[:, ::{one.stride}, ::{one.stride}]")
    kernel = step.arrays["weight"].transpose(2, 3, 1, 0)
    program.keep(step.name, kernel=kernel, bias=step.arrays["bias"])


@layer("conv2d_transpose")
def conv2d_transpose(program: Program, step: Step) -> None:
    one, weight = step.layer, step.arrays["weight"]
    size, stride = one.kernel_size, one.stride
    first, last = one.padding, one.padding + max(stride - size, 0) - one.output_padding
    options = _named(step, activation=_activation(program, step))
    if one.groups == one.dilation == 1 and last >= 0:
        program.layer("Conv2DTranspose", one.filters, size, strides=(stride, 1), **options)
        if first or last:
            program.layer("Cropping2D", ((first, last), (first, last)))
        kernel = weight.transpose(2, 3, 1, 0)
    else:  # what Keras' own layer does not do
        border = one.dilation * (size - 1) - one.padding
        program.part("spread", stride, border, border + one.output_padding)
        program.layer("Conv2D", one.filters, size, dilation_rate=(one.dilation, 1),
                      groups=(one.groups, 1), **options)
        # [in, out / groups, …] → [out, in / groups, …], and turned by half a turn
        parts = [part.swapaxes(0, 1) for part in np.split(weight, one.groups)]
        kernel = np.concatenate(parts)[:, :, ::-1, ::-1].transpose(2, 3, 1, 0)
    program.keep(step.name, kernel=kernel, bias=step.arrays["bias"])


@layer("max_pool2d", "avg_pool2d")
def pool2d(program: Program, step: Step) -> None:
    one, padding = step.layer, step.layer.padding
    kind = "MaxPooling2D" if one.type == "max_pool2d" else "AveragePooling2D"
    if padding and one.type == "max_pool2d":
        border = f"((0, 0), {(padding, padding)}, {(padding, padding)}, (0, 0))"
        program.put(f'ops.pad(x, {border}, constant_values=-float("inf"))')
    elif padding:
        program.layer("ZeroPadding2D", padding)
    program.layer(kind, one.pool_size, strides=(one.stride or one.pool_size, one.pool_size))


@layer("global_avg_pool2d")
def global_avg_pool2d(program: Program, step: Step) -> None:
    program.layer("GlobalAveragePooling2D")


@layer("up_sampling2d")
def up_sampling2d(program: Program, step: Step) -> None:
    program.layer("UpSampling2D", step.layer.size)


@layer("flatten", "reshape")
def reshape(program: Program, step: Step) -> None:
    """Numbers are counted channel by channel, as in PyTorch: the weights that follow know it so."""
    before, after = step.input_shape, step.output_shape
    if len(before) == 3 and before[0] > 1:
        program.layer("Permute", (3, 1, 2))
    if step.layer.type == "flatten":
        program.layer("Flatten")
    else:
        program.layer("Reshape", after)
    if len(after) == 3:
        program.layer("Permute", (2, 3, 1))


@layer("activation")
def activation(program: Program, step: Step) -> None:
    if function := program.function(step.layer.name):
        program.layer("Activation", function)


@layer("dropout", "spatial_dropout2d")
def dropout(program: Program, step: Step) -> None:
    kind = "Dropout" if step.layer.type == "dropout" else "SpatialDropout2D"
    program.layer(kind, step.layer.rate)


def _keep_norm(program: Program, path: str, arrays: dict[str, np.ndarray], prefix: str) -> None:
    names = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
             "moving_variance": "running_var"}
    program.keep(path, **{name: arrays[prefix + ours] for name, ours in names.items()})


@layer("batch_norm")
def batch_norm(program: Program, step: Step) -> None:
    one = step.layer
    options = _named(step, momentum=(1 - one.momentum, 0.99), epsilon=(one.epsilon, 1e-3))
    program.layer("BatchNormalization", **options)
    _keep_norm(program, step.name, step.arrays, "")


@layer("layer_norm")
def layer_norm(program: Program, step: Step) -> None:
    weight, bias = step.arrays["weight"], step.arrays["bias"]
    axes = list(range(1, 4)) if weight.ndim == 3 else -1
    program.layer("LayerNormalization",
                  **_named(step, axis=(axes, -1), epsilon=(step.layer.epsilon, 1e-3)))
    if weight.ndim == 3:
        weight, bias = weight.transpose(1, 2, 0), bias.transpose(1, 2, 0)
    program.keep(step.name, gamma=weight, beta=bias)


@layer("local_response_norm")
def local_response_norm(program: Program, step: Step) -> None:
    one = step.layer
    program.part("local_response_norm", one.size, alpha=(one.alpha, 1e-4), beta=(one.beta, 0.75),
                 k=(one.k, 1.0))


@layer("embedding")
def embedding(program: Program, step: Step) -> None:
    program.layer("Embedding", step.layer.input_dim, step.layer.output_dim, **_named(step))
    program.keep(step.name, embeddings=step.arrays["weight"])


@layer("simple_rnn", "lstm", "gru")
def recurrent(program: Program, step: Step) -> None:
    one = step.layer
    kind = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}[one.type]
    curve = {"activation": (quoted(one.activation), '"tanh"')} if one.type == "simple_rnn" else {}
    for number in range(one.num_layers):
        name = step.name if one.num_layers == 1 else f"{step.name}_{number + 1}"
        whole = one.return_sequences or number < one.num_layers - 1
        inner = call(f"layers.{kind}", one.units, **curve, return_sequences=(whole, False),
                     name=(quoted(f"{name}_cells" if one.bidirectional else name), None))
        if one.bidirectional:
            inner = call("layers.Bidirectional", inner, name=(quoted(name), None))
        program.put(f"{inner}(x)")
        for end in ("", "_reverse") if one.bidirectional else ("",):
            side = f"/{'backward' if end else 'forward'}_{name}_cells" if one.bidirectional else ""
            path = f"{name}{side}/{one.type}_cell"
            program.keep(path, **_gates(step, f"_l{number}{end}"))


def _gates(step: Step, end: str) -> dict[str, np.ndarray]:
    """The arrays of one direction: gates side by side, a GRU's in the order z, r, n."""
    order = [1, 0, 2] if step.layer.type == "gru" else None

    def columns(name: str) -> np.ndarray:
        array = step.arrays[f"{name}{end}"]
        if order:
            parts = np.split(array, len(order))
            array = np.concatenate([parts[gate] for gate in order])
        return array.T

    biases = columns("bias_ih"), columns("bias_hh")
    bias = np.stack(biases) if order else biases[0] + biases[1]
    return {"kernel": columns("weight_ih"), "recurrent_kernel": columns("weight_hh"), "bias": bias}


@layer("residual")
def residual(program: Program, step: Step) -> None:
    one, project = step.layer, "shortcut.0.weight" in step.arrays
    program.part("residual", one.filters, one.kernel_size, one.stride, one.batch_norm,
                 program.function(one.activation), project, quoted(step.name))
    _keep_convolutions(program, step)
    for norm in ("bn1", "bn2", "shortcut.1"):
        if f"{norm}.weight" in step.arrays:
            path = f"{step.name}_{norm.replace('.', '_')}"
            _keep_norm(program, path, step.arrays, f"{norm}.")


@layer("inception")
def inception(program: Program, step: Step) -> None:
    one = step.layer
    program.part(
        "inception", one.filters_1x1, one.filters_3x3_reduce, one.filters_3x3,
        one.filters_5x5_reduce, one.filters_5x5, one.filters_pool,
        program.function(one.activation), quoted(step.name))
    _keep_convolutions(program, step)


def _keep_convolutions(program: Program, step: Step) -> None:
    """All the convolutions of a block."""
    for name, array in step.arrays.items():
        conv, kind = name.rsplit(".", 1)
        path = f"{step.name}_{conv.replace('.', '_')}"
        if array.ndim == 4:
            program.keep(path, kernel=array.transpose(2, 3, 1, 0))
        elif kind == "bias" and step.arrays[f"{conv}.weight"].ndim == 4:
            program.keep(path, bias=array)


@layer("add")
def add(program: Program, step: Step) -> None:
    program.put(f"x + layer{step.other}")


@layer("concatenate")
def concatenate(program: Program, step: Step) -> None:
    axis = -1 if len(step.output_shape) == 3 else 1
    program.put(f"{call('layers.Concatenate', axis=(axis, -1))}([x, layer{step.other}])")


@layer("branch")
def branch(program: Program, step: Step) -> None:
    program.put(f"layer{step.other}")
