"""Normalisation: numbers are brought to mean 0 and variance 1, and then to what training wants."""

from __future__ import annotations

import math
from collections.abc import Sequence

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernels import activations, batch_norm, normalisation
from playground.engine.layer import Layer, Parameter, Shape, ShapeError, words
from playground.engine.operands import CHUNK, STRIDE, Address, Tensor

EPSILON = "Added to the variance, so that nothing is divided by zero."


@registry.register("layer", "batch_norm", "Batch normalisation")
class BatchNorm(Layer):
    """Each channel gets mean 0 and variance 1 over the batch, then a scale and a shift of its own.

    y = (x − mean[c]) / √(variance[c] + ε) · weight[c] + bias[c] (Ioffe and Szegedy, 2015). x is
    [features] (PyTorch's BatchNorm1d) or [channels, height, width] (BatchNorm2d: pixels count like
    samples). Training measures the batch and keeps running ← (1 − momentum) running + momentum ·
    measured, of the mean and the unbiased variance; prediction uses these.
    """

    icon = "equalizer"
    short = "Batch norm"
    initials = "BN"
    adjusts = True
    follows = True
    normalises = (
        "The batch",
        "Mean 0 and variance 1 over each batch: a Batch normalisation comes first.",
    )

    momentum: float = registry.real(
        0.1, 0, 1, "How much of the running mean and variance each batch replaces."
    )
    epsilon: float = registry.real(1e-5, 0, 1, EPSILON, above=0)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) not in (1, 3):
            raise ShapeError(
                "batch normalisation reads a row of numbers or an image "
                f"(channels×height×width), and its input is {words(shape)}."
            )
        return shape

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        return batch_norm_parameters(shape[0])

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape)

    def smallest_batch(self, shape: Shape) -> int:
        return 1 if math.prod(shape[1:]) > 1 else 2

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        return batch_normalise(build, x, "", self.momentum, self.epsilon)


def batch_norm_parameters(channels: int, prefix: str = "") -> tuple[Parameter, ...]:
    """A scale and a shift to learn, and what was measured, in PyTorch's order."""
    shape = (channels,)
    return (
        Parameter(f"{prefix}weight", shape, start=1.0),
        Parameter(f"{prefix}bias", shape, start=0.0),
        Parameter(f"{prefix}running_mean", shape, start=0.0, trained=False),
        Parameter(f"{prefix}running_var", shape, start=1.0, trained=False),
        Parameter(f"{prefix}num_batches_tracked", (), start=0.0, trained=False),
    )


def batch_normalise(
    build: Builder,
    x: Tensor,
    prefix: str = "",
    momentum: float = 0.1,
    epsilon: float = 1e-5,
    relu: bool = False,
    add: Tensor | None = None,
) -> Tensor:
    """y = normalised x, with `add` added and cut off at 0 where wished; forwards and backwards."""
    names = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    weight, bias, mean, variance, batches = (build.parameter(prefix + name) for name in names)
    y, moments = build.tensor(x.shape), build.tensor((2 * x.shape[0],), lanes=1)
    floor_of_variance = Address(build.constant(epsilon))
    measured = build.training and not build.evaluating
    pixels = math.prod(x.shape[1:])
    if measured:
        build.coupled = True
        build.op(batch_norm.chunk_moments, x, moments, build.clock, CHUNK)
        build.op(
            batch_norm.join_moments,
            moments,
            STRIDE,
            build.chunks,
            build.lanes,
            pixels,
            build.clock,
            mean,
            variance,
            batches,
            Address(build.constant(momentum)),
            floor_of_variance,
            whole=True,
        )
    else:
        build.op(batch_norm.running_moments, moments, mean, variance, floor_of_variance)
    scaling, no_floor = (moments, weight, bias), Address(build.constant(-math.inf))
    floor = Address(build.constant(0.0)) if relu else no_floor
    if add is None:
        build.op(batch_norm.normalise, x, y, *scaling, floor)
    else:
        build.op(batch_norm.normalise_and_add, x, y, *scaling, floor, add)

    def backward() -> None:
        sums, g = build.tensor((3 * x.shape[0],), lanes=1), y.gradient
        if relu and add is not None:
            build.op(activations.relu_backward, y, g)
        cut = floor if add is None else no_floor
        gradients = (build.parameter_gradient(prefix + name) for name in ("weight", "bias"))
        build.op(batch_norm.chunk_gradients, x, g, *scaling, cut, sums, *gradients)
        means = build.zeros(3 * x.shape[0])
        if measured:
            means = sums
            build.op(
                batch_norm.join_gradients,
                sums,
                STRIDE,
                build.chunks,
                pixels,
                build.clock,
                whole=True,
            )
        build.into_gradient(
            x,
            lambda gx: build.op(
                batch_norm.normalise_backward, x, g, *scaling, cut, means, gx, build.clock, CHUNK
            ),
        )
        if add is not None:
            build.pass_gradient(add, g)

    build.backward(backward)
    return y


@registry.register("layer", "layer_norm", "Layer normalisation")
class LayerNorm(Layer):
    """Each sample gets mean 0 and variance 1 by itself, then every number a scale and a shift.

    y = (x − mean) / √(variance + ε) · weight + bias (Ba, Kiros and Hinton, 2016). Mean and variance
    are those of all numbers of an image or a row, and of each step's features in a sequence [time,
    features]; weight and bias have that shape, as PyTorch's LayerNorm(normalized_shape).
    """

    icon = "equalizer"
    short = "Layer norm"
    initials = "LN"
    adjusts = True
    follows = True
    normalises = (
        "Each image",
        "Mean 0 and variance 1 for every image by itself: a Layer normalisation comes first.",
    )

    epsilon: float = registry.real(1e-5, 0, 1, EPSILON, above=0)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def _measured(self, shape: Shape) -> Shape:
        """The sizes over which mean and variance are taken."""
        return shape if len(shape) == 3 else shape[-1:]

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        size = self._measured(shape)
        return Parameter("weight", size, start=1.0), Parameter("bias", size, start=0.0)

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        weight, bias, y = build.parameter("weight"), build.parameter("bias"), build.tensor(x.shape)
        groups = x.size // weight.size
        moments = build.tensor((2 * groups + 2,))
        epsilon = Address(build.constant(self.epsilon))
        build.op(normalisation.layer_norm, x, y, weight, bias, moments, epsilon)

        def backward() -> None:
            g, means = y.gradient, build.tensor((2 * groups + 2,))
            gradients = (build.parameter_gradient(name) for name in ("weight", "bias"))
            build.op(normalisation.layer_norm_sums, x, g, weight, moments, *gradients, means)
            build.into_gradient(
                x,
                lambda gx: build.op(
                    normalisation.layer_norm_backward, x, g, weight, moments, means, gx
                ),
            )

        build.backward(backward)
        return y


@registry.register("layer", "local_response_norm", "Local response normalisation")
class LocalResponseNorm(Layer):
    """Maps that fire at the same pixel dampen each other, as neighbouring neurons do.

    y[c] = x[c] / (k + α / size · Σ x[n]²)^β over `size` maps n around c (Krizhevsky, Sutskever and
    Hinton, 2012, with α not divided by size; here as in PyTorch). β = 0.75 is the fast case.
    """

    icon = "equalizer"
    short = "Response norm"
    adjusts = True

    size: int = registry.integer(5, 1, 64, "How many neighbouring maps count.")
    alpha: float = registry.real(1e-4, 0, 10, "How strongly they dampen.")
    beta: float = registry.real(0.75, 0, 10, "The power by which they dampen.")
    k: float = registry.real(1.0, 0, 100, "What is there without any of them.", above=0)

    def notes(self) -> str:
        return f"over {self.size}"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ShapeError(
                "local response normalisation reads an image (channels×height×width), and its "
                f"input is {words(shape)}."
            )
        return shape

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(shape) * self.size

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        y, sums = build.tensor(x.shape), build.tensor(x.shape)
        alpha, beta, k = (
            Address(build.constant(value)) for value in (self.alpha / self.size, self.beta, self.k)
        )
        words = sums, x.shape[0], self.size, alpha, beta
        build.op(normalisation.local_response_norm, x, y, *words, k)
        build.backward(
            lambda: build.into_gradient(
                x,
                lambda gx: build.op(
                    normalisation.local_response_norm_backward, x, y, *words, y.gradient, gx
                ),
            )
        )
        return y
