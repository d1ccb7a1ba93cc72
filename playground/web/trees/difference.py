"""What tells two models apart, in words: how good, how fast, how large."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.experiment import numerals

ALIKE = 1.05  # times that are not worth a word


@dataclass(frozen=True)
class Side:
    """A model in a comparison. score: the share of right answers, or the mean error; seconds: to
    learn, NaN where nothing was learned; size: of how many numbers it consists."""

    name: str
    score: float
    seconds: float
    size: int


def words(a: Side, b: Side, classes: bool, samples: str) -> str:
    """A line for accuracy, time and size, as Markdown; what cannot be compared has none.

    samples: what is tested, such as “test rows”.
    """
    lines = [_score(a, b, classes, samples), _time(a, b), _size(a, b)]
    return "  \n".join(line for line in lines if line)


def _score(a: Side, b: Side, classes: bool, samples: str) -> str:
    if not (math.isfinite(a.score) and math.isfinite(b.score)):
        return ""
    if not classes:
        small, large = sorted((a, b), key=lambda side: side.score)
        if large.score <= ALIKE * small.score:
            return "**Error**: about the same."
        share = numerals.percent(1 - small.score / large.score, 0)
        return f"**Error**: smaller by {share} for {small.name}."
    less, more = sorted((a, b), key=lambda side: side.score)
    if more.score - less.score < 0.0005:
        return "**Accuracy**: the same."
    gain = numerals.percent(more.score - less.score)
    return f"**Accuracy**: better for {more.name}, right on {gain} more of the {samples}."


def _time(a: Side, b: Side) -> str:
    fast, slow = sorted((a, b), key=lambda side: side.seconds)
    if not (math.isfinite(a.seconds + b.seconds) and fast.seconds > 0):
        return ""
    times = slow.seconds / fast.seconds
    if times < ALIKE:
        return "**Time**: about the same."
    return f"**Time**: shorter for {fast.name}, which learned {_times(times)} as fast."


def _size(a: Side, b: Side) -> str:
    small, large = sorted((a, b), key=lambda side: side.size)
    if not small.size:
        return ""
    times = large.size / small.size
    if times < ALIKE:
        return "**Size**: about the same."
    verb = "take" if large.name.endswith("s") else "takes"
    return f"**Size**: smaller for {small.name}; {large.name} {verb} {_times(times)} the room."


def _times(times: float) -> str:
    return f"{numerals.count(times) if times >= 10 else numerals.fixed(times, 1)} times"
