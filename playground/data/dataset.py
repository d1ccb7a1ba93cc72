"""What a data set is: arrays for training, validation and testing that never mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from playground.data.table_fit import TableData
from playground.engine.registry import Piece

SEEDS = 2**32 - 1  # the largest seed


@dataclass(frozen=True, eq=False)
class Split:
    """One of the three parts of a data set: inputs `x` [N, *shape] and answers `y` [N, *answers].

    Sequences with an answer at every step have `y` [N, time]; −1, or NaN of a regression, stands
    where nothing is asked. Sequences that are shorter than the longest end in zeros.
    """

    x: np.ndarray
    y: np.ndarray  # int64 classes, or float32 targets of a regression
    points: np.ndarray | None = None  # [N, 2]: where the samples lie in the plane, if they do
    lengths: np.ndarray | None = None  # [N]: steps of each sequence, where they differ

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.points, self.lengths):
            if array is not None:
                array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Series:
    """A series [N] as the network reads it, in the order of time, and what its numbers mean.

    cut: how many of them belong to the training windows. The value itself is
    `centre + spread · number`; with `differences` that is its change, and `last` the newest value.
    `ahead`: how many steps later than the input the answer lies.
    """

    numbers: np.ndarray
    cut: int
    centre: float
    spread: float
    differences: bool = False
    first: float = 0.0  # the value before the first change
    last: float = 0.0
    ahead: int = 1

    def values(self, numbers: np.ndarray, before: float) -> np.ndarray:
        """Numbers as values; `before` is the value that the first of them follows."""
        own = self.centre + self.spread * np.asarray(numbers, np.float64)
        return before + np.cumsum(own) if self.differences else own


@dataclass(frozen=True, eq=False)
class Clouds:
    """Normal distributions of one width around several centres [count, 2]."""

    centres: np.ndarray
    deviation: float


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
    answers: tuple[int, ...] = ()  # the shape of one answer: (time,) with one at every step
    alphabet: tuple[str, ...] = ()  # the symbols that whole numbers of an input stand for
    step_names: tuple[str, ...] = ()  # what the numbers of one step are called
    stateful: bool = False  # whether what is remembered goes on from each window to the next
    series: Series | None = None  # what windows were cut from
    clouds: Clouds | None = None  # what the samples were drawn from, where that is known
    table: TableData | None = None  # whose rows they are

    @property
    def next_symbol(self) -> bool:
        """Whether the answer at every step is the symbol that comes next."""
        return bool(self.answers) and len(self.alphabet) == self.classes > 0

    def split(self, name: str) -> Split:
        """The part called "train", "validation" or "test"."""
        if name not in ("train", "validation", "test"):
            raise ValueError(f"no split is called {name!r}; there are train, validation and test")
        return getattr(self, name)


def parts_of(
    count: int, train_fraction: float, validation_fraction: float
) -> tuple[slice, slice, slice]:
    """Which of so many samples train, validate and test: those for training come first, and the
    last of these validate. At least two learn and one tests."""
    learn = min(max(round(count * train_fraction), 2), count - 1)
    train = learn - round(learn * validation_fraction)
    return slice(0, train), slice(train, learn), slice(learn, None)


class DataSet(Piece):
    """What every registered data set says about itself before anything is loaded."""

    labels: ClassVar[tuple[str, ...]] = ()  # the classes of a set that always has the same
    task: str = "classification"
    trainable: ClassVar[bool] = True
    handwriting: ClassVar[bool] = False  # whether its images are writing, prepared as MNIST's
    turned: bool = False  # whether dark ink on light paper became bright on dark
    sequence: ClassVar[bool] = False  # whether its samples have an order in time

    @property
    def answers(self) -> tuple[int, ...]:
        """The shape of one answer: (time,) where there is one at every step, else ()."""
        return ()

    @property
    def symbols(self) -> int:
        """How many symbols there are whose numbers are the input; 0 for quantities."""
        return 0

    @property
    def stateful(self) -> bool:
        """Whether what is remembered goes on from each window to the next."""
        return False

    @property
    def question(self) -> str:
        """One that playing with it answers."""
        return "Make the learning rate ten times larger while it runs. What does the loss do?"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        raise NotImplementedError

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input is called, where inputs have names."""
        return ()

    @property
    def columns_of_words(self) -> tuple[int, ...] | None:
        """How many inputs each column takes, where some are words that stay 0 and 1; (): where none
        are; None: nothing is known of them."""
        return ()

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

    def problem(self) -> str:
        """Why nothing can be learned from it, in a sentence, although every option is possible."""
        return ""

    def load(self, seed: int) -> Data:
        """The arrays. The same piece and seed give the same arrays."""
        raise NotImplementedError

    def without(self) -> Data | None:
        """What is known where the samples are not there: three empty splits; None: too little."""
        return None

    def data(self, train: Split, validation: Split, test: Split, **more: Any) -> Data:
        """The splits, with all that this piece says about them, and `more`."""
        return Data(
            train,
            validation,
            test,
            shape=self.shape,
            task=self.task,
            classes=self.classes,
            class_names=self.class_names,
            answers=self.answers,
            stateful=self.stateful,
            **more,
        )
