"""A series to come: one step ahead, and running free on the network's own answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.data import DataSet, Series, forecasts
from playground.training.continuation import generate
from playground.training.snapshot import Snapshot

MOST_WINDOWS = 400  # that are read for one picture


@dataclass(frozen=True, eq=False)
class Track:
    """Values at places of a series; place 0 is its first number."""

    places: np.ndarray
    values: np.ndarray


def series(snapshot: Snapshot) -> Series:
    """What the windows were cut from; ValueError where there is none."""
    if snapshot.data.series is None:
        raise ValueError("these data are no series")
    return snapshot.data.series


def truth(snapshot: Snapshot) -> Track:
    """The series itself, in its own units."""
    own = series(snapshot)
    return Track(np.arange(len(own.numbers)), own.values(own.numbers, own.first))


def one_step(snapshot: Snapshot) -> Track:
    """Every value after the cut as foreseen from the true ones before it.

    Of a series that fits one window: every answer of that window.
    """
    own, length = series(snapshot), snapshot.data.shape[0]
    count = len(own.numbers)
    if count <= length:
        answers = _answers(snapshot, own.numbers)[:count]
        places = np.arange(count) + own.ahead
    else:
        first = max(own.cut, length + own.ahead - 1)
        places = np.arange(first, count)[-MOST_WINDOWS:]
        ends = places - own.ahead + 1
        windows = own.numbers[ends[:, None] + np.arange(-length, 0)]
        answers = snapshot.predict(windows[:, :, None]).reshape(len(ends), length)[:, -1]
    changes = own.centre + own.spread * answers.astype(np.float64)
    if not own.differences:
        return Track(places, changes)
    before = truth(snapshot).values
    known = places - 1 < count
    return Track(places[known], before[places[known] - 1] + changes[known])


def free(snapshot: Snapshot, start: int, steps: int) -> Track:
    """From the place `start` on the network reads its own answers, `steps` of them.

    Before, it reads the true values of a window.
    """
    own, values = series(snapshot), truth(snapshot).values
    first = max(0, start - snapshot.data.shape[0])
    known = values[first:start]
    if own.differences:
        known = np.concatenate([[values[first - 1] if first else own.first], known])
    made = np.asarray(generate(snapshot.network, snapshot.data, steps, known.tolist()))
    made = made[: int(np.isfinite(made).cumprod().sum())]
    return Track(start + np.arange(len(made)), made)


def _answers(snapshot: Snapshot, window: np.ndarray) -> np.ndarray:
    """Every step's answer; a short window is filled up behind, which no earlier step sees."""
    length = snapshot.data.shape[0]
    x = np.zeros((1, length, 1), np.float32)
    x[0, : len(window), 0] = window
    return snapshot.predict(x).reshape(length)


def error(track: Track, true: Track) -> float:
    """The mean distance from the truth where that is known; NaN where it never is."""
    known = (track.places >= 0) & (track.places < len(true.values))
    if not known.any():
        return math.nan
    return float(np.abs(track.values[known] - true.values[track.places[known]]).mean())


def naive(snapshot: Snapshot) -> float:
    """The mean distance after the cut of saying the newest value again."""
    own, values = series(snapshot), truth(snapshot).values
    first = max(own.cut, own.ahead)
    return float(
        np.abs(values[first:] - values[first - own.ahead : len(values) - own.ahead]).mean()
    )


@dataclass(frozen=True, eq=False)
class Axis:
    """times [count]: where each place of a series lies; what values are measured in, and times."""

    times: np.ndarray
    unit: str
    word: str

    def span(self, steps: int) -> str:
        """How far so many steps reach: "10 years" where they are whole years, else "12 steps"."""
        years = float(self.times[-1] - self.times[-1 - steps])  # early dates have gaps
        whole = round(years)
        if self.word != "years" or not whole or abs(years - whole) > 0.05:
            return f"{steps} steps"
        return f"{whole} year{'s' * (whole != 1)}"


def axis(data: DataSet, count: int) -> Axis:
    """Years of a series with dates, which go on at their usual distance; else steps."""
    source = getattr(data, "source", "")
    if source not in forecasts.FILES:
        return Axis(np.arange(1, count + 1, dtype=np.float64), "", "steps")
    _, dates, unit = forecasts.shipped(source)
    known = np.array([_year(date) for date in dates[data.differences :]])  # type: ignore[attr-defined]
    apart = float(np.median(np.diff(known)))
    later = known[-1] + apart * np.arange(1, max(count - len(known), 0) + 1)
    return Axis(np.concatenate([known, later]), unit.rpartition("_")[2], "years")


def _year(date: str) -> float:
    """1958.167 for 1958-03 and for 1958-03-01."""
    year, month, day = (*map(int, date.split("-")), 1)[:3]
    return year + (month - 1) / 12 + (day - 1) / 366
