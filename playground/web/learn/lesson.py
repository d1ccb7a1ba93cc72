"""A lesson: the question before Play, variants side by side on one clock, then the reveal."""

from __future__ import annotations

import streamlit as st

from playground.lessons.lesson import Lesson, Words
from playground.web.learn import choice, lecture, reveal, trial, watch
from playground.web.learn.trial import Trial
from playground.web.learn.watch import Room
from playground.web.parts.learning import SEEN, Learning, learning


def show(lesson: Lesson) -> None:
    """The whole page of a lesson."""
    now = learning()
    now.lesson = lesson.id
    words = lesson.words(now.language)
    if choice.embedded():
        with st.container(key="embed", gap=4):
            st.markdown(f"#### {words.title}")
            _columns(lesson, words, [240, 604], watch.FRAME)
    else:
        _head(words)
        _columns(lesson, words, [328, 880], watch.PAGE)


def _columns(lesson: Lesson, words: Words, widths: list[int], room: Room) -> None:
    left, right = st.columns(widths, gap=24 if room is watch.PAGE else 16)
    with left, st.container(key="lesson_text", gap=10):
        _text(lesson, words, learning(), trial.here(lesson))
    with right, st.container(key="lesson_runs", gap=8):
        watch.show(lesson, trial.here(lesson), room)


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
        lecture.button()
        choice.languages()


# ---- what is read and answered ----


def _text(lesson: Lesson, words: Words, now: Learning, playing: Trial) -> None:
    runs = playing.runs
    if not (runs.ended and choice.embedded()):  # a frame has no room for both ends of a lesson
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
