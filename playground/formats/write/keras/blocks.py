"""Blocks of layers, and layers that read an earlier one."""

from __future__ import annotations

from playground.formats.write.keras.program import Program, layer
from playground.formats.write.model import Step
from playground.formats.write.script import call, quoted


@layer("residual")
def residual(program: Program, step: Step) -> None:
    one, project = step.layer, "shortcut.0.weight" in step.arrays
    program.apply(
        "residual",
        one.filters,
        one.kernel_size,
        one.stride,
        one.batch_norm,
        program.function(one.activation),
        project,
        quoted(step.name),
    )
    _keep_convolutions(program, step)
    for norm in ("bn1", "bn2", "shortcut.1"):
        if f"{norm}.weight" in step.arrays:
            path = f"{step.name}_{norm.replace('.', '_')}"
            program.keep_norm(path, step.arrays, f"{norm}.")


@layer("inception")
def inception(program: Program, step: Step) -> None:
    one = step.layer
    program.apply(
        "inception",
        one.filters_1x1,
        one.filters_3x3_reduce,
        one.filters_3x3,
        one.filters_5x5_reduce,
        one.filters_5x5,
        one.filters_pool,
        program.function(one.activation),
        quoted(step.name),
    )
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
