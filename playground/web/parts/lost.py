"""What a visitor reads whose networks ended with a server that was killed."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from playground.web.frame import session, visit, visits
from playground.web.frame.desk import Desk

SAID = (
    "**The server was started again, or was out of reach for too long.** What was trained here is "
    "gone; the set-up is still here."
)


@dataclass
class Lost:
    """Whether there is still something to say about it."""

    news: bool = field(default_factory=lambda: visits.lost())

    def again(self, desk: Desk) -> None:
        """Train what the desk holds, which came with the address."""
        self.news = False
        desk.play()

    def dismiss(self) -> None:
        """It has been read."""
        self.news = False


def line(page: str) -> None:
    """Say it above a page until it is answered; one button trains again where one can.

    To be called when the page itself has been drawn.
    """
    lost, desk = visit.state(Lost), session.find(page)
    if desk is not None and desk.playing:
        lost.dismiss()
    if not lost.news:
        return
    with st.container(key="lost", horizontal=True, vertical_alignment="center", gap=16):
        st.markdown(f":material/cloud_off: {SAID}", width="stretch")
        if desk is not None and not desk.stuck:
            st.button("Train again", type="primary", on_click=lost.again, args=(desk,))
        st.button("Dismiss", key="quiet_lost", type="tertiary", on_click=lost.dismiss)
