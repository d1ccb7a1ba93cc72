"""`lessons`: the lessons there are, and the proof of what they promise."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from playground.commands import CommandError, writing

if TYPE_CHECKING:
    from playground.analysis.proof import Proof
    from playground.lessons.lesson import Lesson

ALL = "*"


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "lessons",
        help="list the lessons, or prove them",
        description="List the lessons. With --check train every variant of them over several seeds "
        "and ask whether the check holds where it should, and only there; exit code 1 where not.",
    )
    parser.add_argument(
        "--check",
        nargs="?",
        const=ALL,
        metavar="NAME",
        help="prove this lesson, or all of them",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line: a lesson")
    parser.add_argument("--seeds", type=int, metavar="N", help="so many seeds (default: its own)")
    parser.add_argument("--table", metavar="FILE", help="write a page with what was measured")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    if arguments.seeds is not None and arguments.seeds < 1:
        raise CommandError("at least one seed is needed")
    lessons = _chosen(arguments.check)
    if arguments.check is None:
        _list(lessons, arguments.json)
        return
    proofs = [_prove(lesson, arguments) for lesson in lessons]
    if arguments.table:
        _write(arguments.table, proofs)
    if failed := [proof.lesson.id for proof in proofs if not proof.good]:
        raise CommandError(f"not as promised: {', '.join(failed)}")


def _chosen(name: str | None) -> list[Lesson]:
    from playground.lessons.shelf import LessonError, lessons

    try:
        known = lessons()
    except LessonError as error:
        raise CommandError(str(error)) from None
    if name not in (None, ALL) and name not in known:
        raise CommandError(f"no lesson is called {name}; there are {', '.join(known)}")
    return [lesson for lesson in known.values() if name in (None, ALL, lesson.id)]


def _list(lessons: list[Lesson], as_json: bool) -> None:
    width = max(len(lesson.id) for lesson in lessons)
    for lesson in lessons:
        if as_json:
            print(json.dumps({"lesson": lesson.id, "theme": lesson.theme, "page": lesson.page}))
        else:
            print(f"{lesson.id:{width}}  {lesson.en.title}")


def _prove(lesson: Lesson, arguments: argparse.Namespace) -> Proof:
    from playground.analysis.proof import prove
    from playground.training.progress import ProgressBar

    bar = ProgressBar()
    proof = prove(lesson, arguments.seeds or 0, lambda share: bar.draw(lesson.id, share))
    bar.wipe()
    if arguments.json:
        numbers = {"margin": round(proof.margin, 4), "seconds": round(proof.seconds, 2)}
        print(json.dumps({"lesson": lesson.id, "seeds": proof.seeds, **numbers}), flush=True)
    else:
        word = "as promised" if proof.good else "NOT as promised"
        margin = f"margin {proof.margin:.1%}, {proof.seeds} seeds, {proof.seconds:.1f} s"
        print(f"{lesson.id}: {word}, {margin}", flush=True)
    return proof


def _write(name: str, proofs: list[Proof]) -> None:
    from playground.analysis.proof import page

    with writing(name):
        Path(name).write_text(page(proofs), encoding="utf-8")
