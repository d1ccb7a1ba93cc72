"""A lecture put together: lessons ticked in their order, its link, its handout."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from playground.lessons import handout, lecture, shelf
from playground.web.frame import visit
from playground.web.frame.events import Choosing
from playground.web.parts.learning import learning

HINT = {
    "en": "Tick the lessons of your lecture, in their order.",
    "zh": "按讲课顺序勾选课程。",
}


@dataclass
class Plan:
    """The lessons ticked so far."""

    lessons: list[str] = field(default_factory=list)


def button() -> list[str] | None:
    """The switch; the lessons ticked, or None while nothing is put together."""
    wanted = st.toggle(
        "Make a lecture",
        key="lecture_plan",
        help="Tick lessons, then copy one link that goes through them, or print a page of each.",
    )
    return visit.state(Plan).lessons if wanted else None


def choose(event: Choosing) -> None:
    """Take what was ticked; what is no lesson is left out."""
    names = [name for name in dict.fromkeys(event.lessons) if name in shelf.lessons()]
    visit.state(Plan).lessons = names[: lecture.MOST]


def line(chosen: list[str]) -> None:
    """The link of what is ticked, to copy, to open, and to print."""
    language = learning().language
    with st.container(key="lecture_line", horizontal=True, vertical_alignment="center", gap=8):
        if not chosen:
            st.markdown(f":gray[{HINT[language]}]")
            return
        st.code(link(chosen), language=None)
        st.button(
            "Start",
            key="lecture_start",
            type="primary",
            icon=":material/present_to_all:",
            on_click=_start,
            args=(chosen,),
        )
        lessons, where = [shelf.lessons()[name] for name in chosen], address()
        st.download_button(
            "Handout",
            lambda: handout.page(lessons, language, where),
            "lessons.html",
            "text/html",
            key="lecture_handout",
            on_click="ignore",
            icon=":material/print:",
            help="A page a lesson, with its link as a QR picture: open it and print.",
        )


def address() -> str:
    """Of the app, with its path."""
    return (st.context.url or "").partition("?")[0].rstrip("/").removesuffix("/learn")


def link(chosen: list[str]) -> str:
    """The lecture's link."""
    return f"{address()}/learn?lecture={lecture.text(chosen)}"


def _start(chosen: list[str]) -> None:
    st.query_params["lecture"] = lecture.text(chosen)
