"""A Filter: a kernel with a name, slid over a test digit; only data, as an Experiment is."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from playground.data import SEEDS
from playground.data.kernels import KERNELS
from playground.experiment.parts import FROZEN

DIGIT = "digit"  # what it is slid over


class Filter(BaseModel):
    """kernel: a name of `KERNELS`. seed: says which test digit.

    >>> Filter(kernel="edge").to_link()
    'edge'
    """

    model_config = FROZEN
    kernel: Literal[tuple(KERNELS)]  # type: ignore[valid-type]
    seed: int = Field(default=1, strict=True, ge=0, le=SEEDS)

    def to_link(self) -> str:
        """What the address of the Convolution page says."""
        return str(self.kernel)
