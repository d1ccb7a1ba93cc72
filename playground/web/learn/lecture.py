"""A lesson before a hall: large type, four steps, keys or a presenter's clicker, a second window.

The address says whether it is one: `?lecture=` with a list of lessons, or `all`. Keys, the blank
screen and what the window of notes hears are the browser's: `assets/web/lecture/lecture.js`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from playground.lessons import lecture, shelf
from playground.lessons.lecture import ALL, STEPS, Lecture, Place
from playground.lessons.lesson import Lesson, Words
from playground.web.frame import layout, live, visit
from playground.web.frame.events import Press
from playground.web.learn import choice, reveal, trial, watch
from playground.web.learn.trial import Trial
from playground.web.learn.watch import Room
from playground.web.parts.learning import learning

FIRST, PLAYED, AFTER = Room(190, 0, bold=True), Room(176, 146, bold=True), Room(140, 0, bold=True)
HELP = (
    "For a hall: large type, no menus. Arrow keys, Page Up and Page Down, or a presenter's "
    "clicker go through question, prediction, play and reveal to the next lesson; B blanks the "
    "screen, N opens notes for the speaker in a second window, Escape leaves."
)


@dataclass
class Lectern:
    """Where a visit's lecture stands. listed: its lessons, as the address has them."""

    listed: str = ALL
    place: Place = field(default_factory=lambda: Place(""))


def asked() -> Lecture | None:
    """The lecture of the address; None where it asks for none."""
    if "lecture" not in st.query_params:
        return None
    listed = st.query_params["lecture"]
    visit.state(Lectern).listed = listed
    return lecture.read(listed)


def button() -> None:
    """The way in, beside a lesson's title."""
    st.button(
        "Lecture",
        key="quiet_lecture",
        icon=":material/present_to_all:",
        type="tertiary",
        shortcut="f",
        help=HELP,
        on_click=_enter,
    )


def _enter() -> None:
    lectern = visit.state(Lectern)
    lectern.place = Place(lectern.place.lesson)
    st.query_params["lecture"] = lectern.listed or ALL


def show(lesson: Lesson, listed: Lecture) -> None:
    """One step of a lesson, as large as the window allows."""
    now, lectern, playing = learning(), visit.state(Lectern), trial.here(lesson)
    now.lesson = lesson.id
    if lectern.place.lesson != lesson.id:
        lectern.place = Place(lesson.id)
    step = lectern.place.step
    words = lesson.words(now.language)
    with st.container(key="lecture", gap=10):
        if listed.problem and step == STEPS[0]:
            st.warning(layout.literal(listed.problem))
        with st.container(key=f"hall_{step}", gap=10):
            PARTS[step](lesson, words, playing)
        live.show(
            "lecture",
            "lecture_bar",
            payload(lesson, listed, playing),
            press=partial(_press, lesson, listed, playing),
        )


def payload(lesson: Lesson, listed: Lecture, playing: Trial) -> dict[str, Any]:
    """What `lecture.js` shows at the foot of the screen, and tells the window of notes."""
    now, place = learning(), visit.state(Lectern).place
    next_place = lecture.after(listed.lessons, Place(lesson.id, STEPS[-1]))
    number = listed.lessons.index(lesson.id) + 1 if lesson.id in listed.lessons else 0
    return {
        "lesson": lesson.id,
        "step": STEPS.index(place.step),
        "number": number,
        "count": len(listed.lessons),
        "next": next_place.lesson if next_place else "",
        "first": lecture.before(listed.lessons, place) is None,
        "last": lecture.after(listed.lessons, place) is None,
        "answer": now.answers.get(lesson.id, 0),
        "playing": playing.runs.playing,
        "language": now.language,
    }


# ---- keys ----


def _press(lesson: Lesson, listed: Lecture, playing: Trial, press: Press) -> None:
    place, runs = visit.state(Lectern).place, playing.runs
    if press.verb == "leave":
        runs.pause()
        st.query_params["lesson"] = lesson.id
        st.query_params.pop("lecture", None)
    elif press.verb == "next":
        _go(lecture.after(listed.lessons, place), playing)
    elif press.verb == "back":
        runs.pause()
        _go(lecture.before(listed.lessons, place), playing)
    elif press.verb == "answer" and press.number and place.step != STEPS[-1]:
        learning().answers[lesson.id] = press.number
    elif press.verb == "play" and place.step == "play":
        _toggle(playing)


def _go(place: Place | None, playing: Trial) -> None:
    if place is None:
        return
    visit.state(Lectern).place = place
    choice.go(place.lesson)
    if place.step == "play":
        playing.runs.play()


def _toggle(playing: Trial) -> None:
    """Play, pause, or after the end play once more."""
    runs = playing.runs
    if runs.playing:
        runs.pause()
        return
    if runs.ended:
        runs.reset()
    runs.play()


# ---- the four steps ----


def _question(lesson: Lesson, words: Words, playing: Trial) -> None:
    st.markdown(f"# {words.title}")
    st.markdown(words.idea)
    watch.show(lesson, playing, FIRST)


def _prediction(lesson: Lesson, words: Words, playing: Trial) -> None:
    chosen = learning().answers.get(lesson.id)

    def choose(number: int) -> None:
        learning().answers[lesson.id] = number

    st.markdown(f"# {words.question}")
    for number, text in enumerate(words.answers, 1):
        st.button(
            f"**{number}**  {text}",
            key=f"hall_answer_{number}",
            type="primary" if number == chosen else "secondary",
            width="stretch",
            on_click=choose,
            args=(number,),
        )


def _play(lesson: Lesson, words: Words, playing: Trial) -> None:
    st.markdown(f"**{words.question}**")
    watch.show(lesson, playing, PLAYED)


def _reveal(lesson: Lesson, words: Words, playing: Trial) -> None:
    chosen = learning().answers.get(lesson.id)
    if chosen:
        reveal.answer(lesson, words, chosen, told=True)
    else:
        st.markdown(f":material/check_circle: **{words.answers[lesson.right - 1]}**")
    st.markdown(words.reveal)
    watch.show(lesson, playing, AFTER)
    st.markdown(f":gray[{reveal.CURES[learning().language]} {words.cures}]")


PARTS = dict(zip(STEPS, (_question, _prediction, _play, _reveal), strict=True))


# ---- the second window ----


def notes() -> None:
    """What the speaker sees: of every lesson, for the window that follows the first one."""
    language = learning().language
    with st.container(key="notes"):
        live.show("notes", "lecture_notes", {"lessons": scripts(language), "language": language})


def scripts(language: str) -> list[dict[str, Any]]:
    """All that the notes of a lesson say."""
    return [
        {
            "id": lesson.id,
            "minutes": lesson.minutes,
            "right": lesson.right,
            "source": lesson.source,
            **lesson.words(language).model_dump(),
        }
        for lesson in shelf.lessons().values()
    ]
