"""The Runs of a lesson's variants, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.analysis.curve_readings import Curves
from playground.analysis.readings import Readings
from playground.data.grammar import FormulaError
from playground.lessons.check import Check
from playground.lessons.lesson import Lesson
from playground.training.side_by_side import SideBySide
from playground.training.snapshot import Snapshot
from playground.web.frame import session, visit
from playground.web.learn import walks
from playground.web.learn.filters import Kernels
from playground.web.learn.walks import Walks


@dataclass
class Trial:
    """What is played: of which lesson, with which seed."""

    lesson: str = ""
    seed: int = 1
    runs: SideBySide | Walks | Kernels = field(default_factory=lambda: SideBySide(()))


def here(lesson: Lesson) -> Trial:
    """This visit's trial of the lesson; that of another lesson ends."""
    trial = visit.state(Trial)
    if trial.lesson != lesson.id:
        start(trial, lesson, 1)
    return trial


def start(trial: Trial, lesson: Lesson, seed: int) -> None:
    """New Runs, all from this seed."""
    trial.runs.close()
    trial.lesson, trial.seed = lesson.id, seed
    if lesson.walks:
        trial.runs = walks.race(lesson, seed)
    elif lesson.filters:
        trial.runs = Kernels([lesson.filter(variant, seed) for variant in lesson.variants])
    else:
        trial.runs = SideBySide([lesson.experiment(variant, seed) for variant in lesson.variants])
    session.adopt("lesson runs", trial.runs)


@dataclass(frozen=True)
class Verdict:
    """What the check says of a variant, and the numbers behind it."""

    holds: bool
    numbers: dict[str, float]


def readings(trial: Trial, lesson: Lesson, number: int) -> Curves:
    """Of one variant, as it is now."""
    if isinstance(trial.runs, Walks):
        return walks.readings(trial.runs, number)
    if isinstance(trial.runs, Kernels):
        return trial.runs.readings(number)
    return of_run(trial.runs, lesson, number)


def of_run(runs: SideBySide, lesson: Lesson, number: int) -> Readings:
    """Of one variant that learns."""
    return Readings(runs.runs[number], lesson.variants[number].threshold)


def verdict(lesson: Lesson, read: Curves) -> Verdict:
    """Ask the check, and what is shown with it."""
    numbers = {}
    for text in lesson.readings:
        try:
            numbers[text] = Check(text).value(read)
        except FormulaError:
            continue  # a set-up of the reader's own need not have it
    try:
        holds = Check(lesson.check).holds(read)
    except FormulaError:
        holds = False
    return Verdict(holds, numbers)


def ready(snapshots: list[Snapshot]) -> bool:
    """Whether all can be looked at."""
    return all(snapshot.status != "compiling" for snapshot in snapshots)
