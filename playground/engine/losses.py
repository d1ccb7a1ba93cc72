"""Losses: what training makes small. Means over the batch, computed from the outputs before any
softmax or sigmoid that belongs to the loss."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from playground.engine.kernel import Kernel
from playground.engine.kernels import losses as kernels
from playground.engine.registry import register


class Loss:
    """The contract of a loss.

    `kernel` computes mean and gradient in training; `targets` brings labels into the kernel's form;
    `evaluate` is the same mean for whole data sets; `probabilities` reads outputs as beliefs.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    kernel: ClassVar[Kernel]
    tasks: ClassVar[tuple[str, ...]] = ("classification", "regression")
    class_targets: ClassVar[bool] = False  # targets are class numbers, one for all outputs

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        """Labels as the kernel wants them, [N, outputs] float64 (or [N, 1] class numbers)."""
        y = np.asarray(y)
        if y.dtype.kind in "iub" and y.ndim == 1 and outputs > 1:
            return np.eye(outputs)[y]
        return np.asarray(y, dtype=np.float64).reshape(len(y), outputs)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        """The mean loss of these outputs [N, k], in float64."""
        raise NotImplementedError

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Beliefs [N, classes] that the outputs stand for."""
        raise NotImplementedError

    def classes(self, outputs: np.ndarray) -> np.ndarray:
        """The class that each row of outputs [N, k] speaks for."""
        if outputs.shape[1] > 1:
            return outputs.argmax(axis=1)
        return (outputs[:, 0] > 0).astype(np.int64)


@register("loss", "mse", "squared error")
class MSE(Loss):
    """The mean of the squared differences.

    L = mean over samples and outputs of (o − t)². Two classes and one output: targets −1 and +1;
    several outputs: 1 for the class, 0 elsewhere.
    """

    kernel = kernels.mse

    def targets(self, y, outputs):
        y = np.asarray(y)
        if y.dtype.kind in "iub" and y.ndim == 1 and outputs == 1:
            return 2.0 * y[:, None] - 1
        return super().targets(y, outputs)

    def evaluate(self, outputs, y):
        outputs = np.asarray(outputs, dtype=np.float64)
        return float(np.mean((outputs - self.targets(y, outputs.shape[1])) ** 2))

    def probabilities(self, outputs):
        if outputs.shape[1] == 1:
            blue = np.clip((outputs[:, 0].astype(np.float64) + 1) / 2, 0, 1)
            return np.stack([1 - blue, blue], axis=1)
        shares = np.clip(outputs.astype(np.float64), 0, None)
        total = shares.sum(axis=1, keepdims=True)
        return np.where(total > 0, shares / np.where(total > 0, total, 1), 1 / outputs.shape[1])


@register("loss", "binary_cross_entropy", "cross-entropy (two classes)")
class BinaryCrossEntropy(Loss):
    """How surprised the network is by the right answer of yes or no.

    L = mean of log(1 + eᶻ) − z·t of the logit z and the target t in {0, 1}; the sigmoid belongs to
    the loss.
    """

    kernel = kernels.binary_cross_entropy
    tasks = ("classification",)

    def evaluate(self, outputs, y):
        z = np.asarray(outputs, dtype=np.float64)
        return float(np.mean(np.logaddexp(0, z) - z * self.targets(y, z.shape[1])))

    def probabilities(self, outputs):
        z = np.asarray(outputs, dtype=np.float64)
        p = np.exp(-np.logaddexp(0, -z))
        return np.concatenate([1 - p, p], axis=1) if z.shape[1] == 1 else p


@register("loss", "softmax_cross_entropy", "cross-entropy")
class SoftmaxCrossEntropy(Loss):
    """How surprised the network is by the right class.

    L = mean of log Σ_j e^z_j − z_t of the logits z and the class t; the softmax belongs to the loss.
    """

    kernel = kernels.softmax_cross_entropy
    tasks = ("classification",)
    class_targets = True

    def targets(self, y, outputs):
        y = np.asarray(y)
        if y.ndim > 1 and y.shape[-1] == outputs and outputs > 1:
            y = y.argmax(axis=-1)
        y = y.reshape(len(y), 1)
        if len(y) and not (0 <= y.min() and y.max() < outputs):
            raise ValueError(f"class numbers must lie from 0 to {outputs - 1}")
        return y.astype(np.float64)

    def evaluate(self, outputs, y):
        z = np.asarray(outputs, dtype=np.float64)
        target = self.targets(y, z.shape[1])[:, 0].astype(np.int64)
        return float(np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), target]))

    def probabilities(self, outputs):
        z = np.asarray(outputs, dtype=np.float64)
        return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
