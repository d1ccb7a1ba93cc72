"""Losses: what training makes small. Means over the batch, computed from the outputs before any
softmax or sigmoid that belongs to the loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernel import Kernel
from playground.engine.kernels import losses as kernels
from playground.engine.operands import CHUNK, Address, Tensor
from playground.engine.program import LOSSES
from playground.engine.registry import Piece, flag, real, register


class Loss(Piece):
    """The contract of a loss.

    `kernel` computes mean and gradient in training, with the numbers of `constants`; `targets`
    brings labels into the kernel's form; `evaluate` is the same mean for whole data sets;
    `probabilities` reads outputs as beliefs. Outputs are [N, k]; or [N, *shape] where the targets
    have that shape, too; or [N, time, k] with targets [N, time] or [N, time, k]. The mean is then
    over all steps of the batch but those whose target is a negative class or NaN, as PyTorch's with
    `ignore_index`.
    """

    kernel: ClassVar[Kernel]
    tasks: ClassVar[tuple[str, ...]] = ("classification", "regression")
    class_targets: ClassVar[bool] = False  # targets are class numbers, one for all outputs
    reconstructs: ClassVar[bool] = False  # the target is the input, and labels are not read

    def outputs(self, classes: int) -> tuple[int, ...]:
        """How many outputs a network may have that tells so many classes apart."""
        return (1, 2) if classes == 2 else (classes,)

    def constants(self) -> tuple[float, ...]:
        """The options, as the kernel reads them."""
        return ()

    def emit(self, build: Builder, outputs: Tensor, targets: Tensor) -> None:
        """Add the operations that compute the loss and `outputs.gradient`."""
        options = [Address(build.constant(value)) for value in self.constants()]
        loss = Tensor(LOSSES, 0, (1,), 1)
        build.op(
            self.kernel,
            outputs,
            targets,
            outputs.gradient,
            loss,
            build.clock,
            CHUNK,
            steps_of(outputs.shape),
            *options,
        )

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        """Labels as the kernel wants them, [N, outputs] float64 (or [N, 1] class numbers)."""
        y = np.asarray(y)
        if y.dtype.kind in "iub" and y.ndim == 1 and outputs > 1:
            return np.eye(outputs)[y]
        return np.asarray(y, dtype=np.float64).reshape(len(y), outputs)

    def lay_out(self, y: np.ndarray, shape: Sequence[int]) -> np.ndarray:
        """Labels as a program reads them, a row a sample, for outputs of this shape.

        Where there are outputs at every step, a step that is not asked for holds NaN.
        """
        steps, outputs = steps_of(shape), math.prod(shape)
        if not steps:
            return self.targets(y, outputs)
        y = np.asarray(y)
        by_step = y.reshape(len(y) * steps, *y.shape[2:])
        known = asked(by_step)
        targets = self.targets(by_step[known], outputs // steps)
        rows = np.full((len(by_step), targets.shape[1]), np.nan)
        rows[known] = targets
        return rows.reshape(len(y), -1)

    def compare(self, outputs: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs and targets, [N, outputs] float64 both; steps that are asked for as samples."""
        outputs, y = known_steps(np.asarray(outputs, dtype=np.float64), np.asarray(y))
        outputs = outputs.reshape(len(outputs), -1)
        return outputs, self.targets(y, outputs.shape[1])

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        """The mean loss of these outputs, in float64."""
        raise NotImplementedError

    def means(self, outputs: np.ndarray) -> np.ndarray:
        """What outputs expect of the input; ValueError where they are about something else."""
        raise ValueError(f"the loss {self.title} compares answers, and reconstructs no input")

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Beliefs [N, classes] that the outputs stand for."""
        z = np.asarray(outputs, dtype=np.float64)
        return softmax(z) if z.shape[-1] > 1 else two_classes(sigmoid(z))

    def classes(self, outputs: np.ndarray) -> np.ndarray:
        """The class that each row of outputs [N, k] or [N, time, k] speaks for."""
        if outputs.shape[-1] > 1:
            return outputs.argmax(axis=-1)
        return (outputs[..., 0] > 0).astype(np.int64)


def steps_of(shape: Sequence[int]) -> int:
    """At how many steps outputs of this shape answer; 0 where a sample has one answer."""
    return shape[0] if len(shape) == 2 else 0


def asked(y: np.ndarray) -> np.ndarray:
    """Which rows of targets [N] or [N, k] are known: no negative class, and not NaN."""
    first = y.reshape(len(y), -1)[:, 0]
    return first >= 0 if y.dtype.kind == "i" else ~np.isnan(first.astype(np.float64))


def known_steps(outputs: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outputs [N, time, k] and answers [N, time] as [M, k] and [M]: the M steps that are asked for.

    Outputs with one answer a sample stay as they are.
    """
    if outputs.ndim != 3:
        return outputs, y
    y = y.reshape(outputs.shape[0] * outputs.shape[1], *y.shape[2:])
    known = asked(y)
    return outputs.reshape(-1, outputs.shape[2])[known], y[known]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e⁻ᶻ)"""
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: np.ndarray) -> np.ndarray:
    """e^z_i / Σ_j e^z_j of each row"""
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


def two_classes(p: np.ndarray) -> np.ndarray:
    """[N, 2] of the probability [N, 1] of the second class."""
    return np.concatenate([1 - p, p], axis=-1)


class Distance(Loss):
    """What losses share that measure how far outputs are from targets.

    Two classes and one output: targets −1 and +1; several outputs: 1 for the class, 0 elsewhere.
    """

    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        y = np.asarray(y)
        if y.dtype.kind in "iub" and y.ndim == 1 and outputs == 1:
            return 2.0 * y[:, None] - 1
        return super().targets(y, outputs)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        if outputs.shape[-1] == 1:
            return two_classes(np.clip((outputs.astype(np.float64) + 1) / 2, 0, 1))
        shares = np.clip(outputs.astype(np.float64), 0, None)
        total = shares.sum(axis=-1, keepdims=True)
        return np.where(total > 0, shares / np.where(total > 0, total, 1), 1 / outputs.shape[-1])


@register("loss", "mse", "squared error")
class MSE(Distance):
    """The mean of the squared differences.

    L = mean over samples and outputs of (o − t)², or of half of it. Two classes and one output:
    targets −1 and +1; several outputs: 1 for the class, 0 elsewhere.
    """

    half: bool = flag(
        False, "Count ½ of each square, as TensorFlow Playground does: the slope is then the error."
    )
    kernel = kernels.mse

    def constants(self) -> tuple[float, ...]:
        return (0.5 if self.half else 1.0,)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        o, t = self.compare(outputs, y)
        return self.constants()[0] * float(np.mean((o - t) ** 2))


@register("loss", "mae", "absolute error")
class MAE(Distance):
    """The mean of the differences' sizes; a few wild targets hardly disturb it.

    L = mean over samples and outputs of |o − t|; targets as for squared error.
    """

    kernel = kernels.mae

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        o, t = self.compare(outputs, y)
        return float(np.mean(np.abs(o - t)))


@register("loss", "huber", "Huber")
class Huber(Distance):
    """Squared error for small differences, absolute error for large ones.

    L = mean of ½ e² where |e| ≤ δ, else δ (|e| − ½ δ), e = o − t (Huber, 1964); targets as for
    squared error.
    """

    delta: float = real(1.0, 1e-6, 1e6, "The difference from which on growth is linear.")
    kernel = kernels.huber

    def constants(self) -> tuple[float, ...]:
        return (self.delta,)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        o, t = self.compare(outputs, y)
        size = np.abs(o - t)
        linear = self.delta * (size - self.delta / 2)
        return float(np.mean(np.where(size <= self.delta, size**2 / 2, linear)))


@register("loss", "binary_cross_entropy", "cross-entropy (two classes)", phrase="cross-entropy")
class BinaryCrossEntropy(Loss):
    """How surprised the network is by the right answer of yes or no.

    L = mean of log(1 + eᶻ) − z·t of the logit z and the target t in {0, 1}; the sigmoid belongs to
    the loss.
    """

    kernel = kernels.binary_cross_entropy
    tasks = ("classification",)

    def outputs(self, classes: int) -> tuple[int, ...]:
        return (1,) if classes == 2 else (classes,)

    def evaluate(self, outputs: np.ndarray, y: np.ndarray) -> float:
        z, t = self.compare(outputs, y)
        return float(np.mean(np.logaddexp(0, z) - z * t))

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        p = sigmoid(np.asarray(outputs, dtype=np.float64))
        return two_classes(p) if p.shape[-1] == 1 else p
