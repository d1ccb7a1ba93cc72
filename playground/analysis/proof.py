"""Lessons proven: every variant trained over several seeds, and its check asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.analysis.curve_readings import Curves, KernelReadings, WalkReadings
from playground.analysis.descent import floor, walks
from playground.analysis.readings import Readings
from playground.experiment import numerals
from playground.lessons.check import Check
from playground.lessons.lesson import Lesson, Variant
from playground.training.run import Run

SPARSE = 8  # epochs between two measurements of a page that plays at normal speed, or more often
ALWAYS = 300  # epochs of a set-up without an end


@dataclass(frozen=True)
class Proof:
    """What was measured of a lesson.

    margin: of the check, the smallest over variants and seeds, below 0 where one of them is not as
    promised. measured: of every variant the smallest and the largest of each reading. seconds: of
    training, the slowest run.
    """

    lesson: Lesson
    seeds: int
    margin: float
    seconds: float
    measured: tuple[dict[str, tuple[float, float]], ...]

    @property
    def good(self) -> bool:
        """Whether the check answers as promised everywhere."""
        return self.margin >= 0


def prove(
    lesson: Lesson, seeds: int = 0, tell: Callable[[float], object] = lambda share: None
) -> Proof:
    """Train every variant from seeds 1, 2, …; 0: as many as the lesson says.

    Each check is asked twice, of all measurements and of every eighth, as a page may have them.
    tell: hears which share of the runs is done.
    """
    seeds = seeds or lesson.seeds
    margins, slowest, measured = [], 0.0, []
    for number, variant in enumerate(lesson.variants):
        values: dict[str, list[float]] = {text: [] for text in lesson.readings}
        for seed in range(1, seeds + 1):
            seconds, margin, numbers = _proven(lesson, variant, seed)
            slowest = max(slowest, seconds)
            margins.append(margin)
            for text, value in numbers.items():
                values[text].append(value)
            tell((number * seeds + seed) / (len(lesson.variants) * seeds))
        measured.append({text: (min(seen), max(seen)) for text, seen in values.items()})
    return Proof(lesson, seeds, min(margins), slowest, tuple(measured))


def _proven(lesson: Lesson, variant: Variant, seed: int) -> tuple[float, float, dict[str, float]]:
    """Of one variant: its seconds, the margin of its check, and what is read of it."""
    if not lesson.learns:
        start = time.perf_counter()
        still = read(lesson, variant, seed)
        seconds = time.perf_counter() - start
        return seconds, _margin(lesson, variant, [still]), _numbers(lesson, still)
    run, seconds = train(lesson, variant, seed)
    readings = Readings(run, variant.threshold)
    seen = _margin(lesson, variant, [readings, readings.sparse(SPARSE)])
    numbers = _numbers(lesson, readings)
    run.close()
    return seconds, seen, numbers


def read(lesson: Lesson, variant: Variant, seed: int) -> Curves:
    """What is read of a variant that learns nothing: a kernel, or a walker after its last step."""
    if lesson.filters:
        return KernelReadings.named(lesson.filter(variant, seed).kernel)
    descent = lesson.descent(variant, seed)
    [walk] = walks(descent)
    return WalkReadings(walk, floor(descent.ground, [walk]))


def _numbers(lesson: Lesson, readings: Curves) -> dict[str, float]:
    return {text: Check(text).value(readings) for text in lesson.readings}


def train(lesson: Lesson, variant: Variant, seed: int) -> tuple[Run, float]:
    """A variant trained to its end, and the seconds that it took."""
    experiment = lesson.experiment(variant, seed)
    run = Run(experiment)
    run.snapshot()  # compiled
    start = time.perf_counter()
    run.train(experiment.stop.epochs or ALWAYS, callback=lambda record: None)
    return run, time.perf_counter() - start


def _margin(lesson: Lesson, variant: Variant, seen: Sequence[Curves]) -> float:
    """How far the check is from answering wrongly, at the worst of these readings."""
    sign, check = 1 if variant.goal else -1, Check(lesson.check)
    of = [sign * check.margin(readings) for readings in seen]
    return min(value if math.isfinite(value) else -1.0 for value in of)


INTRODUCTION = """# Lessons

What each lesson promises, and what was measured: every variant trained from seeds 1, 2, …, its
check asked of all measurements and of every eighth. **Margin** is how far the check is from being
wrong, as a share of the larger of the two numbers compared, in the worst run; below 0 a lesson
would fail. **Seconds** are those of the slowest run, at full speed. ✓ the check holds, ✗ it does
not. This page is written by `python -m playground lessons --check --table docs/lessons.md`.

| lesson | check | seeds | margin | seconds |
|---|---|--:|--:|--:|
"""


def page(proofs: list[Proof]) -> str:
    """All that was measured, as Markdown: a table, then each lesson's readings."""
    rows = [
        f"| [`{proof.lesson.id}`](#{proof.lesson.id}) | `{proof.lesson.check}` | {proof.seeds} | "
        f"{numerals.percent(proof.margin)} | {numerals.fixed(proof.seconds, 1)} |"
        for proof in proofs
    ]
    return INTRODUCTION + "\n".join(rows) + "\n" + "".join(map(_section, proofs))


def _section(proof: Proof) -> str:
    """The smallest and the largest of each reading, a variant a line."""
    lines = [f"\n### {proof.lesson.id}\n", f"{proof.lesson.en.title}\n"]
    for variant, measured in zip(proof.lesson.variants, proof.measured, strict=True):
        values = "; ".join(f"{text} {_span(*span)}" for text, span in measured.items())
        lines.append(f"- {'✓' if variant.goal else '✗'} {variant.name.en}: {values}")
    return "\n".join(lines) + "\n"


def _span(low: float, high: float) -> str:
    first, second = ("inf" if math.isinf(end) else numerals.short(end) for end in (low, high))
    return first if first == second else f"{first} to {second}"
