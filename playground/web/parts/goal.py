"""A lesson's goal, asked of what a visitor has made of its set-up on another page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.analysis.curve_readings import Curves
from playground.analysis.readings import Readings
from playground.data.grammar import FormulaError
from playground.lessons import wording
from playground.lessons.check import Check
from playground.lessons.lesson import Lesson
from playground.views import lessons as views
from playground.web.frame import live, session
from playground.web.frame.desk import Desk
from playground.web.parts.learning import REACHED, current, learning

GOAL = {"en": "Goal:", "zh": "目标："}
PACE = 1.0  # seconds between two questions

Reader = Callable[[], Curves]
READERS: dict[str, Reader] = {}  # of pages on which no network learns


def of(page: str) -> Callable[[Reader], Reader]:
    """Say what is read of such a page: of what the visitor has made there."""

    def keep(reader: Reader) -> Reader:
        READERS[page] = reader
        return reader

    return keep


def line(page: str) -> None:
    """Above the page that a lesson was opened on: its goal, and whether it is reached."""
    now = learning()
    lesson = current() if now.goal else None
    if lesson is None or lesson.page != page:
        return
    desk = session.find(page)
    moves = page in READERS or (desk is not None and desk.busy)

    @st.fragment(run_every=PACE if moves else None)
    def tick() -> None:
        reached, words = _asked(lesson, desk)
        if reached:
            now.reached(lesson, REACHED)
        icon = ":material/check_circle:" if reached else ":material/flag:"
        asked = wording.goal(lesson.asked, now.language)
        st.markdown(f"{icon} **{GOAL[now.language]}** {asked}{words}")
        live.show("progress", "goal_progress", {"done": now.done})

    with st.container(key="goal", horizontal=True, vertical_alignment="center", gap=12):
        tick()
        title = lesson.words(now.language).title
        if st.button("Back to the lesson", key="quiet_goal_back", type="tertiary", help=title):
            st.switch_page("pages/learn.py", query_params={"lesson": lesson.id})
        st.button("Dismiss", key="quiet_goal_end", type="tertiary", on_click=_end)


def _end() -> None:
    learning().goal = False


def _asked(lesson: Lesson, desk: Desk | None) -> tuple[bool, str]:
    """Whether the goal holds now, and the numbers."""
    try:
        read, begun = _read(lesson.page, desk)
        if read is None:
            return False, ""
        numbers = {text: Check(text).value(read) for text in lesson.watched}
        reached = begun and Check(lesson.asked).holds(read)
    except FormulaError as error:
        return False, f"  \n:gray[{error}]"
    return reached, f"  \n:gray[{views.values(numbers, learning().language)}]"


def _read(page: str, desk: Desk | None) -> tuple[Curves | None, bool]:
    """What there is to read, and whether it has begun to learn."""
    if page in READERS:
        return READERS[page](), True
    if desk is None or desk.run is None or desk.run.status == "compiling":
        return None, False
    return Readings(desk.run, learning().threshold), desk.run.status != "ready"
