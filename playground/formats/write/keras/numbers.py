"""Keras' layers on numbers of any shape."""

from __future__ import annotations

from playground.formats.write.keras.program import Program, activated, layer, named
from playground.formats.write.model import Step


@layer("dense")
def dense(program: Program, step: Step) -> None:
    program.layer("Dense", step.layer.units, **named(step, activation=activated(program, step)))
    program.keep(step.name, kernel=step.arrays["weight"].T, bias=step.arrays["bias"])


@layer("embedding")
def embedding(program: Program, step: Step) -> None:
    program.layer("Embedding", step.layer.input_dim, step.layer.output_dim, **named(step))
    program.keep(step.name, embeddings=step.arrays["weight"])


@layer("column_embedding")
def column_embedding(program: Program, step: Step) -> None:
    """A dense layer without bias for each column of words; the others pass."""
    parts = []
    for name, first, size in step.layer.parts(step.input_shape):
        part = f"x[:, {first}:{first + size}]"
        if name:
            word = f"{step.name}_{name.split('.')[1]}"
            numbers = step.layer.output_dim
            part = f'layers.Dense({numbers}, use_bias=False, name="{word}")({part})'
            program.keep(word, kernel=step.arrays[name])
        parts.append(part)
    program.put(f"layers.Concatenate()([{', '.join(parts)}])" if len(parts) > 1 else parts[0])


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


@layer("sampling")
def sampling(program: Program, step: Step) -> None:
    program.put(f"x[..., :{step.output_shape[0]}]  # the means")


@layer("batch_norm")
def batch_norm(program: Program, step: Step) -> None:
    piece = step.layer
    options = named(step, momentum=(1 - piece.momentum, 0.99), epsilon=(piece.epsilon, 1e-3))
    program.layer("BatchNormalization", **options)
    program.keep_norm(step.name, step.arrays, "")


@layer("layer_norm")
def layer_norm(program: Program, step: Step) -> None:
    weight, bias = step.arrays["weight"], step.arrays["bias"]
    axes = list(range(1, 4)) if weight.ndim == 3 else -1
    program.layer(
        "LayerNormalization", **named(step, axis=(axes, -1), epsilon=(step.layer.epsilon, 1e-3))
    )
    if weight.ndim == 3:
        weight, bias = weight.transpose(1, 2, 0), bias.transpose(1, 2, 0)
    program.keep(step.name, gamma=weight, beta=bias)
