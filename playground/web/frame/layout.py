"""The frame of every page: title, icon, style; and the words pages are laid out with."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.web.frame.server import ASSETS

# Streamlit gives its --st-… variables to components only; the page's style sheet gets its own.
_TOKENS = {
    "bg": "backgroundColor",
    "raised": "secondaryBackgroundColor",
    "text": "textColor",
    "muted": "grayTextColor",
    "line": "borderColor",
    "accent": "primaryColor",
    "accent-text": "linkColor",
}


def frame() -> None:
    """What all pages share; to be called first in every run."""
    st.set_page_config(
        page_title="Neural Network Playground",
        layout="wide",
        page_icon=str(ASSETS / "brand" / "logo.png"),
    )
    st.logo(str(ASSETS / "brand" / "logo.png"), size="small")
    sheets = sorted(ASSETS.glob("web/**/*.css"))
    changed = tuple(sheet.stat().st_mtime_ns for sheet in sheets)
    st.html(f"<style>{_tokens()}{_styles(changed)}</style>")


def page() -> DeltaGenerator:
    """The container that holds a whole page; its class is the root of the style sheet."""
    return st.container(key="page", gap=10)


def title(
    text: str, note: str = "", width: Literal["content", "stretch"] | int = "content"
) -> None:
    """A small bold title with a quiet note behind it; both are our own words, never a user's."""
    st.markdown(f"**{text}**" + (f" :small[:gray[{note}]]" if note else ""), width=width)


def literal(text: str) -> str:
    """Text that holds words of a file or of a visitor: no sign in it is Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>()#$:|~!&])", r"\\\1", text)


def _tokens() -> str:
    def pair(name: str) -> str:
        light, dark = (st.get_option(f"theme.{theme}.{name}") for theme in ("light", "dark"))
        return f"light-dark({light}, {dark})"

    return ".stApp{" + "".join(f"--{key}:{pair(name)};" for key, name in _TOKENS.items()) + "}"


@lru_cache(1)
def _styles(changed: tuple[int, ...]) -> str:
    """Every style sheet under `assets/web`; read again only when a file changed."""
    return "\n".join(sheet.read_text("utf-8") for sheet in sorted(ASSETS.glob("web/**/*.css")))
