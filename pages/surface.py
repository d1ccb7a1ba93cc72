"""Surface: optimizers walk down the same hill at once, and a network's own loss as one."""

import streamlit as st

from playground.web.frame import layout
from playground.web.surface import surface
from playground.web.surface.ground import here

now = here()
now.read_link()


@st.fragment
def page() -> None:
    """Every change runs this part again, and nothing else."""
    surface.page(now)
    now.write_link()


with layout.page():
    page()
