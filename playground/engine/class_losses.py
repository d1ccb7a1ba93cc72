"""Losses that compare the outputs of several classes."""

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernels import losses as kernels
from playground.engine.losses import Loss, softmax, steps_of, two_classes
from playground.engine.operands import CHUNK, STRIDE, Address, Tensor
from playground.engine.program import LOSSES
from playground.engine.registry import real, register

TINY = 1e-7  # keeps the soft F1 of a class that nobody named or meant from being 0 / 0


def class_numbers(y: np.ndarray, outputs: int) -> np.ndarray:
    """[N, 1] class numbers from class numbers or one-hot rows; ValueError for a class too many."""
    y = np.asarray(y)
    if y.ndim > 1 and y.shape[-1] == outputs and outputs > 1:
        y = y.argmax(axis=-1)
    y = y.reshape(len(y), 1)
    if len(y) and not (y.min() >= 0 and y.max() < outputs):
        raise ValueError(f"class numbers must lie from 0 to {outputs - 1}")
    return y.astype(np.float64)


@register("loss", "softmax_cross_entropy", "cross-entropy")
class SoftmaxCrossEntropy(Loss):
    """How surprised the network is by the right class.

    L = mean of (1 − ε) s_t + ε · mean of all s_j, where s_j = log Σ_i e^z_i − z_j is the surprise
    by class j, t the right class and ε the label smoothing (Szegedy et al., 2016); the softmax
    belongs to the loss.
    """

    label_smoothing: float = real(
        0.0, 0, 1, "The share of belief that the right answer leaves to all classes alike."
    )
    kernel = kernels.softmax_cross_entropy
    tasks = ("classification",)
    class_targets = True

    def outputs(self, classes: int) -> tuple[int, ...]:
        return (classes,)

    def constants(self) -> tuple[float, ...]:
        return (self.label_smoothing,)

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        return class_numbers(y, outputs)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        z, t = self.compare(outputs, y)
        right = np.take_along_axis(z, t.astype(np.int64), axis=1)[:, 0]
        expected = (1 - self.label_smoothing) * right + self.label_smoothing * z.mean(axis=1)
        return float(np.mean(np.logaddexp.reduce(z, axis=1) - expected))

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        return softmax(np.asarray(outputs, dtype=np.float64))


@register("loss", "kl_divergence", "KL divergence")
class KLDivergence(Loss):
    """How far the network's beliefs are from target beliefs.

    L = mean over samples of Σ_j t_j (log t_j − log softmax(z)_j), KL(t ‖ softmax(z)): PyTorch's
    kl_div of log_softmax, "batchmean" (Kullback and Leibler, 1951). Targets are shares [N, k];
    class numbers become one-hot shares, for which it equals cross-entropy.
    """

    kernel = kernels.kl_divergence
    tasks = ("classification",)

    def outputs(self, classes: int) -> tuple[int, ...]:
        return (classes,)

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        shares = super().targets(y, outputs)
        if (shares < 0).any():
            raise ValueError("target shares must not be negative")
        return shares

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        z, t = self.compare(outputs, y)
        surprise = np.logaddexp.reduce(z, axis=1, keepdims=True) - z
        logs = np.log(np.where(t > 0, t, 1))
        return float(np.mean(np.sum(t * (logs + surprise), axis=1)))

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        return softmax(np.asarray(outputs, dtype=np.float64))


@register("loss", "hinge", "hinge")
class Hinge(Loss):
    """Content once the right class leads by a margin; wrong or close answers cost.

    Several outputs: L = mean over samples of Σ_j≠t max(0, margin − z_t + z_j) / k, PyTorch's
    MultiMarginLoss (Crammer and Singer, 2001). One output for two classes: mean of max(0, margin −
    t z), t = ±1.
    """

    margin: float = real(1.0, 0, 1000, "How far the right class has to lead.")
    kernel = kernels.hinge
    tasks = ("classification",)
    class_targets = True

    def constants(self) -> tuple[float, ...]:
        return (self.margin,)

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        if outputs > 1:
            return class_numbers(y, outputs)
        return 2 * class_numbers(y, 2) - 1

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        z, t = self.compare(outputs, y)
        if z.shape[1] == 1:
            return float(np.mean(np.clip(self.margin - t * z, 0, None)))
        right = t.astype(np.int64)
        short = np.clip(self.margin - np.take_along_axis(z, right, axis=1) + z, 0, None)
        np.put_along_axis(short, right, 0, axis=1)
        return float(np.mean(np.sum(short, axis=1) / z.shape[1]))


@register("loss", "soft_f1", "soft F1")
class SoftF1(Loss):
    """One minus the F1 score, counted with probabilities instead of yes and no.

    L = 1 − mean over classes of 2 Σ p t / (Σ p + Σ t + ε), sums over the batch, p the softmax of
    the outputs and t in {0, 1}, ε = 1e-7; one output counts as two classes, sigmoid(z) and its
    rest. It looks at the batch as a whole: the value for a data set is not a mean over batches.
    """

    tasks = ("classification",)

    def emit(self, build: Builder, outputs: Tensor, targets: Tensor) -> None:
        build.coupled = True
        steps = steps_of(outputs.shape)
        width = outputs.size // max(steps, 1)
        p, sums = outputs.gradient, build.tensor((2 * width,), lanes=1)
        build.op(kernels.f1_sums, outputs, targets, p, sums, build.clock, CHUNK, steps)
        build.op(
            kernels.f1_slopes,
            sums,
            STRIDE,
            build.chunks,
            Tensor(LOSSES, 0, (1,), 1),
            build.clock,
            steps,
            Address(build.constant(TINY)),
            whole=True,
        )
        build.op(kernels.f1_backward, p, targets, sums, build.clock, CHUNK, steps)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        z, t = self.compare(outputs, y)
        p = self.probabilities(z)
        t = two_classes(t) if t.shape[1] == 1 else t
        return float(1 - np.mean(2 * np.sum(p * t, axis=0) / (np.sum(p + t, axis=0) + TINY)))
