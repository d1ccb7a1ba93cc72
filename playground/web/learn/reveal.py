"""After Play: what the reader had said, what is right, what to try next."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from playground.experiment import controls
from playground.lessons import shelf
from playground.lessons.lesson import Lesson, Words
from playground.web.frame import live, session
from playground.web.learn import choice
from playground.web.parts.learning import Learning, learning

YOU_SAID = {"en": "You said", "zh": "你的回答"}
RIGHT = {"en": "right", "zh": "对"}
INSTEAD = {"en": "it is", "zh": "应为"}
CURES = {"en": "So it is not true that", "zh": "所以这句话不对："}
WHOLE = {"en": "Open the playground", "zh": "打开 Playground"}
TRY = {"en": "Your turn", "zh": "轮到你了"}


def answer(lesson: Lesson, words: Words, number: int, told: bool) -> None:
    """What the reader predicted stays in sight; whether it was right only at the end."""
    said = f"“{words.answers[number - 1]}”"
    if not told:
        st.markdown(f"{_word(YOU_SAID)}: {said}")
    elif number == lesson.right:
        st.markdown(f":material/check_circle: {_word(YOU_SAID)}: {said}, **{_word(RIGHT)}**.")
    else:
        right = f"**“{words.answers[lesson.right - 1]}”**"
        st.markdown(f":material/cancel: {_word(YOU_SAID)}: {said}; {_word(INSTEAD)} {right}.")


def _word(of: dict[str, str]) -> str:
    return of[learning().language]


def show(lesson: Lesson, words: Words, now: Learning) -> None:
    """The explanation, the mistake that it takes away, and two ways on."""
    with st.container(key="welcome"):
        st.markdown(words.reveal)
    st.caption(f"{_word(CURES)} {words.cures} :gray[{lesson.source}]")
    live.show("progress", "lesson_progress", {"done": now.done})
    if choice.embedded():
        query = urlencode({"lesson": lesson.id, "lang": now.language})
        st.link_button(_word(WHOLE), f"learn?{query}", icon=":material/open_in_new:")
        return
    with st.container(key="try", gap=4):
        st.markdown(f"**{_word(TRY)}** {words.next}")
        with st.container(horizontal=True, gap=6, key="lesson_open"):
            for number, variant in enumerate(lesson.variants):
                name = lesson.name(variant, now.language)
                if st.button(name, key=f"quiet_open_{number}", help=f"Open on {lesson.page}."):
                    _open(lesson, number, now)
    _following(lesson, now)


def _open(lesson: Lesson, number: int, now: Learning) -> None:
    """The variant on the page that shows more of it; its goal is asked there."""
    now.goal, now.threshold = True, lesson.variants[number].threshold
    query = address(lesson, number)
    if not lesson.learns:
        st.switch_page(f"pages/{lesson.page}.py", query_params=query)
    desk = session.find(lesson.page)
    if desk is not None:  # a link that was followed once is not followed again
        desk.open_experiment(lesson.experiment(lesson.variants[number]))
        del query["m"]
    st.switch_page(f"pages/{lesson.page}.py", query_params=query)


def address(lesson: Lesson, number: int) -> dict[str, str]:
    """What the page's address says: the set-up, and what is hidden and locked."""
    if lesson.walks:
        return {"s": lesson.race().to_link()}
    if lesson.filters:
        return {"kernel": lesson.filter(lesson.variants[number]).to_link()}
    shown = controls.of(lesson.hide, lesson.lock)
    return {"m": lesson.experiment(lesson.variants[number]).to_link(), **shown.query()}


def _following(lesson: Lesson, now: Learning) -> None:
    after = shelf.following(lesson)
    if after is not None:
        st.button(
            after.words(now.language).title,
            key="lesson_next",
            icon=":material/arrow_forward:",
            shortcut="n",
            on_click=choice.go,
            args=(after.id,),
            width="stretch",
        )
