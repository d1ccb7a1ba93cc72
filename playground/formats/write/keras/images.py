"""Keras' layers on images: windows, and images that grow or shrink."""

from __future__ import annotations

import numpy as np

from playground.formats.write.keras.program import Program, activated, layer, named
from playground.formats.write.model import Step


@layer("conv2d")
def conv2d(program: Program, step: Step) -> None:
    piece = step.layer
    reach = piece.dilation * (piece.kernel_size - 1)
    same = piece.padding > 0 and piece.stride == 1 and 2 * piece.padding == reach
    if piece.padding and not same:
        program.layer("ZeroPadding2D", piece.padding)
    thin = piece.stride > 1 and piece.dilation > 1  # Keras does not take both at once
    options = named(
        step,
        strides=(1 if thin else piece.stride, 1),
        padding=('"same"' if same else None, None),
        dilation_rate=(piece.dilation, 1),
        groups=(piece.groups, 1),
        activation=activated(program, step),
    )
    program.layer("Conv2D", piece.filters, piece.kernel_size, **options)
    if thin:
        program.put(f"x[:, ::{piece.stride}, ::{piece.stride}]")
    kernel = step.arrays["weight"].transpose(2, 3, 1, 0)
    program.keep(step.name, kernel=kernel, bias=step.arrays["bias"])


@layer("conv2d_transpose")
def conv2d_transpose(program: Program, step: Step) -> None:
    piece, weight = step.layer, step.arrays["weight"]
    size, stride = piece.kernel_size, piece.stride
    first, last = piece.padding, piece.padding + max(stride - size, 0) - piece.output_padding
    options = named(step, activation=activated(program, step))
    if piece.groups == piece.dilation == 1 and last >= 0:
        program.layer("Conv2DTranspose", piece.filters, size, strides=(stride, 1), **options)
        if first or last:
            program.layer("Cropping2D", ((first, last), (first, last)))
        kernel = weight.transpose(2, 3, 1, 0)
    else:  # what Keras' own layer does not do
        border = piece.dilation * (size - 1) - piece.padding
        program.apply("spread", stride, border, border + piece.output_padding)
        program.layer(
            "Conv2D",
            piece.filters,
            size,
            dilation_rate=(piece.dilation, 1),
            groups=(piece.groups, 1),
            **options,
        )
        # [in, out / groups, …] → [out, in / groups, …], and turned by half a turn
        parts = [part.swapaxes(0, 1) for part in np.split(weight, piece.groups)]
        kernel = np.concatenate(parts)[:, :, ::-1, ::-1].transpose(2, 3, 1, 0)
    program.keep(step.name, kernel=kernel, bias=step.arrays["bias"])


@layer("max_pool2d", "avg_pool2d")
def pool2d(program: Program, step: Step) -> None:
    piece, padding = step.layer, step.layer.padding
    kind = "MaxPooling2D" if piece.type == "max_pool2d" else "AveragePooling2D"
    if padding and piece.type == "max_pool2d":
        border = f"((0, 0), {(padding, padding)}, {(padding, padding)}, (0, 0))"
        program.put(f'ops.pad(x, {border}, constant_values=-float("inf"))')
    elif padding:
        program.layer("ZeroPadding2D", padding)
    program.layer(kind, piece.pool_size, strides=(piece.stride or piece.pool_size, piece.pool_size))


@layer("global_avg_pool2d")
def global_avg_pool2d(program: Program, step: Step) -> None:
    program.layer("GlobalAveragePooling2D")


@layer("up_sampling2d")
def up_sampling2d(program: Program, step: Step) -> None:
    program.layer("UpSampling2D", step.layer.size)


@layer("local_response_norm")
def local_response_norm(program: Program, step: Step) -> None:
    piece = step.layer
    program.apply(
        "local_response_norm",
        piece.size,
        alpha=(piece.alpha, 1e-4),
        beta=(piece.beta, 0.75),
        k=(piece.k, 1.0),
    )
