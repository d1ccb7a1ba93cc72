"""Series of numbers to forecast: waves, measurements of the world, and a column of one's own."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from playground.data import own_series
from playground.data.dataset import Data, DataSet, Series, Split
from playground.data.sequences import LONGEST, Sequences
from playground.engine.registry import choice, flag, integer, real, register, text

FOLDER = Path(__file__).parents[2] / "assets" / "data" / "series"
FILES = {"co2": "co2_mauna_loa.csv", "births": "us_births_1969_1988.csv"}
OWN = "own"
MOST_WINDOWS = 5_000  # of one part; where there would be more, they lie further apart


@register("data", "waves", "Waves")
class Waves(Sequences):
    """A sum of waves with noise on it: how does it go on?

    v_t = Σ_k sin(2π t / p_k + φ_k) / waves, periods p_k ~ U(8, 40) steps and phases φ_k ~ U(0, 2π)
    new for each sequence, plus η·N(0, 1). The answer at step t is the value without noise at
    t + horizon.
    """

    samples: int = integer(
        2_000, 20, 20_000, "How many sequences there are in all.", title="Sequences"
    )
    length: int = integer(40, 1, LONGEST, "How many steps a sequence has.", title="Steps")
    waves: int = integer(2, 1, 5, "How many waves lie on top of each other.")
    noise: int = integer(5, 0, 100, "How loud the noise is, in percent of a wave.")
    horizon: int = integer(1, 1, 100, "How many steps ahead the answer lies.")
    task = "regression"
    step_names = ("value",)

    @property
    def answers(self) -> tuple[int, ...]:
        return (self.length,)

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, None]:
        period = random.uniform(8, 40, (self.samples, self.waves, 1))
        phase = random.uniform(0, 2 * np.pi, period.shape)
        steps = np.arange(self.length + self.horizon)
        pure = np.sin(2 * np.pi * steps / period + phase).mean(axis=1).astype(np.float32)
        x = pure[:, : self.length]
        x = x + self.noise / 100 * random.standard_normal(x.shape, np.float32)
        return x[:, :, None].astype(np.float32), pure[:, self.horizon :], None

    def load(self, seed: int) -> Data:
        """As other sequences; the first test sequence is the series that can be continued."""
        data = super().load(seed)
        numbers = data.test.x[0, :, 0]
        series = Series(numbers, 0, 0.0, 1.0, last=float(numbers[-1]), ahead=self.horizon)
        return replace(data, series=series)


@cache
def shipped(name: str) -> tuple[np.ndarray, tuple[str, ...], str]:
    """A series that is part of the project: values, dates, and what the values are called."""
    with (FOLDER / FILES[name]).open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    values = np.array([float(row[1]) for row in rows])
    values.flags.writeable = False
    return values, tuple(row[0] for row in rows), head[1]


@register("data", "series", "Time series")
class TimeSeries(DataSet):
    """Measurements in the order of time: carbon dioxide, births, or a column of your own.

    Windows of `length` values; the answer at step t is the value at t + horizon. The last part of
    the series only tests: nothing later than the cut is ever learned from, and of a test window
    nothing is asked that lies before it. Values are standardised by those before the cut.
    """

    sequence = True
    task = "regression"
    step_names = ("value",)
    source: str = choice(
        "co2",
        (*FILES, OWN),
        "co2: monthly, at Mauna Loa since 1958, in ppm. births: daily, in the USA, 1969 to 1988.",
        title="Series",
    )
    column: str = text(
        "Values of your own, with spaces between; longer series are named by `key`.",
        title="Values",
    )
    key: str = text("The checksum of a long series of your own.", title="Key")
    count: int = integer(
        0, 0, own_series.MOST_VALUES, "How many values the series of that key has.", title="Count"
    )
    length: int = integer(48, 1, LONGEST, "How many values a window shows.", title="Window")
    horizon: int = integer(1, 1, 100, "How many steps ahead the answer lies.")
    differences: bool = flag(
        False,
        "Learn changes from each value to the next: a series that keeps rising then looks the "
        "same everywhere.",
    )
    test_fraction: float = real(
        0.2, 0.05, 0.5, "The share at the end that only tests.", title="Share for testing"
    )
    carry_state: bool = flag(
        False,
        "Go on from each window to the next with what was remembered, instead of starting anew; "
        "windows then lie one behind the other.",
        title="Carry the state",
    )

    @property
    def question(self) -> str:
        return "Forecast far beyond the end. What does the network keep, and what does it lose?"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.length, 1

    @property
    def answers(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def stateful(self) -> bool:
        return self.carry_state

    @property
    def values_count(self) -> int:
        """How many values there are."""
        if self.source != OWN:
            return len(shipped(self.source)[0])
        return self.count if self.key else len(own_series.numbers(self.column))

    @property
    def sizes(self) -> tuple[int, int]:
        """How many windows there are at most."""
        count = min(self.values_count, MOST_WINDOWS)
        return count, count

    def check(self) -> None:
        """ValueError names a word among the values of a series of one's own."""
        own_series.numbers(self.column)

    def problem(self) -> str:
        """What there is to say where a series of one's own is none, or too short for its window."""
        if self.source == OWN and not self.key:
            try:
                own_series.check(own_series.numbers(self.column))
            except ValueError as error:
                return str(error)
        short = self.stateful and self.changes - self.cut < self.length
        if self.cut >= self.length + self.horizon and not short:
            return ""
        return (
            f"The series has {self.values_count:,} values, of which {max(self.cut, 0):,} are to "
            f"learn from: too few for windows of {self.length} with an answer {self.horizon} "
            "ahead. Take a shorter window."
        )

    @property
    def changes(self) -> int:
        """How many numbers the network sees: one less where they are changes."""
        return self.values_count - self.differences

    @property
    def cut(self) -> int:
        """How many of them lie before the test part."""
        return self.changes - max(round(self.changes * self.test_fraction), 1)

    def values(self) -> np.ndarray:
        """The series in its own units; MissingDataError where another visit has it."""
        if self.source != OWN:
            return shipped(self.source)[0]
        return own_series.held(self.key) if self.key else own_series.numbers(self.column)

    def load(self, seed: int) -> Data:
        """Windows in the order of time; `seed` draws nothing."""
        values = self.values()
        numbers = np.diff(values) if self.differences else values
        centre, spread = float(numbers[: self.cut].mean()), float(numbers[: self.cut].std()) or 1.0
        numbers = ((numbers - centre) / spread).astype(np.float32)
        return self.data(
            self._windows(numbers, 0, self.cut),
            self._windows(numbers, 0, 0),
            self._windows(numbers, self.cut, len(numbers)),
            step_names=self.step_names,
            series=Series(
                numbers,
                self.cut,
                centre,
                spread,
                self.differences,
                float(values[0]),
                float(values[-1]),
                self.horizon,
            ),
        )

    def _windows(self, numbers: np.ndarray, start: int, end: int) -> Split:
        """Windows whose answers lie from `start` to `end`; what they see may begin earlier."""
        reach = self.length + self.horizon
        first, last = max(0, start - self.length - self.horizon + 1), end - reach
        apart = max(1, -(-(last - first + 1) // MOST_WINDOWS))
        if self.stateful:
            first, apart = max(0, start - self.horizon), self.length
        firsts = np.arange(first, max(last, first - 1) + 1, apart)
        places = firsts[:, None] + np.arange(self.length)
        answers = places + self.horizon
        y = np.where(answers >= start, numbers[np.minimum(answers, numbers.size - 1)], np.nan)
        return Split(numbers[places][:, :, None], y.astype(np.float32))
