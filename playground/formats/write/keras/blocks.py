"""Blocks of layers, and layers that read an earlier one."""

from __future__ import annotations

from playground.formats.write.keras.program import Program, layer
from playground.formats.write.model import Step
from playground.formats.write.script import call, quoted


@layer("residual")
def residual(program: Program, step: Step) -> None:
    piece, project = step.layer, "shortcut.0.weight" in step.arrays
    program.apply(
        "residual",
        piece.filters,
        piece.kernel_size,
        piece.stride,
        piece.batch_norm,
        program.function(piece.activation),
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
    piece = step.layer
    program.apply(
        "inception",
        piece.filters_1x1,
        piece.filters_3x3_reduce,
        piece.filters_3x3,
        piece.filters_5x5_reduce,
        piece.filters_5x5,
        piece.filters_pool,
        program.function(piece.activation),
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
