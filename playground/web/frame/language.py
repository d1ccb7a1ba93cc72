"""The language of a visit, and Streamlit's elements translated on their way to the browser.

Pages are written in English. What Streamlit is about to send is read over once more for a visitor
of another language; what is drawn in the browser itself is translated there, by `language.js`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st
from google.protobuf.message import Message
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from playground.languages.catalogue import SOURCE, names, translated
from playground.web.frame import live, visit, widgets

TITLES = {"en": "English", "zh": "中文"}  # each in its own words
HELP = "Language · 语言"
SPOKEN = {
    "body", "caption", "captions", "default_tab_label", "delta", "help", "label", "page_name",
    "placeholder", "text", "title", "validate_message",
}  # fmt: skip
SILENT = {"Html", "BidiComponent", "Code", "Json", "Exception", "Table", "PlotlyChart"}


@dataclass
class Spoken:
    """language: this visit's, once it is known. chosen: by the switch or the address."""

    language: str = ""
    chosen: bool = False


def current() -> str:
    """This visit's language: what it chose, else what its browser speaks, else English."""
    now = visit.state(Spoken)
    asked = st.query_params.get("lang")
    if asked in names() and asked != now.language:
        now.language, now.chosen = asked, True
    if not now.language:
        locale = (st.context.locale or SOURCE).lower()
        now.language = next((name for name in names() if locale.startswith(name)), SOURCE)
    return now.language


def choose(language: str) -> None:
    """Another language for this visit; the address says so as well."""
    if language in names():
        now = visit.state(Spoken)
        now.language, now.chosen = language, True
        st.query_params["lang"] = language


def speak() -> None:
    """To be called in every run of a page, before anything that a reader sees."""
    _attach()
    now = current()
    if visit.state(Spoken).chosen:  # on each page, so that a reload or a copied address keeps it
        st.query_params["lang"] = now


def switch() -> None:
    """The switch at the head of every page."""

    def changed() -> None:
        choose(widgets.value("language_choice"))

    with st.container(key="language_switch"):
        live.show("language", "language", {"language": current()})
        with st.popover("", icon=":material/translate:", type="tertiary", help=HELP):
            widgets.put("language_choice", current())
            st.radio(
                HELP,
                names(),
                format_func=lambda name: TITLES.get(name, name),
                key="language_choice",
                on_change=changed,
            )


@cache
def _attach() -> None:
    """From now on, whatever Streamlit sends is read over by `translate`."""
    send = ScriptRunContext.enqueue

    def enqueue(context: ScriptRunContext, message: Any) -> None:
        known = st.session_state.get(visit.key(Spoken))
        if known is not None and known.language != SOURCE:
            translate(message, known.language)
        send(context, message)

    select: Any = DeltaGenerator.selectbox

    def selectbox(place: DeltaGenerator, *words: Any, format_func: Any = str, **more: Any) -> Any:
        """Streamlit compares its choices with what the browser sends: both read the same."""
        spoken = current()

        def said(choice: Any) -> str:
            return translated(str(format_func(choice)), spoken)

        return select(place, *words, format_func=said, **more)

    overloaded: Any = selectbox
    DeltaGenerator.selectbox = overloaded  # type: ignore[method-assign]
    st.selectbox = st._main.selectbox
    ScriptRunContext.enqueue = enqueue  # type: ignore[assignment, method-assign]


def translate(message: Message, language: str) -> None:
    """Every text in a message of Streamlit that its visitor reads."""
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            if field.message_type.name not in SILENT:
                for one in value if field.is_repeated else (value,):
                    if isinstance(one, Message):
                        translate(one, language)
        elif field.type == field.TYPE_STRING and field.name in SPOKEN:
            if field.is_repeated:
                value[:] = [translated(one, language) for one in value]
            else:
                setattr(message, field.name, translated(value, language))
