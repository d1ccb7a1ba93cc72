"""All lessons there are: a TOML file each in this folder, whose name is the lesson's id."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from playground.lessons.lesson import THEMES, Lesson

FOLDER = Path(__file__).parent
LARGEST = 20_000  # bytes of a file


class LessonError(ValueError):
    """What is wrong with the file of a lesson: its name, the line, the field."""


@cache
def lessons() -> dict[str, Lesson]:
    """Every lesson by its id, by theme and order; LessonError names a file that is wrong."""
    return shelve(FOLDER)


def shelve(folder: Path) -> dict[str, Lesson]:
    """The lessons of a folder."""
    themes = list(THEMES)
    lessons = [read(path) for path in folder.glob("*.toml")]
    lessons.sort(key=lambda lesson: (themes.index(lesson.theme), lesson.order, lesson.id))
    return {lesson.id: lesson for lesson in lessons}


def by_theme() -> dict[str, list[Lesson]]:
    """The lessons of each theme, in their order."""
    groups: dict[str, list[Lesson]] = {theme: [] for theme in THEMES}
    for lesson in lessons().values():
        groups[lesson.theme].append(lesson)
    return groups


def following(lesson: Lesson) -> Lesson | None:
    """The lesson after this one; None after the last."""
    ids = list(lessons())
    place = ids.index(lesson.id) + 1
    return lessons()[ids[place]] if place < len(ids) else None


def read(path: Path) -> Lesson:
    """The lesson in a file."""
    if path.stat().st_size > LARGEST:
        raise LessonError(f"{path.name}: a lesson has at most {LARGEST:,} bytes.")
    try:
        text = path.read_text("utf-8")
        return Lesson.model_validate({**tomllib.loads(text), "id": path.stem})
    except UnicodeDecodeError as error:
        raise LessonError(f"{path.name}: it is no UTF-8 text ({error.reason}).") from None
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{path.name}: {error}") from None
    except ValidationError as error:
        raise LessonError(f"{path.name}, {_problem(error, text)}") from None


def _problem(error: ValidationError, text: str) -> str:
    """The first problem: line, field, what is wrong."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "the lesson"
    message = first["msg"].removeprefix("Value error, ")
    return f"line {_line(first['loc'], text)}, {field}: {message}"


def _line(place: tuple[int | str, ...], text: str) -> int:
    """Where a field stands; where it is missing, its table; of a lesson as a whole, line 1."""
    lines = _lines(text)
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 1


def _lines(text: str) -> dict[tuple[int | str, ...], int]:
    """The line of every table and every key at the start of one."""
    lines: dict[tuple[int | str, ...], int] = {}
    table: tuple[Any, ...] = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.-]+)\s*\]", line):
            names = header[2].split(".")
            if header[1] == "[[":
                counts[names[0]] = counts.get(names[0], -1) + 1
            inner = (counts[names[0]],) if names[0] in counts else ()
            table = (names[0], *inner, *names[1:])
            lines.setdefault(table, number)
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            lines.setdefault((*table, key[1]), number)
    return lines
