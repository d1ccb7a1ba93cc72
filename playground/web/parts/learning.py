"""Which lesson a visit is in, in which language, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.lessons import shelf
from playground.lessons.lesson import LANGUAGES, Lesson
from playground.web.frame import language, visit

SEEN, REACHED = 1, 2  # of a lesson: its reveal; its goal, by the reader's own set-up


@dataclass
class Learning:
    """One visit's lessons. answers: the number chosen, from 1, by lesson."""

    lesson: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    threshold: float = 0.5  # of the variant that was opened last
    goal: bool = False  # whether its goal is asked of another page

    @property
    def language(self) -> str:
        """The visit's, where lessons are written in it."""
        now = language.current()
        return now if now in LANGUAGES else LANGUAGES[0]

    def reached(self, lesson: Lesson, how: int) -> None:
        """Count it as seen, or as reached."""
        self.done[lesson.id] = max(how, self.done.get(lesson.id, 0))


def learning() -> Learning:
    """This visit's."""
    return visit.state(Learning)


def current() -> Lesson | None:
    """The lesson that this visit is in."""
    return shelf.lessons().get(learning().lesson)
