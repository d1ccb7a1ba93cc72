"""Inside: look into a network while it reads one image, and work out any of its numbers."""

import streamlit as st

from playground.web.frame import layout, session
from playground.web.inside import inside

name, snapshot = inside.chosen()
desk = inside.desk(name)


@st.fragment
def still() -> None:
    """A network that does not change: every click runs this part again, and nothing else."""
    inside.page(name, snapshot)


with layout.page():
    if desk is None:
        still()
    else:
        session.follow(desk, lambda newest: inside.page(name, newest), here=True)
