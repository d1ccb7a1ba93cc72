"""A penalty whose option bears the name of an optimizer's."""

from dataclasses import dataclass
from typing import ClassVar

from playground.engine.kernels import updates
from playground.engine.registry import real
from playground.engine.regularizers import Regularizer


@dataclass(frozen=True)
class Decay(Regularizer):
    """The L2 penalty, its price called `weight_decay`."""

    kind: ClassVar[str] = "regularizer"
    type: ClassVar[str] = "decay"
    weight_decay: float = real(0.001, 0, 100, "How high the price is.", live=True)

    def before(self, build, p, g, settings):
        build.op(updates.l2, p, g, settings["weight_decay"], whole=True)
