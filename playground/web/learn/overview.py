"""All lessons as cards, by theme, with what is done."""

from __future__ import annotations

import streamlit as st

from playground.lessons import shelf
from playground.lessons.lesson import THEMES
from playground.web.frame import live
from playground.web.learn import choice, plan
from playground.web.parts.learning import learning

INTRODUCTION = {
    "en": "One idea each: predict, press Play, see whether you were right.",
    "zh": "每课一个概念：先预测，再播放，看看猜对了没有。",
}


def cards() -> None:
    """The overview; a click opens a lesson."""
    now = learning()
    now.lesson = ""
    with st.container(key="learn_head", horizontal=True, vertical_alignment="center", gap=16):
        count = len(shelf.lessons())
        st.markdown(f"**{count} lessons** :gray[{INTRODUCTION[now.language]}]", width="stretch")
        chosen = plan.button()
        choice.languages()
    if chosen is not None:
        plan.line(chosen)
    sheet = payload(now.language, now.done, chosen)
    if chosen is None:
        live.show("lessons", "lesson_cards", sheet, open=lambda event: choice.go(event.lesson))
    else:
        live.show("lessons", "lesson_boxes", sheet, choose=plan.choose)


def payload(language: str, done: dict[str, int], chosen: list[str] | None = None) -> dict:
    """What `lessons.js` shows. chosen: the lessons of a lecture that is being put together."""
    return {
        "chosen": chosen,
        "themes": [
            {
                "name": THEMES[theme][language],
                "lessons": [
                    {
                        "id": lesson.id,
                        "title": lesson.words(language).title,
                        "minutes": lesson.minutes,
                    }
                    for lesson in lessons
                ],
            }
            for theme, lessons in shelf.by_theme().items()
        ],
        "language": language,
        "done": done,
    }
