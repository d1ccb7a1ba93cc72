"""Optimizers: how a gradient becomes a change of the parameters, by PyTorch's formulas.

`weight_decay` acts on all parameters, biases too, as in PyTorch; a penalty (`regularizers`) leaves
biases alone.
"""

from __future__ import annotations

from typing import Any

from playground.engine.builder import Builder
from playground.engine.kernels import updates
from playground.engine.operands import SettingPlace, Tensor
from playground.engine.registry import Piece, flag, real, register


class Optimizer(Piece):
    """The contract of an optimizer: the operations that change one run of parameters.

    `settings` maps its options to the words by which kernels read them; options that are `live`
    may change between two batches.
    """

    learning_rate: float

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        """Add the update of parameters p by gradient g; `label` names the state it keeps."""
        raise NotImplementedError


RATE = "How large a step each update takes. Too small: slow. Too large: it jumps about."
EPSILON = "Keeps the division from exploding."


def decay(default: float = 0.0) -> Any:
    """The option that shrinks parameters."""
    help = "Pulls every weight and bias towards 0 at each step. 0: not at all."
    return real(default, 0, 100, help, live=True)


def states(build: Builder, p: Tensor, label: str, *names: str) -> list[Tensor]:
    """What an optimizer remembers of each parameter, under PyTorch's names."""
    return [build.state(f"{label}.{name}", p.shape) for name in names]


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
    weight_decay: float = decay()

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        words = [settings[key] for key in ("learning_rate", "momentum", "weight_decay")]
        velocity = states(build, p, label, "momentum_buffer")
        build.op(updates.sgd, p, g, *velocity, *words, self.nesterov, whole=True)


@register("optimizer", "adagrad", "Adagrad")
class Adagrad(Optimizer):
    """Each parameter's steps shrink with all the gradients that it has seen.

    v ← v + g²; p ← p − η g / (√v + ε) (Duchi et al., 2011).
    """

    learning_rate: float = real(0.01, 0, 100, RATE, live=True)
    epsilon: float = real(1e-10, 1e-12, 1, EPSILON, live=True)
    weight_decay: float = decay()

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        words = [settings[key] for key in ("learning_rate", "epsilon", "weight_decay")]
        build.op(updates.adagrad, p, g, *states(build, p, label, "sum"), *words, whole=True)


@register("optimizer", "rmsprop", "RMSprop")
class RMSprop(Optimizer):
    """Each parameter's gradient is divided by its recent size.

    v ← α v + (1 − α) g²; b ← μ b + g / (√v + ε); p ← p − η b (Tieleman and Hinton, 2012). Centered,
    v is freed of the mean's square, so that it measures the spread (Graves, 2013).
    """

    learning_rate: float = real(0.01, 0, 100, RATE, live=True)
    alpha: float = real(0.99, 0, 0.99999, "How long the mean square remembers.", live=True)
    epsilon: float = real(1e-8, 1e-12, 1, EPSILON, live=True)
    momentum: float = real(0.0, 0, 0.9999, "How much of the last step is kept.", live=True)
    centered: bool = flag(False, "Divide by the gradient's spread instead of its size.")
    weight_decay: float = decay()

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        keys = ("learning_rate", "alpha", "epsilon", "momentum", "weight_decay")
        memory = states(build, p, label, "square_avg", "grad_avg", "momentum_buffer")
        words = [settings[key] for key in keys]
        build.op(updates.rmsprop, p, g, *memory, *words, self.centered, whole=True)


@register("optimizer", "adadelta", "Adadelta")
class Adadelta(Optimizer):
    """Steps as large as recent steps were, measured against recent gradients.

    v ← ρ v + (1 − ρ) g²; d = g √(u + ε) / √(v + ε); u ← ρ u + (1 − ρ) d²; p ← p − η d
    (Zeiler, 2012).
    """

    learning_rate: float = real(1.0, 0, 100, RATE, live=True)
    rho: float = real(0.9, 0, 0.99999, "How long both mean squares remember.", live=True)
    epsilon: float = real(1e-6, 1e-12, 1, EPSILON, live=True)
    weight_decay: float = decay()

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        words = [settings[key] for key in ("learning_rate", "rho", "epsilon", "weight_decay")]
        memory = states(build, p, label, "square_avg", "acc_delta")
        build.op(updates.adadelta, p, g, *memory, *words, whole=True)


def _emit_adam(
    build: Builder,
    p: Tensor,
    g: Tensor,
    label: str,
    settings: dict[str, SettingPlace],
    decoupled: bool,
) -> None:
    keys = ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay")
    memory = states(build, p, label, "exp_avg", "exp_avg_sq")
    words = [settings[key] for key in keys]
    build.op(updates.adam, p, g, *memory, *words, decoupled, build.clock, build.every, whole=True)


MEAN = "How long the mean of the gradient remembers."
SQUARE = "How long the mean of its square remembers."


@register("optimizer", "adam", "Adam")
class Adam(Optimizer):
    """Steps of even size: each parameter's gradient is measured by its own history.

    m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; p ← p − η m̂ / (√v̂ + ε), with m̂ and v̂ freed of
    their start at zero (Kingma and Ba, 2015).
    """

    learning_rate: float = real(0.001, 0, 100, RATE, live=True)
    beta_1: float = real(0.9, 0, 0.9999, MEAN, live=True)
    beta_2: float = real(0.999, 0, 0.99999, SQUARE, live=True)
    epsilon: float = real(1e-8, 1e-12, 1, EPSILON, live=True)
    weight_decay: float = decay()

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        _emit_adam(build, p, g, label, settings, decoupled=False)


@register("optimizer", "adamw", "AdamW")
class AdamW(Optimizer):
    """Adam whose weight decay is a step of its own, unscaled by the gradient's history.

    p ← (1 − η λ) p, then as Adam (Loshchilov and Hutter, 2019).
    """

    learning_rate: float = real(0.001, 0, 100, RATE, live=True)
    beta_1: float = real(0.9, 0, 0.9999, MEAN, live=True)
    beta_2: float = real(0.999, 0, 0.99999, SQUARE, live=True)
    epsilon: float = real(1e-8, 1e-12, 1, EPSILON, live=True)
    weight_decay: float = decay(0.01)

    def emit(
        self, build: Builder, p: Tensor, g: Tensor, label: str, settings: dict[str, SettingPlace]
    ) -> None:
        _emit_adam(build, p, g, label, settings, decoupled=True)
