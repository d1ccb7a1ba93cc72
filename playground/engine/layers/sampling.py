"""Sampling: a code drawn from a mean and a variance, as in variational autoencoders."""

from __future__ import annotations

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernels import images, noise
from playground.engine.layer import Layer, Shape, ShapeError, words
from playground.engine.operands import CHUNK, Tensor
from playground.engine.program import LOSSES


@registry.register("layer", "sampling", "Sampling")
class Sampling(Layer):
    """Draws a code from a mean and a variance, and makes the loss want codes near 0.

    Of an input [2 k] or [2 k, height, width] the first half is the mean μ, the other the logarithm
    of the variance, log σ². While training z = μ + σ ε, ε standard normal, anew for every number,
    sample and step, and the loss grows by β times KL = ½ Σ (μ² + σ² − 1 − log σ²), nats per
    sample, averaged over the batch: the distance of what is drawn from, N(μ, σ²), from N(0, 1). In
    prediction z = μ (Kingma and Welling, 2014; β: Higgins et al., 2017).
    """

    icon = "casino"
    initials = "z"
    coded = True

    beta: float = registry.real(
        1.0,
        0,
        1e6,
        "How much codes are drawn towards 0, and blurred. 0: not at all; 1: the bound of a "
        "variational autoencoder.",
        title="β",
        live=True,
    )

    def notes(self) -> str:
        return f"β {self.beta:g}"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) not in (1, 3):
            raise ShapeError(
                "sampling reads a row of numbers or maps of an image, and its input is "
                f"{words(shape)}."
            )
        if shape[0] % 2:
            raise ShapeError(
                "sampling reads a mean and a variance of each number of the code, and its input "
                f"{words(shape)} cannot be halved."
            )
        return (shape[0] // 2, *shape[1:])

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        if not build.draws:
            return _mean(build, x, self.output_shape(x.shape))
        z, spread = (build.tensor(self.output_shape(x.shape)) for _ in range(2))
        loss, position = Tensor(LOSSES, 0, (1,), 1), build.position
        beta = build.option("beta", self.beta)
        build.op(noise.draw, x, z, spread, loss, build.clock, position, CHUNK)

        def backward() -> None:
            build.op(noise.add_divergence, x, loss, build.clock, CHUNK, beta)
            build.into_gradient(
                x,
                lambda gx: build.op(
                    noise.draw_backward, x, spread, z.gradient, gx, build.clock, CHUNK, beta
                ),
            )

        build.backward(backward)
        return z


def _mean(build: Builder, x: Tensor, shape: Shape) -> Tensor:
    """The first half of x."""
    z = build.tensor(shape)  # a copy: what follows a row of numbers is taken to be zeros
    build.op(images.copy, x.rows(0, shape), z)
    build.backward(
        lambda: build.into_gradient(x, lambda gx: build.op(noise.mean_backward, z.gradient, gx))
    )
    return z
