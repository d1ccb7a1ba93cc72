"""What two networks play for: the losses of generative adversarial networks.

The discriminator D gives one number for a sample: high, it is real; low, it is a fake. The
generator G makes fakes of noise z. Every cost is the mean over a batch.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernel import Kernel
from playground.engine.kernels import adversarial as kernels
from playground.engine.losses import Loss, sigmoid
from playground.engine.operands import CHUNK, Address, Tensor
from playground.engine.program import LOSSES
from playground.engine.registry import Piece, real, register

REAL, FAKE, GENERATOR = range(3)  # whose cost: the first two are the discriminator's


class Game(Piece):
    """The contract of an adversarial loss.

    `terms` gives, for the discriminator on real samples, on fakes, and for the generator on fakes,
    the two numbers that the kernel reads: of `logistic` s and w, of `squared` t and w, of `linear`
    s and w. Where `clip` is more than 0, the discriminator's parameters are cut off at ±clip after
    each of its steps.
    """

    kernel: ClassVar[Kernel]
    terms: ClassVar[tuple[tuple[float, float], ...]]  # by role
    saturates: ClassVar[bool] = False  # whether a generator that falls behind hardly learns
    logits: ClassVar[bool] = True  # whether sigmoid(D) is the chance that a sample is real
    middle: ClassVar[float | None] = 0.0  # D where it cannot tell; a critic has no such place

    def emit(self, build: Builder, z: Tensor, role: int, add: bool = False) -> None:
        """Add the cost of one role, and its gradient by the discriminator's outputs z."""
        loss = Tensor(LOSSES, 0, (1,), 1)
        numbers = [Address(build.constant(number)) for number in self.terms[role]]
        build.op(self.kernel, z, z.gradient, loss, build.clock, CHUNK, *numbers, add)

    def each(self, outputs: np.ndarray, role: int) -> np.ndarray:
        """The cost of every sample, float64 [N], of the discriminator's outputs [N, 1]."""
        raise NotImplementedError

    def generator(self, fakes: np.ndarray) -> float:
        """The generator's loss, of the discriminator's outputs for fakes."""
        return float(np.mean(self.each(fakes, GENERATOR)))

    def discriminator(self, reals: np.ndarray, fakes: np.ndarray) -> float:
        """The discriminator's loss, of its outputs for real samples and for fakes."""
        return float(np.mean(self.each(reals, REAL)) + np.mean(self.each(fakes, FAKE)))

    def belief(self, outputs: np.ndarray) -> np.ndarray:
        """How real the discriminator finds samples: a chance, or, if it gives none, its number."""
        outputs = np.asarray(outputs, np.float64)
        return sigmoid(outputs) if self.logits else outputs


class Logistic(Game):
    """D as a classifier: −log σ(D(x)) − log(1 − σ(D(G(z))))."""

    kernel = kernels.logistic

    def each(self, outputs: np.ndarray, role: int) -> np.ndarray:
        sign, weight = self.terms[role]
        return weight * np.logaddexp(0, sign * np.asarray(outputs, np.float64)).reshape(-1)


@register("game", "minimax", "minimax")
class Minimax(Logistic):
    """The generator makes small what the discriminator makes large.

    D: −log σ(D(x)) − log(1 − σ(D(G(z)))). G: log(1 − σ(D(G(z)))), which is flat where the
    discriminator is sure: a generator that falls behind hardly learns (Goodfellow et al., 2014).
    """

    terms = ((-1.0, 1.0), (1.0, 1.0), (1.0, -1.0))
    saturates = True


@register("game", "non_saturating", "non-saturating")
class NonSaturating(Logistic):
    """The generator makes its fakes look real: steep where the discriminator is sure.

    D: −log σ(D(x)) − log(1 − σ(D(G(z)))). G: −log σ(D(G(z))) (Goodfellow et al., 2014, section 3).
    """

    terms = ((-1.0, 1.0), (1.0, 1.0), (-1.0, 1.0))


@register("game", "least_squares", "least squares")
class LeastSquares(Game):
    """The discriminator gives 1 for real and 0 for fake; fakes far from the border are drawn to it.

    D: ½ (D(x) − 1)² + ½ D(G(z))². G: ½ (D(G(z)) − 1)² (Mao et al., 2017).
    """

    kernel = kernels.squared
    terms = ((1.0, 1.0), (0.0, 1.0), (1.0, 1.0))
    logits, middle = False, 0.5

    def each(self, outputs: np.ndarray, role: int) -> np.ndarray:
        target, weight = self.terms[role]
        return weight * 0.5 * (np.asarray(outputs, np.float64).reshape(-1) - target) ** 2


@register("game", "wasserstein", "Wasserstein")
class Wasserstein(Game):
    """The discriminator, a critic, tells how far fakes are from real samples.

    D: D(G(z)) − D(x). G: −D(G(z)). After each of its steps the critic's weights and biases are cut
    off at ±c, so that its slope is bounded (Arjovsky, Chintala and Bottou, 2017).
    """

    clip: float = real(
        0.01,
        1e-4,
        10,
        "How large a weight of the critic may be. Small: it learns slowly; large: its slope is no "
        "longer bounded.",
        title="Weights up to",
        live=True,
    )
    kernel = kernels.linear
    terms = ((-1.0, 1.0), (1.0, 1.0), (-1.0, 1.0))
    logits, middle = False, None

    def each(self, outputs: np.ndarray, role: int) -> np.ndarray:
        sign, weight = self.terms[role]
        return sign * weight * np.asarray(outputs, np.float64).reshape(-1)


class Opposition(Loss):
    """The generator's cost as the loss of a network: of the discriminator alone, given fakes.

    Targets are not read.
    """

    title, phrase, type = "adversarial", "adversarial", "adversarial"
    tasks = ()

    def __init__(self, game: Game) -> None:
        self.game = game

    def emit(self, build: Builder, outputs: Tensor, targets: Tensor) -> None:
        self.game.emit(build, outputs, GENERATOR)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        return self.game.generator(outputs)
