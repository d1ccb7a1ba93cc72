"""Which lesson the address asks for, the way to another one, and the language of the texts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.lessons import shelf
from playground.lessons.lecture import Lecture
from playground.lessons.lesson import Lesson
from playground.web.frame import language, layout, visit, widgets


def chosen(listed: Lecture | None = None) -> Lesson | None:
    """The lesson of the address, or the first of a lecture; None: the overview.

    Where there is no such lesson, a word says so.
    """
    name = st.query_params.get("lesson", "")
    lesson = shelf.lessons().get(name)
    if name and lesson is None:
        st.warning(f"There is no lesson called “{layout.literal(name[:40])}” (any more).")
    return shelf.lessons()[listed.lessons[0]] if listed and lesson is None else lesson


@dataclass
class Frame:
    """Whether a visit is one in a frame of another page."""

    embedded: bool = False


def embedded() -> bool:
    """Whether the address has `embed`, with or without a value; Streamlit hides that word."""
    frame, context = visit.state(Frame), get_script_run_ctx(suppress_warning=True)
    query = parse_qs(context.query_string if context else "", keep_blank_values=True)
    frame.embedded = frame.embedded or "embed" in query or bool(st.context.is_embedded)
    return frame.embedded


def go(name: str) -> None:
    """To another lesson, or with "" to the overview; in call-backs."""
    if name in shelf.lessons():
        st.query_params["lesson"] = name
    else:
        st.query_params.pop("lesson", None)


def languages() -> None:
    """The switch; what it says goes into the address as well."""

    def changed() -> None:
        language.choose(widgets.value("lesson_language"))

    widgets.put("lesson_language", language.current())
    st.segmented_control(
        "Language of the lessons",
        list(language.TITLES),
        format_func=lambda name: language.TITLES.get(name, ""),
        required=True,
        key="lesson_language",
        label_visibility="collapsed",
        on_change=changed,
        width="content",
    )
