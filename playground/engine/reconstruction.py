"""The loss whose target is the input: what autoencoders make small."""

from __future__ import annotations

import math

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernels import reconstruction as kernels
from playground.engine.losses import Loss, sigmoid
from playground.engine.operands import CHUNK, Address, Tensor
from playground.engine.program import LOSSES
from playground.engine.registry import choice, real, register

HALF_LOG_CIRCLE = 0.5 * math.log(2 * math.pi)
PART = 50_000  # numbers at a time: so many of float64 stay in the second cache


@register("loss", "reconstruction", "reconstruction")
class Reconstruction(Loss):
    """How surprised the network is by its own input: its outputs say what they expect of it.

    L = −log p(x | o) in nats, summed over the numbers of a sample (the pixels), the mean over the
    batch. Bernoulli: o are logits, each x from 0 to 1 is the chance of a 1, and −log p = max(o, 0)
    − o x + log(1 + e^−|o|), the cross-entropy; pixels that are grey keep some of it however well
    they are met. Gaussian: o are means of normal numbers with the deviation σ, and −log p =
    (o − x)² / 2σ² + log σ + ½ log 2π, which is negative where little is left of a small σ.
    """

    distribution: str = choice(
        "bernoulli",
        ("bernoulli", "gaussian"),
        "What an output says of its number: Bernoulli, how likely it is 1, for pixels from 0 to 1; "
        "Gaussian, its mean, for any numbers.",
    )
    deviation: float = real(
        1.0, 1e-3, 1e3, "σ of Gaussian outputs: how far a number usually is from its mean."
    )
    tasks = ()
    reconstructs = True

    def emit(self, build: Builder, outputs: Tensor, targets: Tensor) -> None:
        loss, g = Tensor(LOSSES, 0, (1,), 1), outputs.gradient
        operands = outputs, targets, g, loss, build.clock, CHUNK
        if self.distribution == "bernoulli":
            build.op(kernels.bernoulli, *operands)
            return
        numbers = self.deviation**-2, self._constant
        build.op(kernels.gaussian, *operands, *(Address(build.constant(n)) for n in numbers))

    @property
    def _constant(self) -> float:
        return math.log(self.deviation) + HALF_LOG_CIRCLE

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        """y are the inputs themselves, [N, *shape]."""
        return np.asarray(y, np.float64).reshape(len(y), outputs)

    def each(self, outputs: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The loss of every sample, float64 [N], of outputs and the inputs that they are for."""
        size = max(PART // max(math.prod(outputs.shape[1:]), 1), 1)
        starts = range(0, max(len(x), 1), size)
        return np.concatenate([self._each(outputs[s : s + size], x[s : s + size]) for s in starts])

    def _each(self, outputs: np.ndarray, x: np.ndarray) -> np.ndarray:
        o, t = self.compare(outputs, x)
        if self.distribution == "bernoulli":
            return (np.maximum(o, 0) - o * t + np.log(1 + np.exp(-np.abs(o)))).sum(1)
        return ((o - t) ** 2 / (2 * self.deviation**2) + self._constant).sum(1)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        return float(np.mean(self.each(outputs, y)))

    def means(self, outputs: np.ndarray) -> np.ndarray:
        """What is expected of the inputs, float32: sigmoids of logits, or the means themselves."""
        if self.distribution == "bernoulli":
            return sigmoid(np.asarray(outputs, np.float64)).astype(np.float32)
        return np.asarray(outputs, np.float32)
