"""NumPy: one program without any framework, NAME.py, and its weights in NAME.npz."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from playground.engine import registry
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

PARTS = Parts("numpy.py")
layer = LAYERS = Table("NumPy", "layer")
ACTIVATIONS = Table("NumPy", "activation")
ACTIVATIONS.update(
    {name: name for name in PARTS.definitions.keys() & set(registry.names("activation"))},
    tanh="np.tanh",
    sine="np.sin",
)


class Program(Forward):
    """The lines that make outputs of x, and the definitions that they use."""

    layers, activations, parts = LAYERS, ACTIVATIONS, PARTS

    def weighted(self, step: Step, x: str, **options: tuple[Any, Any]) -> str:
        """A call of the definition that bears the layer's name, with its arrays."""
        return self.part(step.layer.type, x, f"**of({quoted(step.name)})", **options)


def files(model: Model) -> dict[str, bytes]:
    """The program and its weights, by file name."""
    program = Program(model)
    copies = program.copies()
    lines = "".join(f"    {line}\n" for line in program.lines)
    text = f'''\
{docstring(model, f"{model.name}.npz")}

{"import math" + chr(10) if "math." in copies else ""}\
import sys
from pathlib import Path

import numpy as np

WEIGHTS = dict(np.load(Path(__file__).with_suffix(".npz")))


def of(layer):
    """The arrays of one layer by name."""
    start = f"{{layer}}."
    return {{key[len(start):]: array for key, array in WEIGHTS.items() if key.startswith(start)}}


{copies}def predict(x):
    x = np.asarray(x, np.float32)
{lines}    return x


if __name__ == "__main__":  # python {model.name}.py inputs.npy outputs.npy
    np.save(sys.argv[2], predict(np.load(sys.argv[1])))
'''
    state = {
        f"{step.name}.{name}": array
        for step in model.steps
        for name, array in step.arrays.items()
        if not name.endswith("num_batches_tracked")
    }
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **state)
    return {f"{model.name}.py": text.encode(), f"{model.name}.npz": arrays.getvalue()}


# ---- layers: (program, step, x) → what becomes of x ----


@layer("dense")
def dense(program: Program, step: Step, x: str) -> str:
    return program.activated(step.layer.activation, program.weighted(step, x))


@layer("conv2d")
def conv2d(program: Program, step: Step, x: str) -> str:
    options = keywords(step, stride=1, padding=0, dilation=1, groups=1)
    return program.activated(step.layer.activation, program.weighted(step, x, **options))


@layer("conv2d_transpose")
def conv2d_transpose(program: Program, step: Step, x: str) -> str:
    options = keywords(step, stride=1, padding=0, output_padding=0, dilation=1, groups=1)
    return program.activated(step.layer.activation, program.weighted(step, x, **options))


@layer("max_pool2d", "avg_pool2d")
def pool2d(program: Program, step: Step, x: str) -> str:
    size = step.layer.pool_size
    return program.part(
        step.layer.type, x, size, step.layer.stride or size, **keywords(step, padding=0)
    )


@layer("global_avg_pool2d")
def global_avg_pool2d(program: Program, step: Step, x: str) -> str:
    return f"{x}.mean((2, 3))"


@layer("up_sampling2d")
def up_sampling2d(program: Program, step: Step, x: str) -> str:
    return program.part("up_sampling2d", x, step.layer.size)


@layer("flatten", "reshape")
def reshape(program: Program, step: Step, x: str) -> str:
    return call(f"{x}.reshape", f"len({x})", *step.output_shape)


@layer("activation")
def activation(program: Program, step: Step, x: str) -> str:
    return program.activated(step.layer.name, x)


@layer("dropout", "spatial_dropout2d")
def dropout(program: Program, step: Step, x: str) -> str:
    return x  # it acts while training alone


@layer("sampling")
def sampling(program: Program, step: Step, x: str) -> str:
    return f"{x}[:, :{step.output_shape[0]}]"  # the means


@layer("batch_norm", "layer_norm")
def norm(program: Program, step: Step, x: str) -> str:
    return program.weighted(step, x, **keywords(step, epsilon=1e-5))


@layer("local_response_norm")
def local_response_norm(program: Program, step: Step, x: str) -> str:
    return program.part(
        "local_response_norm", x, step.layer.size, **keywords(step, alpha=1e-4, beta=0.75, k=1.0)
    )


@layer("embedding")
def embedding(program: Program, step: Step, x: str) -> str:
    return program.weighted(step, x)


@layer("column_embedding")
def column_embedding(program: Program, step: Step, x: str) -> str:
    sizes = [size if name else -size for name, _, size in step.layer.parts(step.input_shape)]
    return program.part("column_embedding", x, f"of({quoted(step.name)})", sizes)


@layer("simple_rnn", "lstm", "gru")
def recurrent(program: Program, step: Step, x: str) -> str:
    cell = step.layer.type
    if cell == "simple_rnn":
        cell = f"simple_rnn_{step.layer.activation}"
    program.used.add(cell)
    return program.part(
        "recurrent", x, f"of({quoted(step.name)})", cell, **keywords(step, return_sequences=False)
    )


@layer("residual")
def residual(program: Program, step: Step, x: str) -> str:
    return program.part(
        "residual",
        x,
        f"of({quoted(step.name)})",
        step.layer.stride,
        program.function(step.layer.activation),
    )


@layer("inception")
def inception(program: Program, step: Step, x: str) -> str:
    return program.part(
        "inception", x, f"of({quoted(step.name)})", program.function(step.layer.activation)
    )


add_joints(layer, "np.concatenate")
