"""Activations: what a neuron does with its sum."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernel import Kernel
from playground.engine.kernels import activations as kernels
from playground.engine.kernels import images
from playground.engine.operands import Tensor
from playground.engine.program import Program
from playground.engine.registry import Piece, get, register


class Activation(Piece):
    """The contract of an activation: one kernel forwards, one backwards.

    `forward` works in place. `backward` turns the gradient of the output into that of the input, in
    place, and reads the output; an activation whose derivative needs the input says so with
    `reads_input`.
    """

    symbol: ClassVar[str] = "f"  # in formulas, as LaTeX
    forward: ClassVar[Kernel | None] = None
    backward: ClassVar[Kernel | None] = None
    reads_input: ClassVar[bool] = False

    @staticmethod
    def words(shape: tuple[int, ...]) -> tuple[int, ...]:
        """What the kernels are told besides, for a tensor of this shape."""
        return ()


@register("activation", "identity", "linear")
class Identity(Activation):
    """The sum as it is: y = x."""


@register("activation", "relu", "ReLU")
class ReLU(Activation):
    """Nothing below zero, the sum above: y = max(x, 0) (Nair and Hinton, 2010)."""

    symbol = r"\mathrm{ReLU}"
    forward, backward = kernels.relu, kernels.relu_backward


@register("activation", "leaky_relu", "leaky ReLU")
class LeakyReLU(Activation):
    """Little below zero, the sum above: y = max(x, 0.01 x) (Maas et al., 2013)."""

    forward, backward = kernels.leaky_relu, kernels.leaky_relu_backward


@register("activation", "elu", "ELU")
class ELU(Activation):
    """Bends softly to −1 below zero: y = x above 0, eˣ − 1 below (Clevert et al., 2016)."""

    forward, backward = kernels.elu, kernels.elu_backward


@register("activation", "selu", "SELU")
class SELU(Activation):
    """An ELU that keeps mean 0 and variance 1 from layer to layer.

    y = λ x above 0, λ α (eˣ − 1) below; λ = 1.0507, α = 1.6733 (Klambauer et al., 2017).
    """

    forward, backward = kernels.selu, kernels.selu_backward


@register("activation", "gelu", "GELU")
class GELU(Activation):
    """The sum times the chance that a random number is smaller: y = x · Φ(x).

    Φ is the normal distribution's, computed by erf, not by its tanh approximation (Hendrycks and
    Gimpel, 2016).
    """

    forward, backward, reads_input = kernels.gelu, kernels.gelu_backward, True


@register("activation", "silu", "SiLU (swish)")
class SiLU(Activation):
    """The sum times its own sigmoid: y = x / (1 + e⁻ˣ) (Elfwing et al., 2018)."""

    forward, backward, reads_input = kernels.silu, kernels.silu_backward, True


@register("activation", "softplus", "softplus")
class Softplus(Activation):
    """A ReLU without a corner: y = log(1 + eˣ) (Dugas et al., 2001)."""

    forward, backward = kernels.softplus, kernels.softplus_backward


@register("activation", "sigmoid", "sigmoid")
class Sigmoid(Activation):
    """Squeezes the sum between 0 and 1: y = 1 / (1 + e⁻ˣ)."""

    symbol = r"\sigma"
    forward, backward = kernels.sigmoid, kernels.sigmoid_backward


@register("activation", "tanh", "tanh")
class Tanh(Activation):
    """Squeezes the sum between −1 and 1: y = tanh x."""

    symbol = r"\tanh"
    forward, backward = kernels.tanh, kernels.tanh_backward


@register("activation", "hard_tanh", "hard tanh")
class HardTanh(Activation):
    """The sum, cut off at −1 and 1: y = min(max(x, −1), 1) (Collobert, 2004)."""

    forward, backward = kernels.hard_tanh, kernels.hard_tanh_backward


@register("activation", "softsign", "softsign")
class Softsign(Activation):
    """Squeezes the sum between −1 and 1, slowly: y = x / (1 + |x|) (Bergstra et al., 2009)."""

    forward, backward = kernels.softsign, kernels.softsign_backward


@register("activation", "sine", "sine")
class Sine(Activation):
    """Goes up and down for ever: y = sin x (as in Sitzmann et al., 2020)."""

    forward, backward, reads_input = kernels.sine, kernels.sine_backward, True


@register("activation", "gaussian", "Gaussian")
class Gaussian(Activation):
    """Answers to sums near zero alone: y = e^(−x²) (Broomhead and Lowe, 1988)."""

    forward, backward, reads_input = kernels.gaussian, kernels.gaussian_backward, True


@register("activation", "softmax", "softmax")
class Softmax(Activation):
    """Turns sums into shares of 1: y_i = e^x_i / Σ_j e^x_j. Meant for the output.

    The shares are of a row's numbers, of the channels at each pixel of an image, or of the features
    at each time of a sequence [time, features].
    """

    forward, backward = kernels.softmax, kernels.softmax_backward

    @staticmethod
    def words(shape: tuple[int, ...]) -> tuple[int, ...]:
        return (shape[0], shape[1]) if len(shape) == 2 else (1, shape[0])


def emit(build: Builder, name: str, x: Tensor, in_place: bool = True) -> Tensor:
    """Apply the activation called `name`.

    In place, for a tensor that nothing else reads: where the derivative needs the output alone, the
    output replaces x, which saves a pass over memory. Gradients always replace each other.
    """
    piece = get("activation", name)
    if piece.forward is None:
        return build.reshape(x, x.shape) if not in_place else x
    y, words = x, piece.words(x.shape)
    if not in_place or piece.reads_input:
        y = build.tensor(x.shape)
        build.op(images.copy, x, y)
    build.op(piece.forward, y, *words)

    if y is not x:
        build.backward(lambda: build.pass_gradient(x, y.gradient))
    read = x if piece.reads_input else y
    build.backward(lambda: build.op(piece.backward, read, y.gradient, *words))
    return y


def values(name: str, size: int) -> int:
    """How many numbers `emit` keeps besides the `size` that it is given."""
    return size if get("activation", name).reads_input else 0


def curve(name: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """y and dy/dx at every number of x, as the kernels compute them; softmax against a sum of 0.

    >>> y, slope = curve("relu", np.float32([-1, 2]))
    >>> y.tolist(), slope.tolist()
    ([0.0, 2.0], [0.0, 1.0])
    """
    sums = np.stack([np.ravel(x), np.zeros(np.size(x))]).astype(np.float32)
    slopes = np.stack([np.ones(np.size(x)), np.zeros(np.size(x))]).astype(np.float32)
    places = {key: Tensor(key, 0, (2,), np.size(x)) for key in ("x", "y", "slope")}
    build = Builder(np.size(x), 1, sums.dtype, training=True, places={})
    y = emit(build, name, places["x"], in_place=False)
    build.op(images.copy, y, places["y"])
    y.gradient = places["slope"]
    build.run_backward()
    outputs = np.zeros_like(sums)
    Program(build, {"x": sums, "y": outputs, "slope": slopes}).run(1)
    return outputs[0].reshape(np.shape(x)), slopes[0].reshape(np.shape(x))
