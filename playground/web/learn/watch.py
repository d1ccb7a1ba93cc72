"""What is watched of a lesson: its variants' pictures and their curves, on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from playground.analysis.pinned_runs import LETTERS, Pin
from playground.lessons.lesson import Lesson
from playground.training.side_by_side import SideBySide
from playground.training.snapshot import Snapshot
from playground.views import compare
from playground.views import lessons as views
from playground.web.frame import layout, live, visit
from playground.web.learn import trial, walks
from playground.web.learn.filters import Kernels
from playground.web.learn.trial import Trial
from playground.web.learn.walks import Walks
from playground.web.parts.learning import learning

PACE = 0.35  # seconds between two updates


@dataclass(frozen=True)
class Room:
    """How high pictures and curves are, in px; bold: whether their lines are for a hall."""

    picture: int
    curve: int
    bold: bool = False


PAGE = Room(290, 210)
FRAME = Room(190, 210)  # of another page, 900 by 600


def show(lesson: Lesson, playing: Trial, room: Room = PAGE) -> None:
    """Pictures and curves, renewed while something trains; the page runs again at the end."""
    if isinstance(playing.runs, Walks):
        _walks(lesson, playing, playing.runs, room)
    elif isinstance(playing.runs, Kernels):
        _kernels(lesson, playing, playing.runs, room)
    else:
        _runs(lesson, playing, playing.runs, room)


def _walks(lesson: Lesson, playing: Trial, walking: Walks, room: Room) -> None:
    """All walkers on one map; under it, at the end, what is read of each."""
    busy = walking.busy

    @st.fragment(run_every=PACE if busy else None)
    def tick() -> None:
        if walking.busy != busy:
            st.rerun()
        walks.show(lesson, walking, learning().language, small=room is not PAGE)
        if walking.ended:
            _read(lesson, playing, room)

    tick()


def _kernels(lesson: Lesson, playing: Trial, kernels: Kernels, room: Room) -> None:
    """A column for each: its numbers, the digit or what became of it, and what is read."""
    language = learning().language
    for number, place in enumerate(st.columns(len(lesson.variants), gap=16)):
        name = lesson.name(lesson.variants[number], language)
        with place, st.container(key=f"variant_{number}", gap=6):
            verdict = None
            if kernels.ended:
                verdict = trial.verdict(lesson, trial.readings(playing, lesson, number))
            layout.title(f"{_mark(verdict) if verdict and room.bold else ''}{name}")
            kernels.show(number, name, room.picture)
            if verdict and not room.bold:
                st.caption(_mark(verdict) + views.values(verdict.numbers, language))


def _read(lesson: Lesson, playing: Trial, room: Room) -> None:
    """The readings of all variants, side by side."""
    language = learning().language
    for number, place in enumerate(st.columns(len(lesson.variants), gap=16)):
        name = lesson.name(lesson.variants[number], language)
        verdict = trial.verdict(lesson, trial.readings(playing, lesson, number))
        with place, st.container(key=f"variant_{number}", gap=4):
            layout.title(f"{_mark(verdict) if room.bold else ''}{name}")
            if not room.bold:
                st.caption(_mark(verdict) + views.values(verdict.numbers, language))


def _runs(lesson: Lesson, playing: Trial, runs: SideBySide, room: Room) -> None:
    busy = runs.busy

    @st.fragment(run_every=PACE if busy else None)
    def tick() -> None:
        runs.watch()
        snapshots = runs.snapshots()
        if runs.busy != busy:
            st.rerun()
        if not trial.ready(snapshots):
            st.markdown(":gray[:material/hourglass_top: The networks are getting ready.]")
            return
        _variants(lesson, playing, runs, snapshots, room)
        if room.curve:
            _curves(lesson, snapshots, room)

    tick()


def _variants(
    lesson: Lesson, playing: Trial, runs: SideBySide, snapshots: list[Snapshot], room: Room
) -> None:
    now = learning()
    places = st.columns(len(snapshots), gap=16)
    for number, (place, snapshot) in enumerate(zip(places, snapshots, strict=True)):
        variant = lesson.variants[number]
        with place, st.container(key=f"variant_{number}", gap=4):
            name = lesson.name(variant, now.language)
            read = trial.of_run(runs, lesson, number)
            verdict = trial.verdict(lesson, read) if runs.ended else None
            mark = _mark(verdict) if verdict and room.bold else ""
            layout.title(f"{mark}{LETTERS[number]}  {name}", _where(snapshot))
            of = snapshot.step, snapshot.status, playing.seed, lesson.id
            shown = visit.once(
                f"lesson_picture_{number}",
                of,
                partial(views.picture, lesson, snapshot, read),
            )
            _picture(shown, number, f"{name}. {shown.label}", room)
            if verdict and not room.bold:
                numbers = views.values(verdict.numbers, now.language)
                st.caption(_mark(verdict) + numbers)


def _picture(shown: views.Shown, number: int, label: str, room: Room) -> None:
    if shown.component == "flow":
        live.show("flow", f"lesson_flow_{number}", shown.payload)
        return
    figure = views.bold(shown.payload) if room.bold else shown.payload
    live.chart(figure, f"lesson_chart_{number}", room.picture, label)


def _where(snapshot: Snapshot) -> str:
    """How far one has come, and how good it is."""
    if snapshot.status == "diverged":
        return "diverged"
    test = snapshot.metrics["test"]
    for name in ("accuracy", "modes"):
        if name in test:
            return compare.number(name, test)
    return f"loss {compare.number('loss', test)}"


def _mark(verdict: trial.Verdict) -> str:
    return ":material/check_circle: " if verdict.holds else ":material/cancel: "


def _curves(lesson: Lesson, snapshots: list[Snapshot], room: Room) -> None:
    """All variants on the same axes."""
    now = learning()
    pins = [
        Pin.of(snapshot, LETTERS[number], lesson.name(variant, now.language))
        for number, (snapshot, variant) in enumerate(zip(snapshots, lesson.variants, strict=True))
    ]
    ends = "; ".join(
        f"{pin.letter} {_where(snapshot)}" for pin, snapshot in zip(pins, snapshots, strict=True)
    )
    figure = views.curve(lesson, pins)
    figure = views.bold(figure) if room.bold else figure
    live.chart(figure, "lesson_curve", room.curve, f"Curves of all variants. {ends}.")
