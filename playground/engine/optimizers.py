"""Optimizers: how a gradient becomes a change of the parameters."""

from __future__ import annotations

from typing import ClassVar

from playground.engine.builder import Builder, Tensor
from playground.engine.kernels import updates
from playground.engine.registry import flag, real, register


class Optimizer:
    """The contract of an optimizer: the operations that change one run of parameters.

    `settings` maps option names to the words by which kernels read them; options that are `live`
    may change between two batches.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    learning_rate: float

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, int], clock: int
    ) -> None:
        """Add the update of parameters p by gradient g; `label` names the state it keeps."""
        raise NotImplementedError


RATE = "How large a step each update takes. Too small: slow. Too large: it jumps about."


@register("optimizer", "sgd", "SGD")
class SGD(Optimizer):
    """A step against the gradient, with an optional memory of earlier steps.

    b ← μ b + g; p ← p − η b (momentum: Polyak, 1964), or p ← p − η (g + μ b) (Nesterov, 1983).
    """

    learning_rate: float = real(0.03, 0, 100, RATE, live=True)
    momentum: float = real(
        0.0, 0, 0.9999, "How much of the last step is kept. 0: plain gradient descent.", live=True
    )
    nesterov: bool = flag(False, "Look ahead along the momentum before stepping.")

    def emit(self, build, p, g, label, settings, clock):
        velocity = build.state(f"{label}.momentum_buffer", p.shape)
        build.op(
            updates.sgd, p, g, velocity, settings["learning_rate"], settings["momentum"],
            int(self.nesterov), whole=True,
        )  # fmt: skip


@register("optimizer", "adam", "Adam")
class Adam(Optimizer):
    """Steps of even size: each parameter's gradient is measured by its own history.

    m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; p ← p − η m̂ / (√v̂ + ε), with m̂ and v̂ freed of
    their start at zero (Kingma and Ba, 2015).
    """

    learning_rate: float = real(0.001, 0, 100, RATE, live=True)
    beta_1: float = real(0.9, 0, 0.9999, "How long the mean of the gradient remembers.", live=True)
    beta_2: float = real(
        0.999, 0, 0.99999, "How long the mean of its square remembers.", live=True
    )
    epsilon: float = real(1e-8, 1e-12, 1, "Keeps the division from exploding.", live=True)

    def emit(self, build, p, g, label, settings, clock):
        mean = build.state(f"{label}.exp_avg", p.shape)
        square = build.state(f"{label}.exp_avg_sq", p.shape)
        words = [settings[key] for key in ("learning_rate", "beta_1", "beta_2", "epsilon")]
        build.op(updates.adam, p, g, mean, square, *words, clock, whole=True)
