"""What a data set is: arrays for training, validation and testing that never mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.engine.registry import Piece

SEEDS = 2**32 - 1  # the largest seed


@dataclass(frozen=True, eq=False)
class Split:
    """One of the three parts of a data set: inputs `x` [N, *shape] and answers `y` [N]."""

    x: np.ndarray
    y: np.ndarray  # int64 classes, or float32 targets of a regression
    points: np.ndarray | None = None  # [N, 2]: where the samples lie in the plane, if they do

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.points):
            if array is not None:
                array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Data:
    """Everything a Run needs to know about its data."""

    train: Split
    validation: Split
    test: Split
    shape: tuple[int, ...]  # of one input
    task: str  # "classification" or "regression"
    classes: int = 0  # 0 for a regression
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    scale: float = 1.0  # what the network multiplies every input by: 1/255 for bytes

    def split(self, name: str) -> Split:
        """The part called "train", "validation" or "test"."""
        if name not in ("train", "validation", "test"):
            raise ValueError(f"no split is called {name!r}; there are train, validation and test")
        return getattr(self, name)


class DataSet(Piece):
    """What every registered data set says about itself before anything is loaded."""

    labels: ClassVar[tuple[str, ...]] = ()  # the classes of a set that always has the same
    task: str = "classification"
    trainable: ClassVar[bool] = True
    handwriting: ClassVar[bool] = False  # whether its images are writing, prepared as MNIST's
    turned: bool = False  # whether dark ink on light paper became bright on dark

    @property
    def question(self) -> str:
        """One that playing with it answers."""
        return "Make the learning rate ten times larger while it runs. What does the loss do?"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        raise NotImplementedError

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called; nothing for a regression."""
        return self.labels

    @property
    def classes(self) -> int:
        """How many classes there are; 0 for a regression."""
        return len(self.class_names)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many samples train and how many do not, at most; known before anything is loaded."""
        return 0, 0

    def check(self) -> None:
        """ValueError, in a sentence, where options are wrong in a way that no bound says."""

    def load(self, seed: int) -> Data:
        """The arrays. The same piece and seed give the same arrays."""
        raise NotImplementedError
