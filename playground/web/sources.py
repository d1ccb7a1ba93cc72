"""Which images the network learns from: chosen, fetched, or one's own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.data import download
from playground.data.mnist import DataError
from playground.engine import registry
from playground.web import forms, session
from playground.web.desk import Desk

PACE = 0.5  # seconds between two looks at a download


def row(desk: Desk) -> None:
    """The first row of the stack: the data; a popover chooses others and sets their options."""
    source = desk.experiment.data.make()
    with st.container(key="io", horizontal=True, vertical_alignment="center", wrap=False):
        with st.popover(f":material/image: {source.title}", type="tertiary",
                        key=f"{desk.name}_data"):
            _choice(desk)
            if wanted().get("name"):
                _offer(wanted()["name"], "offer_above")
            forms.options(desk, ("data",), type(source))
            st.caption("Pixels from 0 to 255 reach the network as 0 to 1.")
        st.markdown("×".join(map(str, source.shape)), width="stretch")
    name = wanted().get("name")
    if name:
        job = download.job(registry.get("data", name).sources)
        with st.container(key="offer_row", gap=6):
            if job is not None and (job.running or not download.missing(job.sources)):
                _progress(desk, name)
            else:
                _offer(name, "offer")


def wanted() -> dict[str, Any]:
    """The set that was asked for and is not here."""
    return session.remember("digits_wanted", dict)


def lacking(source: Any) -> str:
    """What to say to a set-up whose images are not here; the page then offers to fetch them."""
    if not download.missing(getattr(source, "sources", ())):
        return ""
    wanted()["name"] = source.type
    return f"This set-up learns from {source.title}, which is not here yet."


def _choice(desk: Desk) -> None:
    sets = [name for name in registry.names("data")
            if len(registry.make("data", {"type": name}).shape) == 3 or name == "images"]
    key = f"{desk.name}_dataset"
    st.session_state[key] = wanted().get("name") or desk.experiment.data.type
    st.radio("Images to learn from", sets, key=key, on_change=lambda: take(
        desk, st.session_state[key]), format_func=lambda name: registry.get("data", name).title,
        captions=[forms.first_line(registry.get("data", name)) for name in sets])


def take(desk: Desk, name: str) -> None:
    """Learn from these images, now or once they are here."""
    wanted().clear()
    source = registry.make("data", {"type": name})
    try:
        if not lacking(source):
            source.load(1)
            desk.change_to({**desk.experiment.described(), "data": {"type": name}})
    except DataError as error:
        desk.error = str(error)


def _offer(name: str, key: str) -> None:
    """What would be fetched from where, or what went wrong."""
    source = registry.get("data", name)
    size = sum(file.size for file in source.sources) / 1e6
    job = download.job(source.sources)
    if job is not None and job.error:
        st.error(job.error, icon=":material/cloud_off:")
    host = source.sources[0].url.split("/")[2]
    st.markdown(f"**{source.title}** is not here yet. {size:,.1f} MB would be fetched from "
                f"{host}, checked, and kept for next time. More about it: {source.home}.")
    with st.container(horizontal=True, gap=6, vertical_alignment="center"):
        st.button("Try again" if job else f"Download {size:,.0f} MB", type="primary", key=key,
                  icon=":material/download:", on_click=download.start, args=(source.sources,),
                  disabled=job is not None and job.running)
        st.button("Not now", key=f"quiet_not_{key}", type="tertiary", on_click=wanted().clear)


@st.fragment(run_every=PACE)
def _progress(desk: Desk, name: str) -> None:
    source = registry.get("data", name)
    job = download.job(source.sources)
    if job is None or not job.running:
        if wanted().get("name") == name and not download.missing(source.sources):
            with st.spinner(f"Reading {source.title}"):
                take(desk, name)
        st.rerun()
    size = sum(file.size for file in source.sources) / 1e6
    st.progress(job.progress, f"Fetching {source.title}: {job.progress * size:,.1f} of "
                f"{size:,.1f} MB")
