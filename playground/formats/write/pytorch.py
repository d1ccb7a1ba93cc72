"""PyTorch: a module in NAME.py and its state_dict in NAME.safetensors."""

from __future__ import annotations

from safetensors.numpy import save as packed

from playground.formats.write.model import Model, Step, Table
from playground.formats.write.script import (
    Forward,
    Parts,
    add_joints,
    call,
    docstring,
    keywords,
    quoted,
)

PARTS = Parts("pytorch.py")
layer = LAYERS = Table("PyTorch", "layer")
ACTIVATIONS = Table("PyTorch", "activation")
ACTIVATIONS.update(
    identity="nn.Identity()",
    relu="F.relu",
    leaky_relu="F.leaky_relu",
    elu="F.elu",
    selu="F.selu",
    gelu="F.gelu",
    silu="F.silu",
    softplus="F.softplus",
    sigmoid="F.sigmoid",
    tanh="F.tanh",
    hard_tanh="F.hardtanh",
    softsign="F.softsign",
    sine="torch.sin",
    gaussian="gaussian",
    softmax="softmax",
)


class Program(Forward):
    """The lines of one module: what it holds, and what it does to x."""

    layers, activations, parts = LAYERS, ACTIVATIONS, PARTS

    def __init__(self, model: Model) -> None:
        self.modules: list[str] = []
        super().__init__(model)

    def module(self, step: Step, program: str) -> str:
        """Keep a module under the step's name; returns how to call it."""
        self.modules.append(f"self.{step.name} = {program}")
        return f"self.{step.name}"


def files(model: Model) -> dict[str, bytes]:
    """The program and its weights, by file name."""
    program = Program(model)
    weights = f"{model.name}.safetensors"
    indent = "\n        "
    copies = program.copies()
    functional = "F." in copies + "".join(program.modules + program.lines)
    imported = "import torch\n" + "import torch.nn.functional as F\n" * functional
    text = f'''\
{docstring(model, weights)}

from pathlib import Path

{imported}\
from safetensors.torch import load_file
from torch import nn


{copies}class Network(nn.Module):
    def __init__(self):
        super().__init__(){"".join(indent + line for line in program.modules)}

    def forward(self, x):{"".join(indent + line for line in program.lines)}
        return x


def load(weights=Path(__file__).with_name({quoted(weights)})):
    """The trained network, ready to predict."""
    network = Network()
    network.load_state_dict(load_file(weights))
    return network.eval()


if __name__ == "__main__":
    network = load()
    print(network)
    with torch.no_grad():
        print(network(torch.zeros({", ".join(map(str, (1, *model.input_shape)))})))
'''
    state = {
        f"{step.name}.{name}": array for step in model.steps for name, array in step.arrays.items()
    }
    return {f"{model.name}.py": text.encode(), weights: packed(state)}


# ---- layers: (program, step, x) → what becomes of x ----


@layer("dense")
def dense(program: Program, step: Step, x: str) -> str:
    module = program.module(step, call("nn.Linear", step.input_shape[-1], step.layer.units))
    return program.activated(step.layer.activation, f"{module}({x})")


@layer("conv2d")
def conv2d(program: Program, step: Step, x: str) -> str:
    return _convolution(program, step, x, "nn.Conv2d", stride=1, padding=0, dilation=1, groups=1)


@layer("conv2d_transpose")
def conv2d_transpose(program: Program, step: Step, x: str) -> str:
    return _convolution(
        program,
        step,
        x,
        "nn.ConvTranspose2d",
        stride=1,
        padding=0,
        output_padding=0,
        dilation=1,
        groups=1,
    )


def _convolution(program: Program, step: Step, x: str, kind: str, **defaults: int) -> str:
    piece = step.layer
    module = program.module(
        step,
        call(
            kind,
            step.input_shape[0],
            piece.filters,
            piece.kernel_size,
            **keywords(step, **defaults),
        ),
    )
    return program.activated(piece.activation, f"{module}({x})")


@layer("max_pool2d", "avg_pool2d")
def pool2d(program: Program, step: Step, x: str) -> str:
    stride = step.layer.stride, step.layer.pool_size
    stride = (stride[1] if stride[0] is None else stride[0]), stride[1]
    return call(
        f"F.{step.layer.type}", x, step.layer.pool_size, stride=stride, **keywords(step, padding=0)
    )


@layer("global_avg_pool2d")
def global_avg_pool2d(program: Program, step: Step, x: str) -> str:
    return f"{x}.mean((2, 3))"


@layer("up_sampling2d")
def up_sampling2d(program: Program, step: Step, x: str) -> str:
    return f"F.interpolate({x}, scale_factor={step.layer.size})"


@layer("flatten")
def flatten(program: Program, step: Step, x: str) -> str:
    return f"{x}.flatten(1)"


@layer("reshape")
def reshape(program: Program, step: Step, x: str) -> str:
    return call(f"{x}.reshape", -1, *step.output_shape)


@layer("activation")
def activation(program: Program, step: Step, x: str) -> str:
    return program.activated(step.layer.name, x)


@layer("dropout")
def dropout(program: Program, step: Step, x: str) -> str:
    return f"{program.module(step, call('nn.Dropout', step.layer.rate))}({x})"


@layer("spatial_dropout2d")
def spatial_dropout2d(program: Program, step: Step, x: str) -> str:
    return f"{program.module(step, call('nn.Dropout2d', step.layer.rate))}({x})"


@layer("sampling")
def sampling(program: Program, step: Step, x: str) -> str:
    program.used.add("Sampling")
    return f"{program.module(step, 'Sampling()')}({x})"


@layer("batch_norm")
def batch_norm(program: Program, step: Step, x: str) -> str:
    kind = "nn.BatchNorm2d" if len(step.input_shape) == 3 else "nn.BatchNorm1d"
    options = {"eps": (step.layer.epsilon, 1e-5), "momentum": (step.layer.momentum, 0.1)}
    return f"{program.module(step, call(kind, step.input_shape[0], **options))}({x})"


@layer("layer_norm")
def layer_norm(program: Program, step: Step, x: str) -> str:
    size = step.arrays["weight"].shape
    module = call(
        "nn.LayerNorm", size if len(size) > 1 else size[0], eps=(step.layer.epsilon, 1e-5)
    )
    return f"{program.module(step, module)}({x})"


@layer("local_response_norm")
def local_response_norm(program: Program, step: Step, x: str) -> str:
    return call(
        "F.local_response_norm", x, step.layer.size, **keywords(step, alpha=1e-4, beta=0.75, k=1.0)
    )


@layer("embedding")
def embedding(program: Program, step: Step, x: str) -> str:
    module = call("nn.Embedding", step.layer.input_dim, step.layer.output_dim)
    return f"{program.module(step, module)}({x}.long())"


@layer("column_embedding")
def column_embedding(program: Program, step: Step, x: str) -> str:
    program.used.add("ColumnEmbedding")
    sizes = [size if name else -size for name, _, size in step.layer.parts(step.input_shape)]
    return f"{program.module(step, call('ColumnEmbedding', sizes, step.layer.output_dim))}({x})"


@layer("simple_rnn", "lstm", "gru")
def recurrent(program: Program, step: Step, x: str) -> str:
    piece = step.layer
    kind = {"simple_rnn": "nn.RNN", "lstm": "nn.LSTM", "gru": "nn.GRU"}[piece.type]
    curve = (
        {"nonlinearity": (quoted(piece.activation), '"tanh"')} if piece.type == "simple_rnn" else {}
    )
    module = program.module(
        step,
        call(
            kind,
            step.input_shape[1],
            piece.units,
            batch_first=(True, False),
            **curve,
            **keywords(step, num_layers=1, bidirectional=False),
        ),
    )
    if piece.return_sequences:
        return f"{module}({x})[0]"
    if piece.bidirectional:
        program.used.add("last")
        return f"last({module}({x})[0])"
    return f"{module}({x})[0][:, -1]"


@layer("residual")
def residual(program: Program, step: Step, x: str) -> str:
    program.used.add("Residual")
    piece, project = step.layer, "shortcut.0.weight" in step.arrays
    module = call(
        "Residual",
        step.input_shape[0],
        piece.filters,
        piece.kernel_size,
        piece.stride,
        piece.batch_norm,
        program.function(piece.activation),
        project,
    )
    return f"{program.module(step, module)}({x})"


@layer("inception")
def inception(program: Program, step: Step, x: str) -> str:
    program.used.add("Inception")
    piece = step.layer
    module = call(
        "Inception",
        step.input_shape[0],
        piece.filters_1x1,
        piece.filters_3x3_reduce,
        piece.filters_3x3,
        piece.filters_5x5_reduce,
        piece.filters_5x5,
        piece.filters_pool,
        program.function(piece.activation),
    )
    return f"{program.module(step, module)}({x})"


add_joints(layer, "torch.cat")
