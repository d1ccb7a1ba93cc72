"""`lessons`: the lessons there are, the proof of what they promise, and handouts of them."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from playground.commands import CommandError, writing

if TYPE_CHECKING:
    from playground.analysis.proof import Proof
    from playground.lessons.lesson import Lesson

ALL = "*"
LANGUAGES = ("en", "zh")
HERE = "http://localhost:8501/"  # where the app answers when it was started at home


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "lessons",
        help="list the lessons, prove them, or write a handout of them",
        description="List the lessons. With --check train every variant of them over several seeds "
        "and ask whether the check holds where it should, and only there; exit code 1 where not. "
        "With --handout write them to print, a page each, with their links as QR pictures.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="these lessons, in this order")
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
    parser.add_argument("--handout", metavar="FILE", help="write an HTML page to print")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the handout")
    parser.add_argument(
        "--address",
        metavar="URL",
        default=HERE,
        help="where readers find the app, for the handout's links (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    if arguments.seeds is not None and arguments.seeds < 1:
        raise CommandError("at least one seed is needed")
    lessons = _chosen(arguments.names, arguments.check)
    if arguments.handout:
        _hand_out(lessons, arguments)
        return
    if arguments.check is None:
        _list(lessons, arguments.json)
        return
    proofs = [_prove(lesson, arguments) for lesson in lessons]
    if arguments.table:
        _write(arguments.table, proofs)
    if failed := [proof.lesson.id for proof in proofs if not proof.good]:
        raise CommandError(f"not as promised: {', '.join(failed)}")


def _chosen(names: list[str], checked: str | None) -> list[Lesson]:
    """Those named, in their order; all where none is."""
    from playground.lessons.shelf import LessonError, lessons

    try:
        known = lessons()
    except LessonError as error:
        raise CommandError(str(error)) from None
    wanted = list(dict.fromkeys([*names, *([] if checked in (None, ALL) else [checked])]))
    if missing := [name for name in wanted if name not in known]:
        raise CommandError(f"no lesson is called {missing[0]}; there are {', '.join(known)}")
    return [known[name] for name in wanted or known]


def _hand_out(lessons: list[Lesson], arguments: argparse.Namespace) -> None:
    from playground.lessons import handout

    if not re.fullmatch(r"https?://\S+", arguments.address):
        raise CommandError("an address begins with http:// or https://")
    text = handout.page(lessons, arguments.language, arguments.address)
    with writing(arguments.handout):
        Path(arguments.handout).write_text(text, encoding="utf-8")
    print(f"{arguments.handout}: {len(lessons)} pages")


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
