"""A lecture: lessons in an order of one's own, each shown to a hall in four steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.lessons import shelf

STEPS = ("question", "prediction", "play", "reveal")
ALL = "all"  # stands for every lesson there is, in the order of the shelf
MOST = 40  # lessons of a lecture
LONGEST = 2_000  # characters of a list that are read
NAMED = 3  # unknown names that are said


@dataclass(frozen=True)
class Lecture:
    """Ids of lessons in their order, and in a sentence what of the list could not be used."""

    lessons: tuple[str, ...]
    problem: str = ""


def read(text: str) -> Lecture:
    """The lecture that a list of names, parted by commas, asks for.

    Unknown names and repetitions are left out; of too long a list the beginning is taken. Where
    nothing is left, and for "" and "all", all lessons are given.
    """
    known = tuple(shelf.lessons())
    names = [name.strip().lower() for name in text[:LONGEST].split(",") if name.strip()]
    if not names or names == [ALL]:
        return Lecture(known)
    strange = [name for name in dict.fromkeys(names) if name not in known]
    lessons = tuple(name for name in dict.fromkeys(names) if name in known)
    problems = []
    if len(text) > LONGEST or len(lessons) > MOST:
        problems.append(f"A lecture has at most {MOST} lessons: these are its first.")
    if strange:
        problems.append(_missing(strange))
    if not lessons:
        problems.append("These are all lessons.")
    return Lecture(lessons[:MOST] or known, " ".join(problems))


def _missing(names: Sequence[str]) -> str:
    """Which lessons there are not (any more)."""
    quoted = ", ".join(f"“{name[:40]}”" for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"There is no lesson called {quoted}{more} (any more)."


def text(lessons: Sequence[str]) -> str:
    """The list as `read` takes it."""
    return ALL if tuple(lessons) == tuple(shelf.lessons()) else ",".join(lessons)


@dataclass(frozen=True)
class Place:
    """Where a lecture stands: a lesson, and which of `STEPS`."""

    lesson: str
    step: str = STEPS[0]


def after(lessons: Sequence[str], place: Place) -> Place | None:
    """The next step, at the end of a lesson the next lesson; None where the lecture ends."""
    number = STEPS.index(place.step) + 1
    if number < len(STEPS):
        return Place(place.lesson, STEPS[number])
    following = lessons[_number(lessons, place) + 1 :]
    return Place(following[0]) if following else None


def before(lessons: Sequence[str], place: Place) -> Place | None:
    """The step before; before a lesson the beginning of the one before it; None at the start."""
    number = STEPS.index(place.step)
    if number:
        return Place(place.lesson, STEPS[number - 1])
    at = _number(lessons, place)
    return Place(lessons[at - 1]) if at > 0 else None


def _number(lessons: Sequence[str], place: Place) -> int:
    """Which lesson it is; −1 where it is none of the lecture's: the first one comes next."""
    return lessons.index(place.lesson) if place.lesson in lessons else -1
