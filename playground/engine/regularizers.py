"""Regularisation: a price on large weights. Biases are never charged."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

from playground.engine.builder import Builder
from playground.engine.kernels import updates
from playground.engine.operands import SettingPlace, Tensor
from playground.engine.registry import Piece, real, register

RATE = "How high the price is. 0: none."


@dataclass(frozen=True)
class Formula:
    """How a change of one weight p with gradient g is written: words parted by spaces.

    η: learning rate; p′: the weight after the optimizer's update, ‖w′‖: the length of all weights
    of its neuron then; `options` says which other signs stand for which option.
    """

    text: str
    options: dict[str, str] = field(default_factory=dict)


class Regularizer(Piece):
    """The contract of a penalty: operations before and after the optimizer's update of weights.

    `settings` maps the penalty's own options to the words by which kernels read them; `rate` is the
    word of the learning rate in force. `pull` and `move` write `before` and `after` as formulas.
    """

    pull: ClassVar[Formula] = Formula("g changed by the penalty")
    move: ClassVar[Formula] = Formula("p′ changed by the penalty")

    def before(
        self, build: Builder, p: Tensor, g: Tensor, settings: dict[str, SettingPlace]
    ) -> None:
        """Add to the gradient g of the weights p."""

    def after(
        self, build: Builder, p: Tensor, settings: dict[str, SettingPlace], rate: SettingPlace
    ) -> None:
        """Change the updated weights p."""


@register("regularizer", "none", "no penalty")
class NoRegularizer(Regularizer):
    """Large weights cost nothing."""


@register("regularizer", "l2", "L2", phrase="L2 penalty {rate:g}")
class L2(Regularizer):
    """Keeps all weights small: adds ½ λ Σ w² to the loss, λ w to the gradient (weight decay)."""

    rate: float = real(0.001, 0, 100, RATE, live=True)
    pull = Formula("g + λ · p", {"λ": "rate"})

    def before(
        self, build: Builder, p: Tensor, g: Tensor, settings: dict[str, SettingPlace]
    ) -> None:
        build.op(updates.l2, p, g, settings["rate"], whole=True)


@register("regularizer", "l1", "L1", phrase="L1 penalty {rate:g}")
class L1(Regularizer):
    """Pushes weights to exactly 0: adds λ Σ |w| to the loss.

    Applied as a step of its own after the update, p ← sign(p) max(|p| − η λ, 0), so that a weight
    that would cross zero stays there (proximal gradient: Parikh and Boyd, 2014).
    """

    rate: float = real(0.001, 0, 100, RATE, live=True)
    move = Formula("p′ moved towards 0 by η · λ", {"λ": "rate"})

    def after(
        self, build: Builder, p: Tensor, settings: dict[str, SettingPlace], rate: SettingPlace
    ) -> None:
        build.op(updates.l1, p, settings["rate"], rate, whole=True)


@register("regularizer", "elastic_net", "elastic net", phrase="L1 and L2 penalties {l1:g}, {l2:g}")
class ElasticNet(Regularizer):
    """L1 and L2 together: few weights, and those small (Zou and Hastie, 2005)."""

    l1: float = real(0.001, 0, 100, "How high the price on |w| is. 0: none.", live=True)
    l2: float = real(0.001, 0, 100, "How high the price on ½ w² is. 0: none.", live=True)
    pull = Formula("g + λ · p", {"λ": "l2"})
    move = Formula("p′ moved towards 0 by η · λ", {"λ": "l1"})

    def before(
        self, build: Builder, p: Tensor, g: Tensor, settings: dict[str, SettingPlace]
    ) -> None:
        build.op(updates.l2, p, g, settings["l2"], whole=True)

    def after(
        self, build: Builder, p: Tensor, settings: dict[str, SettingPlace], rate: SettingPlace
    ) -> None:
        build.op(updates.l1, p, settings["l1"], rate, whole=True)


@register("regularizer", "max_norm", "max-norm", phrase="a bound of {limit:g}")
class MaxNorm(Regularizer):
    """Large weights cost nothing until a neuron's weights together grow too long.

    After each update a row of weights (what one neuron or one filter weighs its inputs with) longer
    than the limit is shortened to it: w ← w · limit / ‖w‖ (Srebro and Shraibman, 2005).
    """

    limit: float = real(3.0, 1e-6, 1e6, "The greatest length of a neuron's weights.", live=True)
    move = Formula("p′ · c / ‖w′‖", {"c": "limit"})

    def after(
        self, build: Builder, p: Tensor, settings: dict[str, SettingPlace], rate: SettingPlace
    ) -> None:
        for place in build.places.values():
            if p.offset <= place.offset < p.offset + p.size:
                count, *rest = place.shape
                rows = Tensor(place.buffer, place.offset, (count,), math.prod(rest))
                build.op(updates.limit_rows, rows, settings["limit"], whole=True)
