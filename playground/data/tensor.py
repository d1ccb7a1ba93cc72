"""No data at all: what stands in an Experiment whose network was made elsewhere."""

from __future__ import annotations

import numpy as np

from playground.data.dataset import Data, DataSet, Split
from playground.engine.registry import integers, register


@register("data", "tensor", "No data")
class Tensor(DataSet):
    """Only the shape of an input: the network predicts and shows, and does not train."""

    trainable = False
    handwriting = True  # where it has MNIST's shape: nothing else is known of it
    shape: tuple[int, ...] = integers(
        (1,), 1, 100_000, "The shape of one input: features, or channels, height and width."
    )

    @property
    def columns_of_words(self) -> None:
        return None

    def load(self, seed: int) -> Data:
        """Three empty splits."""
        empty = Split(np.zeros((0, *self.shape), np.float32), np.zeros(0, np.int64))
        return Data(empty, empty, empty, shape=self.shape, task=self.task)
