"""Activations: what a neuron does with its sum."""

from __future__ import annotations

from typing import ClassVar

from playground.engine.kernel import Kernel
from playground.engine.kernels import activations as kernels
from playground.engine.kernels import images
from playground.engine.registry import get, register


class Activation:
    """The contract of an activation: one kernel forwards, one backwards.

    `forward` works in place. `backward` turns the gradient of the output into that of the input, in
    place, and reads the output; an activation whose derivative needs the input says so with
    `reads_input`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    forward: ClassVar[Kernel | None] = None
    backward: ClassVar[Kernel | None] = None
    reads_input: ClassVar[bool] = False


@register("activation", "identity", "linear")
class Identity(Activation):
    """The sum as it is: y = x."""


@register("activation", "relu", "ReLU")
class ReLU(Activation):
    """Nothing below zero, the sum above: y = max(x, 0) (Nair and Hinton, 2010)."""

    forward, backward = kernels.relu, kernels.relu_backward


@register("activation", "sigmoid", "sigmoid")
class Sigmoid(Activation):
    """Squeezes the sum between 0 and 1: y = 1 / (1 + e⁻ˣ)."""

    forward, backward = kernels.sigmoid, kernels.sigmoid_backward


@register("activation", "tanh", "tanh")
class Tanh(Activation):
    """Squeezes the sum between −1 and 1: y = tanh x."""

    forward, backward = kernels.tanh, kernels.tanh_backward


@register("activation", "softmax", "softmax")
class Softmax(Activation):
    """Turns a row of sums into shares of 1: y_i = e^x_i / Σ_j e^x_j. Meant for the output."""

    forward, backward = kernels.softmax, kernels.softmax_backward


def emit(build, name, x, in_place=True):
    """Apply the activation called `name`.

    In place, for a tensor that nothing else reads: where the derivative needs the output alone, the
    output replaces x, which saves a pass over memory. Gradients always replace each other.
    """
    piece = get("activation", name)
    if piece.forward is None:
        return build.reshape(x, x.shape) if not in_place else x
    y = x
    if not in_place or piece.reads_input:
        y = build.tensor(x.shape)
        build.op(images.copy, x, y)
    build.op(piece.forward, y)

    def backward():
        build.op(piece.backward, x if piece.reads_input else y, y.gradient)
        if y is not x:
            build.pass_gradient(x, y.gradient)

    build.backward(backward)
    return y
