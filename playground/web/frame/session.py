"""What a visitor has on a page: an Experiment, the Run that trains it, and what went wrong.

The only room that reads or writes `st.session_state`, apart from the widgets' own values in
`forms`. Runs live there and nowhere else, so that no visitor meets another's.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException

from playground.data import owner
from playground.experiment import Experiment, pasted
from playground.training.snapshot import Snapshot
from playground.web.frame import arrivals, visits
from playground.web.frame.desk import Desk

owner.kept_by(visits.current)  # what somebody brought stays in that visit
FASTEST = 0.25  # seconds between two updates of a page
CONTROLS = ("hide", "lock")


def stay() -> None:
    """This visitor is here; to be called in every run of whatever page."""
    visits.stay(_desks())


def _desks() -> dict[str, Desk]:
    return st.session_state.setdefault("desks", {})


def open(
    name: str,
    default: Callable[[], Experiment],
    refuse: Callable[[Experiment], str] = lambda experiment: "",
) -> Desk:
    """The visitor's desk on the page `name`; the address may ask for an Experiment of its own.

    refuse: what to say to an Experiment that belongs on another page, or nothing.
    """
    desks = _desks()
    if name not in desks:
        desks[name] = Desk(name, default, refuse)
    desk = desks[name]
    _mend_address()
    asked = st.query_params.get("m")
    if asked is not None and asked not in desk.links and not desk.follow_link(asked):
        desk.error += " Here is our own set-up instead."
    _read_controls(desk)
    desk.ready()
    _write_link(desk)
    return desk


def find(name: str) -> Desk | None:
    """The desk of another page, if the visitor has been there."""
    return _desks().get(name)


def adopt(name: str, guest: visits.Guest) -> None:
    """Something else that trains for this visit: it pauses, goes on and ends as the desks do."""
    st.session_state.setdefault("desks", {})[name] = guest


def interval(desk: Desk, fastest: float = FASTEST) -> float | None:
    """Seconds between updates of a playing page; None while idle.

    In a crowd the gate lets fewer of them through: see `crowd`.
    """
    return fastest if desk.busy else None


def follow(
    desk: Desk, draw: Callable[[Snapshot], None], here: bool = False, fastest: float = FASTEST
) -> None:
    """Draw the newest Snapshot now and, while the desk is busy, again and again.

    `draw` writes where this is called (`here`), or into containers made before. The whole page
    runs again when the Run starts or stops by itself.
    """
    pace = interval(desk, fastest)

    @st.fragment(run_every=pace)
    def tick() -> None:
        desk.watch()
        if "failed" in st.session_state:
            st.toast(
                "That did not work, because of an error of ours. The server's log has it.",
                icon=":material/error:",
            )
            del st.session_state["failed"]  # only now: what has no room for it begins again
        snapshot = desk.snapshot()
        stale = desk.changed or desk.told_playing != desk.playing
        if stale or interval(desk, fastest) != pace:
            st.rerun()
        if snapshot is None:
            return  # an Experiment that cannot run was opened, and nothing ran before
        try:
            draw(snapshot)
        except StreamlitInvalidLayoutContextError:
            st.rerun()  # a run of the page was overtaken before it made room for what moves

    desk.changed = False
    with st.container(key="here" if here else "news"):
        tick()
    desk.notice = ""  # said; a run of the page that was overtaken before this says it again


def failed(error: Exception) -> bool:
    """Say in a word that an event of a live part went wrong; for `st.App`.

    Streamlit would put the error in the place of the whole page, which is not running at that
    moment, and the browser would be left with a blank page. True: do not show it there.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not context.fragment_ids_this_run:
        return False
    logging.getLogger(__name__).error("an event failed", exc_info=error)
    with suppress(ScriptControlException):  # the run may have been told to stop meanwhile
        st.session_state["failed"] = True
    return True


def _mend_address() -> None:
    """Addresses out of page sources have `amp;` before their keys, those out of mails breaks."""
    for key in [key for key in st.query_params if key.startswith("amp;")]:
        value = st.query_params[key]
        del st.query_params[key]
        st.query_params.setdefault(key.removeprefix("amp;"), value)
    asked = st.query_params.get("m", "")
    link = pasted.own_link(f"m={asked}") if re.search(r"[^\w-]", asked) else None
    if link is not None and link.token not in ("", asked):
        st.query_params["m"] = link.token


def _read_controls(desk: Desk) -> None:
    """Take over what the address hides and locks, when it first says so."""
    asked = {key: st.query_params[key] for key in CONTROLS if st.query_params.get(key)}
    announced = st.session_state.setdefault("controls_told", {})
    if asked and asked != announced.get(desk.name):
        announced[desk.name] = asked
        arrivals.take_controls(desk, asked.get("hide", ""), asked.get("lock", ""))


def _write_link(desk: Desk) -> None:
    controls = desk.controls.query()
    wanted = {"m": desk.link(), **dict.fromkeys(CONTROLS), **controls}
    if controls:
        st.session_state["controls_told"][desk.name] = controls  # ours: no news when it comes back
    for key, value in wanted.items():
        if st.query_params.get(key) == value:
            continue
        if value is None:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = value
