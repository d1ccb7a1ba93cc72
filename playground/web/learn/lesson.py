"""A lesson: the question before Play, variants side by side on one clock, then the reveal."""

from __future__ import annotations

from functools import partial

import streamlit as st

from playground.analysis.pinned_runs import LETTERS, Pin
from playground.lessons.lesson import Lesson, Words
from playground.training.snapshot import Snapshot
from playground.views import compare
from playground.views import lessons as views
from playground.web.frame import layout, live, visit
from playground.web.learn import choice, reveal, trial
from playground.web.learn.trial import Trial
from playground.web.parts.learning import SEEN, Learning, learning

PICTURE, CURVE = 290, 210  # px
PACE = 0.35  # seconds between two updates


def show(lesson: Lesson) -> None:
    """The whole page of a lesson."""
    now, playing = learning(), trial.here(lesson)
    now.lesson = lesson.id
    words = lesson.words(now.language)
    _head(words)
    left, right = st.columns([328, 880], gap=24)
    with left, st.container(key="lesson_text", gap=10):
        _text(lesson, words, now, playing)
    with right, st.container(key="lesson_runs", gap=8):
        _watch(lesson, playing)


def _head(words: Words) -> None:
    with st.container(key="learn_head", horizontal=True, vertical_alignment="center", gap=16):
        st.button(
            "All lessons",
            key="quiet_all_lessons",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=choice.go,
            args=("",),
        )
        st.markdown(f"#### {words.title}", width="stretch")
        choice.languages()


# ---- what is read and answered ----


def _text(lesson: Lesson, words: Words, now: Learning, playing: Trial) -> None:
    runs = playing.runs
    st.markdown(words.idea)
    st.markdown(f"**{words.question}**")
    answer = now.answers.get(lesson.id)
    if answer is None:
        _answers(lesson, words, now)
    else:
        reveal.answer(lesson, words, answer, told=runs.ended)
    _controls(lesson, playing, locked=answer is None)
    if answer is None:
        st.caption("Predict first: choose an answer (keys 1, 2, 3), then Play.")
    elif not runs.ended:
        st.markdown(f":material/visibility: {words.look}")
    else:
        now.reached(lesson, SEEN)
        reveal.show(lesson, words, now)


def _answers(lesson: Lesson, words: Words, now: Learning) -> None:
    def choose(number: int) -> None:
        now.answers[lesson.id] = number

    with st.container(key="lesson_answers", gap=6):
        for number, text in enumerate(words.answers, 1):
            st.button(
                text,
                key=f"lesson_answer_{number}",
                width="stretch",
                shortcut=str(number),
                on_click=choose,
                args=(number,),
            )


def _controls(lesson: Lesson, playing: Trial, locked: bool) -> None:
    runs = playing.runs
    busy = runs.playing
    with st.container(key="lesson_controls", horizontal=True, gap=8):
        st.button(
            "Pause" if busy else "Play",
            key="lesson_play",
            type="primary",
            icon=":material/pause:" if busy else ":material/play_arrow:",
            on_click=runs.pause if busy else runs.play,
            disabled=locked or runs.ended,
            shortcut="p",
            width=110,
        )
        st.button(
            "Again",
            key="lesson_reset",
            icon=":material/replay:",
            on_click=runs.reset,
            disabled=locked,
            help="All variants from the same starting weights.",
        )
        st.button(
            "Other dice",
            key="lesson_reseed",
            icon=":material/casino:",
            on_click=lambda: trial.start(playing, lesson, playing.seed % 99 + 1),
            disabled=locked,
            help="Other starting weights and other points, for all variants alike.",
        )


# ---- what is watched ----


def _watch(lesson: Lesson, playing: Trial) -> None:
    """Pictures and curves, renewed while something trains; the page runs again at the end."""
    runs = playing.runs
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
        _variants(lesson, playing, snapshots)
        _curves(lesson, snapshots)

    tick()


def _variants(lesson: Lesson, playing: Trial, snapshots: list[Snapshot]) -> None:
    now = learning()
    places = st.columns(len(snapshots), gap=16)
    for number, (place, snapshot) in enumerate(zip(places, snapshots, strict=True)):
        variant = lesson.variants[number]
        with place, st.container(key=f"variant_{number}", gap=4):
            name = lesson.name(variant, now.language)
            layout.title(f"{LETTERS[number]}  {name}", _where(snapshot))
            read = trial.readings(playing, lesson, number)
            of = snapshot.step, snapshot.status, playing.seed, lesson.id
            shown = visit.once(
                f"lesson_picture_{number}",
                of,
                partial(views.picture, lesson, snapshot, read),
            )
            if shown.component == "flow":
                live.show("flow", f"lesson_flow_{number}", shown.payload)
            else:
                key = f"lesson_chart_{number}"
                live.chart(shown.payload, key, PICTURE, f"{name}. {shown.label}")
            if playing.runs.ended:
                _verdict(lesson, trial.verdict(lesson, read))


def _where(snapshot: Snapshot) -> str:
    """How far one has come, and how good it is."""
    if snapshot.status == "diverged":
        return "diverged"
    test = snapshot.metrics["test"]
    for name in ("accuracy", "modes"):
        if name in test:
            return compare.number(name, test)
    return f"loss {compare.number('loss', test)}"


def _verdict(lesson: Lesson, verdict: trial.Verdict) -> None:
    mark = ":material/check_circle:" if verdict.holds else ":material/cancel:"
    st.caption(f"{mark} {views.values(lesson, verdict.numbers)}")


def _curves(lesson: Lesson, snapshots: list[Snapshot]) -> None:
    """All variants on the same axes."""
    now = learning()
    pins = [
        Pin.of(snapshot, LETTERS[number], lesson.name(variant, now.language))
        for number, (snapshot, variant) in enumerate(zip(snapshots, lesson.variants, strict=True))
    ]
    ends = "; ".join(
        f"{pin.letter} {_where(one)}" for pin, one in zip(pins, snapshots, strict=True)
    )
    live.chart(views.curve(lesson, pins), "lesson_curve", CURVE, f"Curves of all variants. {ends}.")
